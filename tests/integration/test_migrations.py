"""Migrations of the schema, upwards from nothing and downwards, with data in the tables."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from api.conftest import Daemon, configuration
from api.samples import MARK, create_samples
from stored import DATABASE_LIMITS
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.base import Base
from xivo_dird.database.engine import Database
from xivo_dird.database.former_contact_forms import former_keys
from xivo_dird.database.revision import Revision
from xivo_dird.database.schema import downgrade, upgrade
from xivo_dird.personal.dao import CONTACTS as PERSONAL_CONTACTS
from xivo_dird.phonebooks.dao import CONTACTS as PHONEBOOK_CONTACTS
from xivo_dird.tenants.service import TenantService

REVISIONS = ["base", "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"]


@pytest.fixture
def database(empty_db_uri):
    database = Database(empty_db_uri, DATABASE_LIMITS)
    yield database
    database.close()


def migrate(database, step, revision):
    with database.engine.execution_options(changing=True).begin() as connection:
        step(connection, revision)


def tables(database):
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_each_downgrade_restores_the_tables_of_its_revision(database):
    seen = []
    for revision in REVISIONS[1:]:
        seen.append(tables(database))
        migrate(database, upgrade, revision)
    for revision, before in zip(reversed(REVISIONS[:-1]), reversed(seen), strict=True):
        migrate(database, downgrade, revision)
        assert tables(database) == before


def test_the_newest_revision_is_tested(database):
    database.migrate()
    with database.engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == REVISIONS[-1]
        )


def test_data_of_remaining_tables_survive_a_downgrade_and_an_upgrade(tmp_path, empty_db_uri, database):
    config = configuration(tmp_path, db_uri=empty_db_uri)
    with Daemon(config) as daemon:
        create_samples(daemon)
    migrate(database, downgrade, "0001")
    with Daemon(config) as daemon:
        assert daemon.get("/displays", search=MARK).json["filtered"] == 1
        assert daemon.get("/profiles", search=MARK).json["filtered"] == 1
        assert daemon.get("/phonebooks").json["items"] == []
        assert daemon.get("/personal").json["items"] == []
        assert daemon.request("POST", "/0.1/phonebooks", json={"name": "again"}).status_code == 201


def test_the_tables_are_what_the_daos_declare(database):
    database.migrate()
    with database.engine.connect() as connection:
        declared = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _parents: kind != "table" or name in declared},
        )
        differences = compare_metadata(context, Base.metadata)
    missing = [
        difference
        for difference in differences
        if isinstance(difference, tuple) and difference[0] in {"add_table", "add_column"}
    ]
    assert missing == []


def test_several_processes_can_migrate_at_once(empty_db_uri):
    databases = [Database(empty_db_uri, DATABASE_LIMITS) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Database.migrate, databases))
    assert len(tables(databases[0])) > 5
    for database in databases:
        database.close()


def test_number_keys_of_stored_contacts_are_computed_in_both_directions(database):
    owner = {"phonebook_contact": "11111111-1111-4111-8111-111111111111", "personal_contact": "a user"}
    database.migrate()
    with database.changing() as session:
        tenants = TenantService(database, Revision(database))
        tenants.record(session, owner["phonebook_contact"])
        session.execute(
            text("INSERT INTO phonebook (uuid, tenant_uuid, name) VALUES (:uuid, :uuid, 'book')"),
            {"uuid": owner["phonebook_contact"]},
        )
        for table in (PHONEBOOK_CONTACTS, PERSONAL_CONTACTS):
            table.add(session, owner[table.row.__tablename__], list(_people()))
    migrate(database, downgrade, "0004")
    new = keys_of_contacts(database)
    migrate(database, downgrade, "0003")
    old = keys_of_contacts(database)
    for contacts, uuid in owner.items():
        assert len(new[contacts]) == len(old[contacts]) == 2 * 2100 + 2
        assert (1, _old_key(uuid, "01 44 55 66 77")) in old[contacts]
        assert {(1, key) for key in former_keys(uuid, ["01 44 55 66 77"])} <= new[contacts]
        unchanged = {key for key in old[contacts] if key[0] == 1} & new[contacts]
        assert unchanged == {(1, key) for key in former_keys(uuid, ["ab"])}
    migrate(database, upgrade, "0004")
    assert keys_of_contacts(database) == new


def _people():
    yield StoredContact("first", {"name": "Ada", "number": "01 44 55 66 77", "id": "AB", "no": None})
    for number in range(2100):
        yield StoredContact(
            str(number), {"name": "x y z", "number": f"+331{number:08}", "short": f"{number}"}
        )


def keys_of_contacts(database):
    found = {}
    with database.engine.connect() as connection:
        for contacts in ("phonebook_contact", "personal_contact"):
            rows = connection.execute(text(f"SELECT contact_id, key FROM {contacts}_key"))
            found[contacts] = {tuple(row) for row in rows}
    return found


def _old_key(owner_uuid, value):
    """Return the key that the daemon computed before revision 0004."""
    return int.from_bytes(blake2b(f"{owner_uuid}\x1f{value}".encode(), digest_size=8).digest()) >> 1


def test_a_declared_phonebook_source_that_shares_a_name_is_renamed(database):
    migrate(database, upgrade, "0005")
    tenant = "11111111-1111-4111-8111-111111111111"
    with database.engine.execution_options(changing=True).begin() as connection:
        connection.execute(text("INSERT INTO tenant (uuid) VALUES (:tenant)"), {"tenant": tenant})
        for uuid, backend in (("one", "csv"), ("two", "phonebook"), ("three", "phonebook")):
            values = {"uuid": uuid, "tenant": tenant, "backend": backend, "yes": True}
            connection.execute(
                text(
                    "INSERT INTO source (uuid, tenant_uuid, name, backend, options, provisioned)"
                    " VALUES (:uuid, :tenant, 'book', :backend, '{}', :yes)"
                ),
                values,
            )
    database.migrate()
    with database.engine.connect() as connection:
        names = dict(connection.execute(text("SELECT uuid, name FROM source")).all())
    assert names["one"] == "book"
    assert len(set(names.values())) == 3
    migrate(database, downgrade, "0005")
