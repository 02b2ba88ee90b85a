"""Recompute the keys of all stored contacts, so that a phone number is found in any spelling."""

from collections.abc import Callable, Iterator
from hashlib import blake2b

import orjson
import sqlalchemy as sa
from alembic import op

from xivo_dird.database.contact_keys import has_key, key_of, normalize_case

revision = "0004"
down_revision = "0003"

TABLES = ("phonebook_contact", "personal_contact")
AT_ONCE = 2000

KeyOf = Callable[[str, str], int]


def upgrade() -> None:
    """Compute keys whose high bits are common to all spellings of a phone number."""
    for table in TABLES:
        _make_anew(table, key_of)


def downgrade() -> None:
    """Restore the keys that stand for one text each."""
    for table in TABLES:
        _make_anew(table, _key_of_text)


def _make_anew(contacts: str, make_key: KeyOf) -> None:
    keys = sa.table(
        f"{contacts}_key", sa.column("contact_id", sa.BigInteger), sa.column("key", sa.BigInteger)
    )
    connection = op.get_bind()
    connection.execute(sa.delete(keys))
    for rows in _portions(connection, contacts):
        made = {
            (number, make_key(owner_uuid, text))
            for number, owner_uuid, fields in rows
            for text in orjson.loads(fields).values()
            if text and has_key(text)
        }
        if made:
            connection.execute(
                sa.insert(keys), [{"contact_id": number, "key": key} for number, key in sorted(made)]
            )


def _portions(connection: sa.Connection, contacts: str) -> Iterator[list[tuple[int, str, str]]]:
    """Yield all contacts in batches, each as row id, owner and fields."""
    columns = (sa.column("id", sa.BigInteger), sa.column("owner_uuid", sa.Text), sa.column("fields", sa.Text))
    number = columns[0]
    read = sa.select(*columns).select_from(sa.table(contacts)).order_by(number).limit(AT_ONCE)
    last = 0
    while rows := connection.execute(read.where(number > last)).all():
        yield [(row.id, row.owner_uuid, row.fields) for row in rows]
        last = rows[-1].id


def _key_of_text(owner_uuid: str, text: str) -> int:
    named = f"{owner_uuid}\x1f{normalize_case(text)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(named, digest_size=8).digest()) >> 1
