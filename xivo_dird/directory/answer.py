"""The answer of one source to a question: its entries, formatted as contacts."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from xivo_dird.backend import Entry
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import BackendAdapter
from xivo_dird.directory.contact import Contact, ContactFormat
from xivo_dird.directory.question import (
    Browse,
    CountGroups,
    EntryQuestion,
    FirstMatch,
    ListQuestion,
    MatchAll,
    Question,
    entries_to_read,
    max_entries_of,
)
from xivo_dird.directory.sort_order import EntryOrder
from xivo_dird.text.sort_groups import GroupCounts
from xivo_dird.threads.deadline import Deadline, until


class Answer(NamedTuple):
    """The contacts that answer a question; `is_cut` and `groups` as in `Outcome`."""

    contacts: tuple[Contact, ...] = ()
    is_cut: bool = False
    groups: GroupCounts | None = None


NO_CONTACTS = Answer()

MAX_CHARACTERS_OF_MANY = 32_000_000
"""Maximum number of characters in the contacts of many numbers: one large contact may have all of them."""


def ask_backend(
    backend: BackendAdapter,
    contact_format: ContactFormat,
    question: Question,
    caller: Caller,
    deadline: Deadline,
) -> Answer:
    """Return the answer of a backend.

    Raises:
        DeadlinePassed: The deadline has passed.
        Exception: Whatever the backend raises.
    """
    if isinstance(question, MatchAll):
        return _match_all(backend, contact_format, question, caller, deadline)
    if isinstance(question, Browse | CountGroups):
        return _list(backend, contact_format, question, caller, deadline)
    return _entries(backend, contact_format, question, caller, deadline)


def _entries(
    backend: BackendAdapter,
    contact_format: ContactFormat,
    question: EntryQuestion,
    caller: Caller,
    deadline: Deadline,
) -> Answer:
    return _formatted(backend.answer(question, caller, deadline), contact_format, question, deadline)


def _formatted(
    answered: Iterable[Entry], contact_format: ContactFormat, question: Question, deadline: Deadline
) -> Answer:
    exten = question.exten if isinstance(question, FirstMatch) else None
    entries = islice(answered, entries_to_read(question))
    contacts = tuple(contact_format.format(entry, exten) for entry in until(deadline, entries))
    shown = contacts[: max_entries_of(question)]
    return Answer(shown, len(shown) < len(contacts))


def _list(
    backend: BackendAdapter,
    contact_format: ContactFormat,
    question: ListQuestion,
    caller: Caller,
    deadline: Deadline,
) -> Answer:
    order = EntryOrder(question.order, contact_format.columns)
    if isinstance(question, CountGroups):
        return Answer(groups=backend.groups(order, caller, deadline))
    return _formatted(backend.browse(order, question, caller, deadline), contact_format, question, deadline)


def _match_all(
    backend: BackendAdapter,
    contact_format: ContactFormat,
    question: MatchAll,
    caller: Caller,
    deadline: Deadline,
) -> Answer:
    matches = backend.match_all(question, caller, deadline)
    found = ((exten, entry) for exten, entry in matches.items() if entry is not None)
    contacts: list[Contact] = []
    characters = 0
    for exten, entry in until(deadline, found):
        contact = contact_format.format(entry, exten)
        characters += _characters(contact.fields)
        if contacts and characters > MAX_CHARACTERS_OF_MANY:
            return Answer(tuple(contacts), is_cut=True)
        contacts.append(contact)
    return Answer(tuple(contacts), len(matches) < len(question.extens))


def _characters(fields: Mapping[str, object]) -> int:
    return sum(len(value) if isinstance(value, str) else len(str(value)) for value in fields.values())
