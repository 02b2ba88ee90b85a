"""Recomputes what is derived from the fields of stored contacts: keys and search texts; for migrations."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import orjson
import sqlalchemy as sa

from xivo_dird.database.text_index import create_text_index, fill_text_index, remove_text_index

logger = logging.getLogger(__name__)

BATCH_SIZE = 2000
"""Number of contacts that are in memory at a time."""

PROGRESS_ROWS = 50_000
"""Number of contacts after which a line is logged."""

ComputeKeys = Callable[[str, Sequence[str]], Collection[int]]
"""(uuid of the owner, values of a contact) -> its keys."""

ComputeText = Callable[[Iterable[str]], str]
"""(values of a contact) -> its search text."""

_Batch = list[tuple[int, str, list[str]]]
"""Contacts, each as row id, owner and values."""


def recompute_keys(connection: sa.Connection, contacts: str, keys_of: ComputeKeys) -> None:
    """Replace the keys of all contacts.

    Args:
        connection: The connection of the migration.
        contacts: Name of the table of contacts.
        keys_of: Returns the keys of a contact.
    """
    keys = sa.table(
        f"{contacts}_key", sa.column("contact_id", sa.BigInteger), sa.column("key", sa.BigInteger)
    )
    connection.execute(sa.delete(keys))
    for batch in _read_batches(connection, contacts, "keys"):
        rows = [
            {"contact_id": row_id, "key": key}
            for row_id, owner_uuid, texts in batch
            for key in sorted(keys_of(owner_uuid, texts))
        ]
        if rows:
            connection.execute(sa.insert(keys), rows)


def recompute_texts(connection: sa.Connection, contacts: str, text_of: ComputeText) -> None:
    """Replace the search texts of all contacts, and build their text index again.

    Args:
        connection: The connection of the migration.
        contacts: Name of the table of contacts.
        text_of: Returns the search text of a contact.
    """
    table = sa.table(contacts, sa.column("id", sa.BigInteger), sa.column("search", sa.Text))
    update = table.update().where(table.c.id == sa.bindparam("row_id")).values(search=sa.bindparam("text"))
    remove_text_index(connection, contacts)
    for batch in _read_batches(connection, contacts, "search texts"):
        connection.execute(update, [{"row_id": row_id, "text": text_of(texts)} for row_id, _, texts in batch])
    create_text_index(connection, contacts)
    fill_text_index(connection, contacts)


def _read_batches(connection: sa.Connection, contacts: str, computed: str) -> Iterator[_Batch]:
    """Yield all contacts in batches, and log the progress."""
    columns = (sa.column("id", sa.BigInteger), sa.column("owner_uuid", sa.Text), sa.column("fields", sa.Text))
    row_id, table = columns[0], sa.table(contacts)
    total = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    statement = sa.select(*columns).select_from(table).order_by(row_id).limit(BATCH_SIZE)
    last_id, count = 0, 0
    while rows := connection.execute(statement.where(row_id > last_id)).all():
        yield [(row.id, row.owner_uuid, _texts(row.fields)) for row in rows]
        last_id = rows[-1].id
        count += len(rows)
        if count == total or count % PROGRESS_ROWS < BATCH_SIZE:
            logger.info("%s: computed the %s of %d of %d contacts", contacts, computed, count, total)


def _texts(fields: str) -> list[str]:
    return [text for text in orjson.loads(fields).values() if text]
