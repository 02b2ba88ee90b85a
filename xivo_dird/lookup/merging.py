"""Merge contacts of several sources that are one person: an equal e-mail address, or an equal phone number."""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.model import People
from xivo_dird.text.phone_number import digit_key, same_number
from xivo_dird.text.values import texts_of

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_NUMBER = re.compile(r"\d\D*\d")
_MAX_CHARACTERS = 320
"""Maximum length of a text that is checked for an e-mail address: 64 characters before the `@`, 255 after it."""

_MAX_CANDIDATES = 100
"""Maximum number of numbers with equal last digits that are compared, to limit the time of a lookup."""


class FoundContacts(NamedTuple):
    """The contacts that one source found, and the names of its columns with numbers."""

    contacts: Sequence[Contact]
    number_columns: Sequence[str]


def merge_contacts(found: Iterable[FoundContacts], country: str | None) -> People:
    """Group the contacts that are one person, at the position of the first contact.

    Two contacts of one source are two persons. So an address or number that both have, such as the number of a
    reception, identifies neither of them.

    Args:
        found: The contacts of each source, in the order of the sources.
        country: The two-letter code of the country that national numbers belong to, None if unknown.
    """
    number_keys = _NumberKeys(country)
    persons: list[list[Contact]] = []
    person_by_key: dict[Hashable, int] = {}
    last_source: list[int] = []
    for source_index, source in enumerate(found):
        keys = _unique_keys(
            [_identity_keys(contact, source.number_columns, number_keys) for contact in source.contacts]
        )
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
    return persons


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
        keys.update(
            number_keys.key(text) for text in texts_of(contact.fields.get(column)) if _NUMBER.search(text)
        )
    return keys


class _NumberKeys:
    """Canonical keys of phone numbers: all spellings of one number have the same key."""

    def __init__(self, country: str | None) -> None:
        self._country = country
        self._by_digits: dict[Hashable, list[str]] = {}

    def key(self, text: str) -> Hashable:
        """Return the key of a number: its last digits, and the first of its spellings that occurred."""
        digits = digit_key(text)
        candidates = self._by_digits.setdefault(text if digits is None else digits, [])
        first_spelling = next(
            (other for other in candidates if same_number(text, other, self._country)), None
        )
        if first_spelling is None and len(candidates) < _MAX_CANDIDATES:
            candidates.append(text)
        return digits, first_spelling or text
