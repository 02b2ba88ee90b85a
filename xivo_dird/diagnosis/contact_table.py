"""The contacts of a result as a table, in the columns of the display or in those of the sources."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from xivo_dird.diagnosis.column_hints import shown_columns_of
from xivo_dird.diagnosis.columns import format_columns_of, texts_of_option
from xivo_dird.diagnosis.model import MAX_COMPARED_CONTACTS, MAX_SHOWN_CONTACTS, Inquiry
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.presentation import Presentation
from xivo_dird.sources.model import Source

MAX_SHOWN_COLUMNS = 6

USUAL_FIELDS = ("name", "number", "mobile", "email", "company", "reverse")
"""What displays and phones show of contacts, under the names that vCards and presets give to it."""


class ResultTable(NamedTuple):
    """The first contacts of a result, at most `MAX_SHOWN_CONTACTS`.

    Attributes:
        titles: The titles of the columns.
        contacts: The contacts.
        rows: The values of each of them, one per column.
    """

    titles: list[str]
    contacts: Sequence[Contact]
    rows: list[list[object]]


def contact_table(inquiry: Inquiry) -> ResultTable:
    """Return the columns of the display of a lookup, else the formatted columns of the sources with results."""
    display, contacts = inquiry.profile.display, inquiry.contacts[:MAX_SHOWN_CONTACTS]
    if display is not None and inquiry.service == "lookup":
        columns = shown_columns_of(display)
        results = Presentation(replace(display, columns=tuple(columns))).results(contacts)
        titles = [column.title or column.field or "" for column in columns]
        return ResultTable(titles, contacts, [result.column_values for result in results])
    compared = inquiry.contacts[:MAX_COMPARED_CONTACTS]
    sources = {contact.source for contact in compared}
    found = [answer.source for answer in inquiry.answers if answer.source.name in sources]
    names = list(dict.fromkeys(name for source in found for name in shown_columns(source, compared)))
    return ResultTable(
        names, contacts, [[contact.fields.get(name) for name in names] for contact in contacts]
    )


def shown_columns(source: Source, contacts: Sequence[Contact]) -> list[str]:
    """Return the columns of a table of contacts: the usual ones that they have, and the formatted or searched ones.

    Those with numbers are shown if the source has no field `number`.
    """
    usual = [field for field in USUAL_FIELDS if any(contact.fields.get(field) for contact in contacts)]
    formatted = list(format_columns_of(source.options))
    matched = texts_of_option(source.options, "first_matched_columns")
    numbers = [] if any("number" in contact.fields for contact in contacts) else matched
    named = [*texts_of_option(source.options, "searched_columns"), *matched]
    return list(dict.fromkeys([*usual, *numbers, *(formatted or named)]))[:MAX_SHOWN_COLUMNS]
