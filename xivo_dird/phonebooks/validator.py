"""The rules for what enters a phonebook (contract section 2.3)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import orjson

from xivo_dird.contacts.csv_reader import CsvRow, CsvTable
from xivo_dird.contacts.model import Fields
from xivo_dird.exceptions import BadContacts, DuplicateColumns, EmptyFile, InvalidData
from xivo_dird.validation import NUL, NUL_REFUSED

EMPTY_KEY = "A field can't have an empty name."
NO_FIELD = "A contact has at least one field beside its id."
SURPLUS = "The row has more values than the header; they are shown under the null key."


def contact_fields(body: object) -> Fields:
    """Read the fields of a contact; an `id` is no field. Raises `InvalidData`."""
    if not isinstance(body, Mapping):
        raise InvalidData("A contact is a JSON object.")
    fields = {name: _text(name, value) for name, value in body.items()}
    fault = _fault(fields)
    if fault is not None:
        raise InvalidData(fault)
    return {name: text for name, text in fields.items() if name != "id"}


def check_import(table: CsvTable) -> None:
    """Read a whole file. Raises one of the kinds of `InvalidImport`."""
    duplicates = [name for name, count in Counter(table.header).items() if count > 1]
    if duplicates:
        raise DuplicateColumns(duplicates)
    header_fault = _fault(dict.fromkeys(table.header))
    errors = []
    row = None
    for row in table.rows():
        fault = _row_fault(len(table.header), row) or header_fault
        if fault is not None:
            errors.append({"index": row.index, "message": fault, "contact": _shown(table.header, row)})
    if errors:
        raise BadContacts(errors)
    if row is None:
        raise EmptyFile(table.line_count, table.byte_count)


def imported_fields(table: CsvTable) -> Iterator[Fields]:
    """Read the contacts of a file that was checked; a short row lacks its last values."""
    for row in table.rows():
        yield _fields(table.header, row)


def _fields(header: Sequence[str], row: CsvRow) -> dict[str, str | None]:
    fields = dict(zip_longest(header, row.values[: len(header)]))
    fields.pop("id", None)
    return fields


def _row_fault(width: int, row: CsvRow) -> str | None:
    if len(row.values) > width:
        return SURPLUS
    return NUL_REFUSED if NUL in "".join(row.values) else None


def _shown(header: Sequence[str], row: CsvRow) -> dict[str, object]:
    surplus = row.values[len(header) :]
    values = _fields(header, row)
    return {**values, "null": surplus} if surplus else {**values}


def _fault(fields: Fields) -> str | None:
    """Tell what is wrong with a contact, None if nothing is."""
    if not fields.keys() - {"id"}:
        return NO_FIELD
    if "" in fields:
        return EMPTY_KEY
    if any(NUL in name or NUL in (text or "") for name, text in fields.items()):
        return NUL_REFUSED
    return None


def _text(name: object, value: object) -> str | None:
    """Make text of a value, numbers and booleans as JSON writes them. Raises `InvalidData`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return orjson.dumps(value).decode()
    raise InvalidData(f"The value of {name!r} is neither text nor number nor null.")
