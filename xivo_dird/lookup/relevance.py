"""Sort by relevance: first contacts with the term as a whole word, then at the beginning of a word, then the rest."""

import re
from collections.abc import Callable, Iterable, Sequence

from xivo_dird.directory.contact import Contact
from xivo_dird.text.folding import fold
from xivo_dird.text.values import texts_of
from xivo_dird.threads.deadline import Deadline, until

WHOLE_WORD, WORD_PREFIX, ANYWHERE = range(3)
"""The ranks of a text, the best one first."""

MAX_CHARACTERS = 4096
"""Characters of a text that are searched for the term."""


def sort_by_relevance(
    contacts: Sequence[Contact], term: str, columns: Iterable[str], deadline: Deadline
) -> Sequence[Contact]:
    """Sort the contacts of one source by how `columns` contain `term`; contacts of equal rank keep their order.

    Case and accents are ignored. If there are no columns, all fields are searched.

    Raises:
        DeadlinePassed: There are too many contacts to sort them in time.
    """
    if len(contacts) < 2 or not term.strip():
        return contacts
    rank, names = _rank_function(term), tuple(columns)
    ranks = iter(
        [min(map(rank, _texts(contact, names)), default=ANYWHERE) for contact in until(deadline, contacts)]
    )
    return sorted(contacts, key=lambda _contact: next(ranks))


def _texts(contact: Contact, columns: Sequence[str]) -> list[str]:
    values = map(contact.fields.get, columns) if columns else contact.fields.values()
    return [text for value in values for text in texts_of(value)]


def _rank_function(term: str) -> Callable[[str], int]:
    folded_term = fold(term.strip())
    prefix = re.compile(rf"(?<!\w){re.escape(folded_term)}")
    whole_word = re.compile(rf"{prefix.pattern}(?!\w)")

    def rank(text: str) -> int:
        folded = fold(text[:MAX_CHARACTERS])
        if folded_term not in folded:
            return ANYWHERE
        if whole_word.search(folded):
            return WHOLE_WORD
        return WORD_PREFIX if prefix.search(folded) else ANYWHERE

    return rank
