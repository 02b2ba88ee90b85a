"""The revision of the schema, read without Alembic."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from xivo_dird.database.schema import MIGRATIONS
from xivo_dird.database.schema_revision import NEWEST_REVISION, is_newest


def revision_is_newest(database):
    with database.engine.connect() as connection:
        return is_newest(connection)


def test_the_newest_revision_is_that_of_the_last_migration():
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [NEWEST_REVISION]


def test_a_migrated_database_has_the_newest_revision(database):
    assert revision_is_newest(database)


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '0008'",
        "UPDATE alembic_version SET version_num = '9999'",
        "INSERT INTO alembic_version VALUES ('0008')",
    ],
)
def test_a_database_of_another_revision_has_not_the_newest(database, change):
    with database.changing() as session:
        session.execute(text(change))
    assert not revision_is_newest(database)
