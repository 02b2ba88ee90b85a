"""The events of phonebooks and their contacts, for administrators.

The sources that are based on a phonebook follow its name; they and its contacts are gone with it, without events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from more_itertools import chunked
from typing_extensions import override

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.domain_event import DomainEvent
from xivo_dird.events.model import MAX_IDS_PER_EVENT
from xivo_dird.phonebooks.model import Phonebook


@dataclass(frozen=True)
class _PhonebookEvent(DomainEvent):
    """Something of one phonebook."""

    phonebook: Phonebook

    @property
    @override
    def tenant(self) -> str:
        return self.phonebook.tenant_uuid

    @override
    def data(self) -> Mapping[str, object]:
        return {"phonebook": asdict(self.phonebook)}


@dataclass(frozen=True)
class PhonebookCreated(_PhonebookEvent):
    """A new phonebook."""

    name = "phonebook_created"
    subject = "phonebook.created"


@dataclass(frozen=True)
class PhonebookUpdated(_PhonebookEvent):
    """A phonebook as it is now."""

    name = "phonebook_updated"
    subject = "phonebook.updated"


@dataclass(frozen=True)
class PhonebookDeleted(_PhonebookEvent):
    """A phonebook as it was."""

    name = "phonebook_deleted"
    subject = "phonebook.deleted"


@dataclass(frozen=True)
class _PhonebookContactEvent(_PhonebookEvent):
    """One contact of a phonebook."""

    contact: StoredContact

    @override
    def data(self) -> Mapping[str, object]:
        return {"phonebook_uuid": self.phonebook.uuid, "contact": self.contact.entry()}


@dataclass(frozen=True)
class PhonebookContactCreated(_PhonebookContactEvent):
    """A new contact."""

    name = "phonebook_contact_created"
    subject = "phonebook_contact.created"


@dataclass(frozen=True)
class PhonebookContactUpdated(_PhonebookContactEvent):
    """A contact as it is now."""

    name = "phonebook_contact_updated"
    subject = "phonebook_contact.updated"


@dataclass(frozen=True)
class PhonebookContactDeleted(_PhonebookContactEvent):
    """A contact as it was."""

    name = "phonebook_contact_deleted"
    subject = "phonebook_contact.deleted"


@dataclass(frozen=True)
class PhonebookContactsImported(_PhonebookEvent):
    """The ids of contacts that a file brought."""

    name = "phonebook_contacts_imported"
    subject = "phonebook_contacts.imported"

    ids: Sequence[str]

    @override
    def data(self) -> Mapping[str, object]:
        return {"phonebook_uuid": self.phonebook.uuid, "count": len(self.ids), "ids": list(self.ids)}


def contacts_imported(phonebook: Phonebook, ids: Sequence[str]) -> Iterator[PhonebookContactsImported]:
    """Yield the facts of an import; a long file has several."""
    for some in chunked(ids, MAX_IDS_PER_EVENT):
        yield PhonebookContactsImported(phonebook, some)
