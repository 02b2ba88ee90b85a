"""The validation of personal contacts (contract section 2.2)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import uuid4

from xivo_dird.contacts.limits import size_error
from xivo_dird.contacts.model import FailedRow, Fields, StoredContact
from xivo_dird.contacts.rows import AcceptedRow, CheckedRow
from xivo_dird.contacts.texts import text_errors
from xivo_dird.contacts.upload import ContactRow, UploadedContacts
from xivo_dird.database.contact_tables import MAX_ID_LENGTH
from xivo_dird.exceptions import InvalidContact
from xivo_dird.text.folding import storable

NOT_AN_OBJECT = "A contact is a JSON object."
EMPTY_FIELD_NAME = "A field can't have an empty name."
ID_TOO_LONG = f"id: it has more than {MAX_ID_LENGTH} characters."
ID_HAS_CONTROL_CHARACTER = "id: it has a control character."
ID_IS_PATH_SEGMENT = "id: '.' and '..' can't be ids, since clients remove them from URLs."


def new_contact(body: object) -> StoredContact:
    """Return the contact in a request body; without an id it gets a new one.

    Raises:
        InvalidContact: The body is invalid; the error has all reasons.
    """
    texts = _texts(body)
    contact_id = texts.get("id", "")
    errors = list(_id_errors(contact_id))
    if errors:
        raise InvalidContact(errors)
    return StoredContact(contact_id or str(uuid4()), _fields(texts))


def changed_contact(uuid: str, body: object) -> StoredContact:
    """Return the contact `uuid` with the fields in a request body, whose id is ignored.

    Raises:
        InvalidContact: The body is invalid; the error has all reasons.
    """
    return StoredContact(uuid, _fields(_texts(body)))


def imported_rows(table: UploadedContacts) -> Iterator[CheckedRow]:
    """Validate each row of a file.

    Raises:
        InvalidImport: While rows are read: the file can't be read.
    """
    return (imported_row(names, row) for names, row in table.records())


def imported_row(header: Sequence[str], row: ContactRow) -> CheckedRow:
    """Validate one row of a file, independently of other rows and of stored contacts."""
    if row.error is not None:
        return FailedRow(row.line, [row.error])
    texts = dict(zip(header, row.values, strict=False))
    contact_id = texts.get("id", "")
    errors = [*_row_errors(header, row), *_id_errors(contact_id)]
    if errors:
        return FailedRow(row.line, errors)
    contact = StoredContact(contact_id or str(uuid4()), _fields(texts))
    return AcceptedRow(row.line, contact, texts.get("id", texts.get("uuid")) or None)


def _texts(body: object) -> Mapping[str, str]:
    if not isinstance(body, Mapping):
        raise InvalidContact([NOT_AN_OBJECT])
    texts = {name: text for name, text in body.items() if isinstance(name, str) and isinstance(text, str)}
    errors = [f"{name}: the value is not a string." for name in body if name not in texts]
    if "" in body:
        errors.append(EMPTY_FIELD_NAME)
    if too_large := size_error(texts, texts.values()):
        errors = [too_large]
    if errors:
        raise InvalidContact([*errors, *_id_errors(texts.get("id", ""))])
    return texts


def _fields(texts: Mapping[str, str]) -> Fields:
    return {name: text for name, text in texts.items() if name != "id"}


def _row_errors(header: Sequence[str], row: ContactRow) -> Iterator[str]:
    if len(row.values) != len(header):
        yield f"The row has {len(row.values)} fields, the header {len(header)}."
    if "" in header:
        yield EMPTY_FIELD_NAME
    if too_large := size_error(header, row.values):
        yield too_large
        return
    yield from text_errors("".join([*header, *row.values]))


def _id_errors(contact_id: str) -> Iterator[str]:
    if len(contact_id) > MAX_ID_LENGTH:
        yield ID_TOO_LONG
    if storable(contact_id) != contact_id:
        yield ID_HAS_CONTROL_CHARACTER
    if contact_id in {".", ".."}:
        yield ID_IS_PATH_SEGMENT
