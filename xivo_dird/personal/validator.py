"""The rules for what enters somebody's personal contacts (contract section 2.2)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import uuid4

from xivo_dird.contacts.csv_reader import CsvRow
from xivo_dird.contacts.model import Fields, StoredContact
from xivo_dird.database.contact_tables import ID_MAX
from xivo_dird.exceptions import InvalidContact
from xivo_dird.personal.model import AcceptedRow, FailedRow
from xivo_dird.text.folding import storable
from xivo_dird.validation import NUL, NUL_REFUSED

NO_OBJECT = "A contact is a JSON object."
EMPTY_KEY = "A field can't have an empty name."
NO_UNICODE = "The row has characters that are no Unicode."
LONG_ID = f"id: it has more than {ID_MAX} characters."
ODD_ID = "id: it has a control character."


def new_contact(body: object) -> StoredContact:
    """Read a contact to be added; it may choose its id. Raises `InvalidContact` with every problem."""
    texts = _texts(body)
    contact_id = texts.get("id", "")
    problems = list(_id_problems(contact_id))
    if problems:
        raise InvalidContact(problems)
    return StoredContact(contact_id or str(uuid4()), _fields(texts))


def changed_contact(uuid: str, body: object) -> StoredContact:
    """Read the new fields of the contact `uuid`, whatever id the body has. Raises `InvalidContact`."""
    return StoredContact(uuid, _fields(_texts(body)))


def imported_row(header: Sequence[str], row: CsvRow) -> AcceptedRow | FailedRow:
    """Judge one row of a file by itself."""
    texts = dict(zip(header, row.values, strict=False))
    contact_id = texts.get("id", "")
    problems = [*_row_problems(header, row), *_id_problems(contact_id)]
    if problems:
        return FailedRow(row.line, problems)
    contact = StoredContact(contact_id or str(uuid4()), _fields(texts))
    return AcceptedRow(row.line, contact, texts.get("id", texts.get("uuid")) or None)


def _texts(body: object) -> Mapping[str, str]:
    if not isinstance(body, Mapping):
        raise InvalidContact([NO_OBJECT])
    texts = {name: text for name, text in body.items() if isinstance(name, str) and isinstance(text, str)}
    problems = [f"{name}: the value is not a string." for name in body if name not in texts]
    if "" in body:
        problems.append(EMPTY_KEY)
    if problems:
        raise InvalidContact([*problems, *_id_problems(texts.get("id", ""))])
    return texts


def _fields(texts: Mapping[str, str]) -> Fields:
    return {name: text for name, text in texts.items() if name != "id"}


def _row_problems(header: Sequence[str], row: CsvRow) -> Iterator[str]:
    if len(row.values) != len(header):
        yield f"The row has {len(row.values)} fields, the header {len(header)}."
    if "" in header:
        yield EMPTY_KEY
    text = "".join([*header, *row.values])
    if NUL in text:
        yield NUL_REFUSED
    if not _is_unicode(text):
        yield NO_UNICODE


def _id_problems(contact_id: str) -> Iterator[str]:
    if len(contact_id) > ID_MAX:
        yield LONG_ID
    if storable(contact_id) != contact_id:
        yield ODD_ID


def _is_unicode(text: str) -> bool:
    """Tell whether `text` is without lone surrogates, which some charsets can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
