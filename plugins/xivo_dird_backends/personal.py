"""The personal backend: the caller's own contacts (contract sections 3.5 and 3.6)."""

from typing_extensions import override

from xivo_dird.backend import Caller, Entry, OwnerContacts, SourceOptions, TextMatch
from xivo_dird_backends._stored_contacts import StoredContactsBackend


class PersonalBackend(StoredContactsBackend[SourceOptions]):
    """Answers each user from their own contacts, ignoring case and accents."""

    Options = SourceOptions
    is_personal = True
    text_match = TextMatch.CASE_AND_ACCENT_INSENSITIVE

    @override
    def contacts(self, caller: Caller) -> OwnerContacts:
        """Return the contacts of the user that the caller asks for, if the caller may read them."""
        return self.environment.contacts.of_caller(caller)

    @override
    def shown(self, entry: Entry) -> Entry:
        """Return the entry without empty fields, so that a display shows its default for them."""
        return {name: text for name, text in entry.items() if text}
