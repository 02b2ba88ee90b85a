"""Merge contacts of several sources that are one person: an equal e-mail address, or an equal phone number."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.model import People
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.readings import MatchRank
from xivo_dird.numbers.requested import requested_number
from xivo_dird.numbers.written import STEM_KEYS, digit_keys
from xivo_dird.text.values import texts_of
from xivo_dird.threads.deadline import Deadline, DeadlinePassed, until

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_NUMBER = re.compile(r"\d\D*\d")
_MAX_CHARACTERS = 320
"""Maximum length of a text that is checked for an e-mail address: 64 characters before the `@`, 255 after it."""

_MAX_CANDIDATES = 100
"""Maximum number of numbers with the same key that are compared, to limit the time of a lookup."""


class FoundContacts(NamedTuple):
    """The contacts that one source found, and the names of its columns with numbers."""

    contacts: Sequence[Contact]
    number_columns: Sequence[str]


def merge_contacts(found: Sequence[FoundContacts], plan: DialPlan, deadline: Deadline) -> tuple[People, int]:
    """Group the contacts that are one person, at the position of the first contact.

    Two contacts of one source are two persons. So an address or number that both have, such as the number of a
    reception, identifies neither of them.

    Args:
        found: The contacts of each source, in the order of the sources.
        plan: How numbers are dialled at the tenant.
        deadline: When to stop. The contacts of the sources after that are left out.

    Returns:
        The persons, and the number of sources whose contacts are in them.
    """
    number_keys = _NumberKeys(plan)
    persons: list[list[Contact]] = []
    person_by_key: dict[Hashable, int] = {}
    last_source: list[int] = []
    for source_index, source in enumerate(found):
        try:
            keys = _unique_keys(
                [
                    _identity_keys(contact, source.number_columns, number_keys)
                    for contact in until(deadline, source.contacts)
                ]
            )
        except DeadlinePassed:
            return persons, source_index
        for contact, contact_keys in zip(source.contacts, keys, strict=True):
            person = _find_person(contact_keys, person_by_key, last_source, source_index)
            if person is None:
                person = len(persons)
                persons.append([])
                last_source.append(source_index)
            persons[person].append(contact)
            last_source[person] = source_index
            for key in contact_keys:
                person_by_key.setdefault(key, person)
    return persons, len(found)


def _find_person(
    keys: Iterable[Hashable],
    person_by_key: dict[Hashable, int],
    last_source: Sequence[int],
    source_index: int,
) -> int | None:
    """Return the first person with one of the keys that has no contact of this source yet."""
    persons = [person_by_key[key] for key in keys if key in person_by_key]
    return min((person for person in persons if last_source[person] < source_index), default=None)


def _unique_keys(keys: Sequence[Collection[Hashable]]) -> list[list[Hashable]]:
    """Remove the keys that several contacts of one source have in common."""
    counts = Counter(key for contact_keys in keys for key in contact_keys)
    return [[key for key in contact_keys if counts[key] == 1] for contact_keys in keys]


def _identity_keys(
    contact: Contact, number_columns: Sequence[str], number_keys: "_NumberKeys"
) -> set[Hashable]:
    """Return the keys that identify a person: e-mail addresses in any field, numbers in the number columns."""
    texts = [
        text for value in contact.fields.values() for text in texts_of(value) if len(text) <= _MAX_CHARACTERS
    ]
    keys: set[Hashable] = {text.strip().casefold() for text in texts if _ADDRESS.fullmatch(text.strip())}
    for column in number_columns:
        for text in texts_of(contact.fields.get(column)):
            if _NUMBER.search(text):
                keys.update(number_keys.keys(text))
    return keys


class _NumberKeys:
    """Canonical keys of phone numbers: all spellings of one number have the same key."""

    def __init__(self, plan: DialPlan) -> None:
        self._plan = plan
        self._by_digits: dict[Hashable, list[str]] = {}

    def keys(self, text: str) -> Iterator[Hashable]:
        """Yield the keys of the numbers in a text."""
        for digits in (key for key in digit_keys(text) or (text,) if key not in STEM_KEYS):
            yield digits, self._first_spelling(text, digits)

    def _first_spelling(self, text: str, digits: Hashable) -> str:
        """Return the first of the spellings of a number that occurred."""
        candidates = self._by_digits.setdefault(digits, [])
        number = requested_number(text, self._plan)
        for other in candidates:
            rank = number.rank(other)
            if rank is not None and rank <= MatchRank.UNPREFIXED:
                return other
        if len(candidates) < _MAX_CANDIDATES:
            candidates.append(text)
        return text
