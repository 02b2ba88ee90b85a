"""Revisions 0007 and 0008 compute what stored contacts of the release before are found by, and 0007 goes back."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from integration.test_migrations import keys_of_contacts, migrate
from stored import DATABASE_LIMITS
from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import content_of, fields_of
from xivo_dird.contacts.model import StoredContact
from xivo_dird.contacts.search_dao import ContactSearch, SearchLimits
from xivo_dird.database.engine import Database
from xivo_dird.database.schema import downgrade, upgrade
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import RequestedNumber
from xivo_dird.personal.dao import CONTACTS as PERSONAL_CONTACTS
from xivo_dird.phonebooks.dao import CONTACTS as PHONEBOOK_CONTACTS

FORMER = json.loads((Path(__file__).parent / "contacts_of_0006.json").read_text(encoding="utf-8"))
"""Contacts as the code of revision 0006 stored them: literal values, which no code computes any more."""


@pytest.fixture
def database(empty_db_uri):
    database = Database(empty_db_uri, DATABASE_LIMITS)
    yield database
    database.close()


def _insert_former(database):
    with database.engine.execution_options(changing=True).begin() as connection:
        tenant = FORMER["owners"]["phonebook_contact"]
        connection.execute(text("INSERT INTO tenant (uuid) VALUES (:uuid)"), {"uuid": tenant})
        connection.execute(
            text("INSERT INTO phonebook (uuid, tenant_uuid, name) VALUES (:uuid, :uuid, 'book')"),
            {"uuid": tenant},
        )
        for contacts, rows in FORMER["rows"].items():
            for row_id, row in enumerate(rows, 1):
                values = {
                    "id": row_id,
                    "uuid": f"{contacts}{row_id}",
                    "owner_uuid": FORMER["owners"][contacts],
                    "fields": row["fields"],
                    "digest": bytes.fromhex(row["digest"]),
                    "search": row["search"],
                }
                names = ", ".join(values)
                placeholders = ", ".join(f":{name}" for name in values)
                connection.execute(text(f"INSERT INTO {contacts} ({names}) VALUES ({placeholders})"), values)
                for key in row["keys"]:
                    connection.execute(
                        text(f"INSERT INTO {contacts}_key (contact_id, key) VALUES (:id, :key)"),
                        {"id": row_id, "key": key},
                    )
                if connection.dialect.name == "sqlite":
                    connection.execute(
                        text(f"INSERT INTO {contacts}_text (rowid, search) VALUES (:id, :search)"),
                        {"id": row_id, "search": row["search"]},
                    )


def _stored(database):
    """Return the search text and the keys of every contact, by table."""
    keys = keys_of_contacts(database)
    with database.engine.connect() as connection:
        return {
            contacts: [
                (search, sorted(key for contact_id, key in keys[contacts] if contact_id == row_id))
                for row_id, search in connection.execute(
                    text(f"SELECT id, search FROM {contacts} ORDER BY id")
                )
            ]
            for contacts in FORMER["rows"]
        }


def test_contacts_of_the_release_before_are_found_in_every_spelling(database, caplog):
    migrate(database, upgrade, "0006")
    _insert_former(database)
    with caplog.at_level("INFO", "xivo_dird.database"):
        database.migrate()
    assert "phonebook_contact: computed the search texts of 12 of 12 contacts" in caplog.text
    finds = {
        "m\u00fcller": 2,
        "ipek": 3,
        "\u0639\u0644\u06cc": 4,
        "\u0645\u062d\u0645\u062f": 5,
        "strasse": 6,
        "a b c": 9,
        "fin ab": 10,
        "ada": 1,
        "0639981250": 2,
        "01234567": 10,
    }
    for table in (PHONEBOOK_CONTACTS, PERSONAL_CONTACTS):
        owner = FORMER["owners"][table.row.__tablename__]
        with database.reading() as session:
            for limits in (SearchLimits(), SearchLimits(max_scanned_rows=0)):
                search = ContactSearch(session, table, owner, limits)
                for term, row_id in finds.items():
                    found = search.search(term, ["name", "number"], TextMatch.CASE_INSENSITIVE)
                    assert found[0].id == f"{table.row.__tablename__}{row_id}", term
                assert [contact.fields["name"] for contact in search.with_value(["abc"], ["number"])] == [
                    "Stra\u00dfe"
                ]
                assert search.with_number(RequestedNumber("+33639981251", DialPlan("FR")), ["number"])


def test_the_texts_and_keys_of_the_release_before_are_restored(database):
    former = {
        contacts: [(row["search"], row["keys"]) for row in rows] for contacts, rows in FORMER["rows"].items()
    }
    migrate(database, upgrade, "0006")
    _insert_former(database)
    database.migrate()
    assert all(new != old for new, old in zip(_stored(database).values(), former.values(), strict=True))
    for contacts, rows in FORMER["rows"].items():
        owner = FORMER["owners"][contacts]
        contents = [content_of(owner, fields_of(row["fields"])) for row in rows]
        assert _stored(database)[contacts] == [(content.search, sorted(content.keys)) for content in contents]
    migrate(database, downgrade, "0006")
    assert _stored(database) == former


def test_triggers_update_the_text_index_after_the_migration(database):
    migrate(database, upgrade, "0006")
    _insert_former(database)
    database.migrate()
    owner = FORMER["owners"]["personal_contact"]
    with database.changing() as session:
        changed = StoredContact("personal_contact1", {"name": "Zo\u00eb Brandt"})
        assert PERSONAL_CONTACTS.replace(session, owner, changed)
        PERSONAL_CONTACTS.remove(session, owner, "personal_contact3")
    with database.reading() as session:
        search = ContactSearch(session, PERSONAL_CONTACTS, owner, SearchLimits(max_scanned_rows=0))
        rule = TextMatch.CASE_AND_ACCENT_INSENSITIVE
        assert search.search("brandt", ["name"], rule) == [changed]
        assert search.search("stern", ["name"], rule) == search.search("ipek", ["name"], rule) == []
