"""The phonebook backend: the contacts of one stored phonebook (contract sections 3.5 and 3.6)."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator
from typing_extensions import override

from xivo_dird.backend import Caller, Entry, OwnerContacts, SourceOptions, TextMatch
from xivo_dird_backends._stored_contacts import StoredContactsBackend


def _name_or_default(value: object) -> str:
    return value if isinstance(value, str) and value else "phonebook"


class PhonebookOptions(SourceOptions):
    """The options of a phonebook source, which is named after its phonebook whatever name a client sends."""

    phonebook_option = "phonebook_uuid"

    name: Annotated[str, BeforeValidator(_name_or_default)] = "phonebook"
    """Not needed: the source has the name of its phonebook."""

    phonebook_uuid: UUID
    """The uuid of the phonebook."""


class PhonebookBackend(StoredContactsBackend[PhonebookOptions]):
    """Answers every caller from the phonebook, ignoring case but not accents.

    Each question checks that the tenant has the phonebook.
    """

    Options = PhonebookOptions
    is_caller_independent = True
    text_match = TextMatch.CASE_INSENSITIVE

    @override
    def contacts(self, caller: Caller) -> OwnerContacts:
        """Return the contacts of the phonebook."""
        return self.environment.contacts.of_phonebook(
            self.environment.tenant_uuid, str(self.options.phonebook_uuid)
        )

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find a contact with the number, ignoring case, otherwise one with an alternate spelling of it.

        In `match_all` an exact match must have the same case.
        """
        contacts = self.contacts(caller)
        exact = contacts.with_value([exten], self.options.first_matched_columns)
        return next(iter(exact), None) or self.alternate_spelling(exten, contacts)
