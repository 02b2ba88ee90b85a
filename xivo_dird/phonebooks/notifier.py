"""The events of phonebooks and their contacts."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from xivo_dird.contacts.model import StoredContact
from xivo_dird.events.model import Event, counted
from xivo_dird.phonebooks.model import Phonebook


def created(phonebook: Phonebook) -> Event:
    """Tell the new phonebook."""
    return _about("created", phonebook)


def updated(phonebook: Phonebook) -> Event:
    """Tell the phonebook as it is now; the sources that are based on it have its name."""
    return _about("updated", phonebook)


def deleted(phonebook: Phonebook) -> Event:
    """Tell the phonebook as it was; its contacts and the sources that are based on it are gone too."""
    return _about("deleted", phonebook)


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


def _about(what: str, phonebook: Phonebook) -> Event:
    data = {"phonebook": asdict(phonebook)}
    return Event(f"phonebook_{what}", f"phonebook.{what}", phonebook.tenant_uuid, None, data)


def _about_contact(what: str, phonebook: Phonebook, contact: StoredContact) -> Event:
    data = {"phonebook_uuid": phonebook.uuid, "contact": contact.entry()}
    return Event(f"phonebook_contact_{what}", f"phonebook_contact.{what}", phonebook.tenant_uuid, None, data)
