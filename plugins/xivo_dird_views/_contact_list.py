"""Contacts in the columns of a profile's display, as lookup, favorites and personal contacts return them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.presentation import Presentation, Result
from xivo_dird.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class DisplayedContacts:
    """Contacts with a value per column."""

    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result]


def display_contacts(
    profile: Profile, contacts: Iterable[Contact], favorites: Collection[tuple[str, str]]
) -> DisplayedContacts:
    """Return contacts in the columns of a profile's display.

    Args:
        profile: The profile whose display has the columns.
        contacts: The contacts to show.
        favorites: The source name and entry id of each favorite of the user.
    """
    presentation = Presentation(profile.display, favorites)
    results = presentation.results(contacts)
    return DisplayedContacts(presentation.column_headers, presentation.column_types, results)
