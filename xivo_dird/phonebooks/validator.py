"""The validation of phonebook contacts (contract section 2.3)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from uuid import uuid4

import orjson

from xivo_dird.contacts.limits import MAX_LISTED_ERRORS, size_error
from xivo_dird.contacts.model import FailedRow, Fields, StoredContact
from xivo_dird.contacts.rows import AcceptedRow, CheckedRow
from xivo_dird.contacts.texts import text_errors
from xivo_dird.contacts.upload import ContactRow, UploadedContacts
from xivo_dird.exceptions import BadContacts, DuplicateColumns, EmptyFile, InvalidData

EMPTY_FIELD_NAME = "A field can't have an empty name."
NO_FIELDS = "A contact has at least one field beside its id."
TOO_MANY_VALUES = "The row has more values than the header."
SURPLUS_SHOWN = "They are shown under the null key."


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
    _check_columns(table)
    errors: list[dict[str, object]] = []
    error_count = 0
    row = None
    for names, row, error in _checked(table):
        if error is None:
            continue
        error_count += 1
        if error_count <= MAX_LISTED_ERRORS:
            message = _import_message(row, error)
            errors.append({"index": row.index, "message": message, "contact": _rejected_contact(names, row)})
    if errors:
        raise BadContacts(errors, error_count)
    if row is None:
        raise EmptyFile(table.line_count, table.byte_count)


def imported_rows(table: UploadedContacts) -> Iterator[CheckedRow]:
    """Yield each row of a file that `check_import` has accepted; the missing values of a short row are None."""
    return (_accepted(names, row) for names, row in table.records())


def previewed_rows(table: UploadedContacts) -> Iterator[CheckedRow]:
    """Yield each row of a file: those that `check_import` reports as failed ones, others as `imported_rows` does.

    Raises:
        DuplicateColumns: Two columns have the same name.
        InvalidImport: The file can't be read.
    """
    _check_columns(table)
    for names, row, error in _checked(table):
        yield _accepted(names, row) if error is None else FailedRow(row.line, [error])


def _check_columns(table: UploadedContacts) -> None:
    duplicates = [name for name, count in Counter(table.header).items() if count > 1]
    if duplicates:
        raise DuplicateColumns(duplicates)


def _checked(table: UploadedContacts) -> Iterator[tuple[Sequence[str], ContactRow, str | None]]:
    """Yield the names of the fields of each contact, the contact, and its first error, None if it is valid."""
    find_names_error = _NamesCheck().find_error
    for names, row in table.records():
        yield names, row, _find_row_error(len(names), row) or find_names_error(names)


def _accepted(names: Sequence[str], row: ContactRow) -> AcceptedRow:
    return AcceptedRow(row.line, StoredContact(str(uuid4()), _fields(names, row)))


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
        return row.error
    if len(row.values) > width:
        return TOO_MANY_VALUES
    return size_error((), row.values) or next(text_errors("".join(row.values)), None)


def _import_message(row: ContactRow, error: str) -> str:
    """Return an error as the response of an import has it, beside the index and the contact of the row."""
    if row.error is not None:
        return f"Line {row.line}: {error}"
    return f"{error} {SURPLUS_SHOWN}" if error == TOO_MANY_VALUES else error


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
    return next(text_errors("".join([*fields, *filter(None, fields.values())])), None)


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
