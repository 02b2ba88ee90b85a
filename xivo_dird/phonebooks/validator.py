"""The validation of phonebook contacts (contract section 2.3)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import orjson

from xivo_dird.contacts.limits import MAX_LISTED_ERRORS, size_error
from xivo_dird.contacts.model import Fields
from xivo_dird.contacts.upload import ContactRow, UploadedContacts
from xivo_dird.exceptions import BadContacts, DuplicateColumns, EmptyFile, InvalidData
from xivo_dird.validation import NUL, NUL_REFUSED

EMPTY_FIELD_NAME = "A field can't have an empty name."
NO_FIELDS = "A contact has at least one field beside its id."
TOO_MANY_VALUES = "The row has more values than the header; they are shown under the null key."


def contact_fields(body: object) -> Fields:
    """Return the fields of the contact in a request body; `id` is not a field.

    Raises:
        InvalidData: The body is invalid.
    """
    if not isinstance(body, Mapping):
        raise InvalidData("A contact is a JSON object.")
    fields = {name: _text(name, value) for name, value in body.items()}
    error = _find_error(fields)
    if error is not None:
        raise InvalidData(error)
    return {name: text for name, text in fields.items() if name != "id"}


def check_import(table: UploadedContacts) -> None:
    """Validate a whole file.

    Raises:
        DuplicateColumns: Two columns have the same name.
        BadContacts: Some contacts are invalid.
        EmptyFile: There are no contacts.
        InvalidImport: The file can't be read.
    """
    duplicates = [name for name, count in Counter(table.header).items() if count > 1]
    if duplicates:
        raise DuplicateColumns(duplicates)
    find_names_error = _NamesCheck().find_error
    errors: list[dict[str, object]] = []
    error_count = 0
    row = None
    for names, row in table.records():
        error = _find_row_error(len(names), row) or find_names_error(names)
        if error is None:
            continue
        error_count += 1
        if error_count <= MAX_LISTED_ERRORS:
            errors.append({"index": row.index, "message": error, "contact": _rejected_contact(names, row)})
    if errors:
        raise BadContacts(errors, error_count)
    if row is None:
        raise EmptyFile(table.line_count, table.byte_count)


def imported_fields(table: UploadedContacts) -> Iterator[Fields]:
    """Yield the fields of each contact of a validated file; the missing values of a short row are None."""
    for names, row in table.records():
        yield _fields(names, row)


class _NamesCheck:
    """Checks the names of the fields of contacts; those of a header once."""

    def __init__(self) -> None:
        self._names: Sequence[str] | None = None
        self._error: str | None = None

    def find_error(self, names: Sequence[str]) -> str | None:
        """Return the first error of names, None if they are valid."""
        if names is not self._names:
            self._names, self._error = names, _find_error(dict.fromkeys(names))
        return self._error


def _fields(header: Sequence[str], row: ContactRow) -> dict[str, str | None]:
    fields = dict(zip_longest(header, row.values[: len(header)]))
    fields.pop("id", None)
    return fields


def _find_row_error(width: int, row: ContactRow) -> str | None:
    if row.error is not None:
        return f"Line {row.line}: {row.error}"
    if len(row.values) > width:
        return TOO_MANY_VALUES
    return size_error((), row.values) or (NUL_REFUSED if NUL in "".join(row.values) else None)


def _rejected_contact(header: Sequence[str], row: ContactRow) -> dict[str, object]:
    """Return a contact as the error response shows it: surplus values are under the key `null`."""
    surplus = row.values[len(header) :]
    values = _fields(header, row)
    return {**values, "null": surplus} if surplus else {**values}


def _find_error(fields: Fields) -> str | None:
    """Return the first error of a contact; None for a valid one."""
    if not fields.keys() - {"id"}:
        return NO_FIELDS
    if "" in fields:
        return EMPTY_FIELD_NAME
    if too_large := size_error(fields, fields.values()):
        return too_large
    if any(NUL in name or NUL in (text or "") for name, text in fields.items()):
        return NUL_REFUSED
    return None


def _text(name: object, value: object) -> str | None:
    """Return a value as text; numbers and booleans as JSON writes them.

    Raises:
        InvalidData: The value is an array or an object.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return orjson.dumps(value).decode()
    raise InvalidData(f"The value of {name!r} is neither text nor number nor null.")
