"""The events of phonebooks and their contacts, for administrators.

The sources based on a phonebook are renamed and deleted with it, and its contacts are deleted with it; there are no
events for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from typing_extensions import override

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.domain_event import DomainEvent
from xivo_dird.events.model import id_batches
from xivo_dird.phonebooks.model import Phonebook


@dataclass(frozen=True)
class _PhonebookEvent(DomainEvent):
    """An event about one phonebook."""

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
    """A phonebook was created."""

    name = "phonebook_created"
    subject = "phonebook.created"


@dataclass(frozen=True)
class PhonebookUpdated(_PhonebookEvent):
    """A phonebook was updated; `phonebook` is the new state."""

    name = "phonebook_updated"
    subject = "phonebook.updated"


@dataclass(frozen=True)
class PhonebookDeleted(_PhonebookEvent):
    """A phonebook was deleted; `phonebook` is the last state."""

    name = "phonebook_deleted"
    subject = "phonebook.deleted"


@dataclass(frozen=True)
class _PhonebookContactEvent(_PhonebookEvent):
    """An event about one contact of a phonebook."""

    contact: StoredContact

    @override
    def data(self) -> Mapping[str, object]:
        return {"phonebook_uuid": self.phonebook.uuid, "contact": self.contact.entry()}


@dataclass(frozen=True)
class PhonebookContactCreated(_PhonebookContactEvent):
    """A contact was created."""

    name = "phonebook_contact_created"
    subject = "phonebook_contact.created"


@dataclass(frozen=True)
class PhonebookContactUpdated(_PhonebookContactEvent):
    """A contact was updated; `contact` is the new state."""

    name = "phonebook_contact_updated"
    subject = "phonebook_contact.updated"


@dataclass(frozen=True)
class PhonebookContactDeleted(_PhonebookContactEvent):
    """A contact was deleted; `contact` is the last state."""

    name = "phonebook_contact_deleted"
    subject = "phonebook_contact.deleted"


@dataclass(frozen=True)
class PhonebookContactsImported(_PhonebookEvent):
    """Contacts were imported from a file; `ids` are the new ones."""

    name = "phonebook_contacts_imported"
    subject = "phonebook_contacts.imported"

    ids: Sequence[str]

    @override
    def data(self) -> Mapping[str, object]:
        return {"phonebook_uuid": self.phonebook.uuid, "count": len(self.ids), "ids": list(self.ids)}


def import_events(phonebook: Phonebook, ids: Sequence[str]) -> Iterator[PhonebookContactsImported]:
    """Yield the events of an import, each with a part of the ids."""
    for batch in id_batches(ids):
        yield PhonebookContactsImported(phonebook, batch)
