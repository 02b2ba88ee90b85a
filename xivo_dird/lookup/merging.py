"""The same person from several sources: one e-mail address, or one phone number in whatever spelling."""

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
_MAX_CANDIDATES = 100
"""Numbers that end alike and are compared; a directory made of such costs no lookup its time."""


class FoundContacts(NamedTuple):
    """What one source found, and in which columns it has numbers."""

    contacts: Sequence[Contact]
    number_columns: Sequence[str]


def merged(found: Iterable[FoundContacts], country: str | None) -> People:
    """Put the contacts together that are one person, at the place of the first one; numbers are read in `country`.

    Two contacts of one source are two persons. So what both have (the number of a reception) tells nobody apart.
    """
    numbers = _Numbers(country)
    persons: list[list[Contact]] = []
    known: dict[Hashable, int] = {}
    last_source: list[int] = []
    for place, source in enumerate(found):
        signs = [_signs(contact, source.number_columns, numbers) for contact in source.contacts]
        for contact, own in zip(source.contacts, _telling(signs), strict=True):
            person = _person(own, known, last_source, place)
            if person is None:
                person = len(persons)
                persons.append([])
                last_source.append(place)
            persons[person].append(contact)
            last_source[person] = place
            for sign in own:
                known.setdefault(sign, person)
    return persons


def _person(
    signs: Iterable[Hashable], known: dict[Hashable, int], last_source: Sequence[int], place: int
) -> int | None:
    """Find the first person with one of these signs who has no contact of the present source yet."""
    persons = [known[sign] for sign in signs if sign in known]
    return min((person for person in persons if last_source[person] < place), default=None)


def _telling(signs: Sequence[Collection[Hashable]]) -> list[list[Hashable]]:
    """Leave out the signs that several contacts of one source have."""
    times = Counter(sign for own in signs for sign in own)
    return [[sign for sign in own if times[sign] == 1] for own in signs]


def _signs(contact: Contact, number_columns: Sequence[str], numbers: "_Numbers") -> set[Hashable]:
    """List what a person is known by: e-mail addresses in any field, numbers in those for numbers."""
    texts = [
        text for value in contact.fields.values() for text in texts_of(value) if len(text) <= _MAX_CHARACTERS
    ]
    signs: set[Hashable] = {text.strip().casefold() for text in texts if _ADDRESS.fullmatch(text.strip())}
    for column in number_columns:
        signs.update(
            numbers.sign(text) for text in texts_of(contact.fields.get(column)) if _NUMBER.search(text)
        )
    return signs


class _Numbers:
    """Tells numbers apart: the spellings of one number have one sign."""

    def __init__(self, country: str | None) -> None:
        self._country = country
        self._alike: dict[Hashable, list[str]] = {}

    def sign(self, text: str) -> Hashable:
        key = digit_key(text)
        alike = self._alike.setdefault(text if key is None else key, [])
        known = next((other for other in alike if same_number(text, other, self._country)), None)
        if known is None and len(alike) < _MAX_CANDIDATES:
            alike.append(text)
        return key, known or text
