"""The events of phonebooks and their contacts."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.lifecycle import Lifecycle
from xivo_dird.events.model import Event, counted
from xivo_dird.phonebooks.model import Phonebook

PHONEBOOK = Lifecycle[Phonebook]("phonebook", asdict)
"""The sources that are based on a phonebook follow its name; they and its contacts are gone with it."""


def contact_created(phonebook: Phonebook, contact: StoredContact) -> Event:
    """Tell the new contact."""
    return _about_contact("created", phonebook, contact)


def contact_updated(phonebook: Phonebook, contact: StoredContact) -> Event:
    """Tell the contact as it is now."""
    return _about_contact("updated", phonebook, contact)


def contact_deleted(phonebook: Phonebook, contact: StoredContact) -> Event:
    """Tell the contact as it was."""
    return _about_contact("deleted", phonebook, contact)


def contacts_imported(phonebook: Phonebook, ids: Sequence[str]) -> Iterator[Event]:
    """Tell which contacts a file brought; a long file takes several events."""
    name, subject = "phonebook_contacts_imported", "phonebook_contacts.imported"
    for counts in counted(ids):
        data = {"phonebook_uuid": phonebook.uuid, **counts}
        yield Event(name, subject, phonebook.tenant_uuid, None, data)


def _about_contact(what: str, phonebook: Phonebook, contact: StoredContact) -> Event:
    data = {"phonebook_uuid": phonebook.uuid, "contact": contact.entry()}
    return Event(f"phonebook_contact_{what}", f"phonebook_contact.{what}", phonebook.tenant_uuid, None, data)
