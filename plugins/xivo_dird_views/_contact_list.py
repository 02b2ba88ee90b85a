"""Contacts as the display of a profile shows them; lookups, favorites and personal contacts answer the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.presentation import Presentation, Result
from xivo_dird.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class DisplayedContacts:
    """What a client gets: a value per column for each contact."""

    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result]


def contact_list(
    profile: Profile, contacts: Iterable[Contact], marks: Collection[tuple[str, str]]
) -> DisplayedContacts:
    """Show contacts; `marks` are the favorites: source name, entry id."""
    presentation = Presentation(profile.display, marks)
    results = [presentation.result(contact) for contact in contacts]
    return DisplayedContacts(presentation.column_headers, presentation.column_types, results)
