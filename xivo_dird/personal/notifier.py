"""The events of personal contacts, which are addressed to their user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import override

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.domain_event import UserEvent
from xivo_dird.events.model import id_batches


@dataclass(frozen=True)
class _PersonalContactEvent(UserEvent):
    """An event about one contact."""

    contact: StoredContact

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "contact": self.contact.entry()}


@dataclass(frozen=True)
class PersonalContactCreated(_PersonalContactEvent):
    """A contact was created."""

    name = "personal_contact_created"
    subject = "personal_contact.created"


@dataclass(frozen=True)
class PersonalContactUpdated(_PersonalContactEvent):
    """A contact was updated; `contact` is the new state."""

    name = "personal_contact_updated"
    subject = "personal_contact.updated"


@dataclass(frozen=True)
class PersonalContactDeleted(_PersonalContactEvent):
    """A contact was deleted; `contact` is the last state."""

    name = "personal_contact_deleted"
    subject = "personal_contact.deleted"


@dataclass(frozen=True)
class PersonalContactsImported(UserEvent):
    """Contacts were imported from a file; `ids` are the new ones."""

    name = "personal_contacts_imported"
    subject = "personal_contacts.imported"

    ids: Sequence[str]

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "count": len(self.ids), "ids": list(self.ids)}


@dataclass(frozen=True)
class PersonalContactsPurged(UserEvent):
    """All contacts of a user were deleted; `count` is their number."""

    name = "personal_contacts_purged"
    subject = "personal_contacts.purged"

    count: int

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "count": self.count}


def import_events(
    tenant_uuid: str | None, user_uuid: str, ids: Sequence[str]
) -> Iterator[PersonalContactsImported]:
    """Yield the events of an import, each with a part of the ids."""
    for batch in id_batches(ids):
        yield PersonalContactsImported(tenant_uuid, user_uuid, batch)
