"""Recompute the keys of all stored contacts, so that a phone number is found in any spelling."""

from collections.abc import Callable, Iterator
from hashlib import blake2b

import orjson
import sqlalchemy as sa
from alembic import op

from xivo_dird.database.contact_keys import has_key, keys_of, normalize_case

revision = "0004"
down_revision = "0003"

TABLES = ("phonebook_contact", "personal_contact")
BATCH_SIZE = 2000

KeysOf = Callable[[str, str], list[int]]


def upgrade() -> None:
    """Compute keys whose high bits are common to all spellings of a phone number."""
    for table in TABLES:
        _recompute_keys(table, keys_of)


def downgrade() -> None:
    """Restore the keys that stand for one text each."""
    for table in TABLES:
        _recompute_keys(table, _keys_of_text)


def _recompute_keys(contacts: str, compute_keys: KeysOf) -> None:
    keys = sa.table(
        f"{contacts}_key", sa.column("contact_id", sa.BigInteger), sa.column("key", sa.BigInteger)
    )
    connection = op.get_bind()
    connection.execute(sa.delete(keys))
    for rows in _read_batches(connection, contacts):
        row_keys = {
            (row_id, key)
            for row_id, owner_uuid, fields in rows
            for text in orjson.loads(fields).values()
            if text and has_key(text)
            for key in compute_keys(owner_uuid, text)
        }
        if row_keys:
            connection.execute(
                sa.insert(keys), [{"contact_id": row_id, "key": key} for row_id, key in sorted(row_keys)]
            )


def _read_batches(connection: sa.Connection, contacts: str) -> Iterator[list[tuple[int, str, str]]]:
    """Yield all contacts in batches, each as row id, owner and fields."""
    columns = (sa.column("id", sa.BigInteger), sa.column("owner_uuid", sa.Text), sa.column("fields", sa.Text))
    row_id = columns[0]
    statement = sa.select(*columns).select_from(sa.table(contacts)).order_by(row_id).limit(BATCH_SIZE)
    last_id = 0
    while rows := connection.execute(statement.where(row_id > last_id)).all():
        yield [(row.id, row.owner_uuid, row.fields) for row in rows]
        last_id = rows[-1].id


def _keys_of_text(owner_uuid: str, text: str) -> list[int]:
    message = f"{owner_uuid}\x1f{normalize_case(text)}".encode("utf-8", "surrogatepass")
    return [int.from_bytes(blake2b(message, digest_size=8).digest()) >> 1]
