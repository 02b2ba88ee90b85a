"""The events of personal contacts; they are for their user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from more_itertools import chunked
from typing_extensions import override

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.domain_event import UserEvent
from xivo_dird.events.model import MAX_IDS_PER_EVENT


@dataclass(frozen=True)
class _PersonalContactEvent(UserEvent):
    """One contact."""

    contact: StoredContact

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "contact": self.contact.entry()}


@dataclass(frozen=True)
class PersonalContactCreated(_PersonalContactEvent):
    """A new contact."""

    name = "personal_contact_created"
    subject = "personal_contact.created"


@dataclass(frozen=True)
class PersonalContactUpdated(_PersonalContactEvent):
    """A contact as it is now."""

    name = "personal_contact_updated"
    subject = "personal_contact.updated"


@dataclass(frozen=True)
class PersonalContactDeleted(_PersonalContactEvent):
    """A contact as it was."""

    name = "personal_contact_deleted"
    subject = "personal_contact.deleted"


@dataclass(frozen=True)
class PersonalContactsImported(UserEvent):
    """The ids of contacts that a file brought."""

    name = "personal_contacts_imported"
    subject = "personal_contacts.imported"

    ids: Sequence[str]

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "count": len(self.ids), "ids": list(self.ids)}


@dataclass(frozen=True)
class PersonalContactsPurged(UserEvent):
    """All contacts of a user are gone, `count` of them."""

    name = "personal_contacts_purged"
    subject = "personal_contacts.purged"

    count: int

    @override
    def data(self) -> Mapping[str, object]:
        return {"user_uuid": self.user_uuid, "count": self.count}


def imported(
    tenant_uuid: str | None, user_uuid: str, ids: Sequence[str]
) -> Iterator[PersonalContactsImported]:
    """Yield the facts of an import; a long file has several."""
    for some in chunked(ids, MAX_IDS_PER_EVENT):
        yield PersonalContactsImported(tenant_uuid, user_uuid, some)
