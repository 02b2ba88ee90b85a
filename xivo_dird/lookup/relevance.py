"""Ranking: who has the term as a whole word comes first, then who has it at the beginning of one, then the rest."""

import re
from collections.abc import Callable, Iterable, Sequence

from xivo_dird.directory.contact import Contact
from xivo_dird.text.folding import fold
from xivo_dird.text.values import texts_of

WHOLE_WORD, BEGINNING, ANYWHERE = range(3)

MAX_CHARACTERS = 4096
"""Characters of a text that are looked at."""


def by_relevance(contacts: Sequence[Contact], term: str, columns: Iterable[str]) -> Sequence[Contact]:
    """Order the contacts of one source by how `term` stands in `columns`; equal ones keep the source's order.

    Case and accents play no part. Without columns, every field is looked at.
    """
    if len(contacts) < 2 or not term.strip():
        return contacts
    rank, names = _ranking(term), tuple(columns)
    return sorted(contacts, key=lambda contact: min(map(rank, _texts(contact, names)), default=ANYWHERE))


def _texts(contact: Contact, columns: Sequence[str]) -> list[str]:
    values = map(contact.fields.get, columns) if columns else contact.fields.values()
    return [text for value in values for text in texts_of(value)]


def _ranking(term: str) -> Callable[[str], int]:
    folded = fold(term.strip())
    beginning = re.compile(rf"(?<!\w){re.escape(folded)}")
    whole = re.compile(rf"{beginning.pattern}(?!\w)")

    def rank(text: str) -> int:
        looked_at = fold(text[:MAX_CHARACTERS])
        if folded not in looked_at:
            return ANYWHERE
        if whole.search(looked_at):
            return WHOLE_WORD
        return BEGINNING if beginning.search(looked_at) else ANYWHERE

    return rank
