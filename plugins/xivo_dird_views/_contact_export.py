"""Contacts as files: the formats that the lists of contacts have besides JSON."""

from collections.abc import Mapping, Sequence

from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.contacts.vcard_writer import vcard_text
from xivo_dird.view import TextResponse

_VCARD_NAMES = frozenset(("text/vcard", "text/x-vcard", "vcard"))


class CsvExport(TextResponse):
    """Contacts as CSV."""

    content_type = "text/csv; charset=utf-8"


class VcardExport(TextResponse):
    """Contacts as vCards."""

    content_type = "text/vcard; charset=utf-8"


def is_exported(media_type: str | None) -> bool:
    """Return whether a media type is that of a file; any other one means JSON (contract section 2.2)."""
    return media_type == "text/csv" or media_type in _VCARD_NAMES


def export(
    contacts: Sequence[Mapping[str, str | None]], media_type: str | None
) -> CsvExport | VcardExport | None:
    """Return contacts, with their ids, as a file of a type that `is_exported`; None (a 204) instead of an empty one.

    Raises:
        InvalidQuery: The contacts are too large for this format.
    """
    if not contacts:
        return None
    return VcardExport(vcard_text(contacts)) if media_type in _VCARD_NAMES else CsvExport(csv_text(contacts))
