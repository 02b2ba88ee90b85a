"""The events of personal contacts; they are for their user."""

from collections.abc import Iterator, Sequence

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.model import Event, counted


def created(tenant_uuid: str | None, user_uuid: str, contact: StoredContact) -> Event:
    """Tell the new contact."""
    return _about("created", tenant_uuid, user_uuid, contact)


def updated(tenant_uuid: str | None, user_uuid: str, contact: StoredContact) -> Event:
    """Tell the contact as it is now."""
    return _about("updated", tenant_uuid, user_uuid, contact)


def deleted(tenant_uuid: str | None, user_uuid: str, contact: StoredContact) -> Event:
    """Tell the contact as it was."""
    return _about("deleted", tenant_uuid, user_uuid, contact)


def imported(tenant_uuid: str | None, user_uuid: str, ids: Sequence[str]) -> Iterator[Event]:
    """Tell which contacts a file brought; a long file takes several events."""
    for counts in counted(ids):
        data = {"user_uuid": user_uuid, **counts}
        yield Event("personal_contacts_imported", "personal_contacts.imported", tenant_uuid, user_uuid, data)


def purged(tenant_uuid: str | None, user_uuid: str, count: int) -> Event:
    """Tell that all of a user's contacts are gone, so many."""
    data = {"user_uuid": user_uuid, "count": count}
    return Event("personal_contacts_purged", "personal_contacts.purged", tenant_uuid, user_uuid, data)


def _about(what: str, tenant_uuid: str | None, user_uuid: str, contact: StoredContact) -> Event:
    data = {"user_uuid": user_uuid, "contact": contact.entry()}
    return Event(f"personal_contact_{what}", f"personal_contact.{what}", tenant_uuid, user_uuid, data)
