"""The examples of docs/sources/sql.md, on tables as those systems have them."""

from pathlib import Path

import pytest
import yaml

from plugins.backends.sql.conftest import change_database, names

PAGE = Path(__file__).parents[4] / "docs" / "sources" / "sql.md"
DOMAIN = "9d3ad6b6-3f2c-4a77-9a5c-000000000001"
OTHER_DOMAIN = "9d3ad6b6-3f2c-4a77-9a5c-000000000002"

FREEPBX = (
    "CREATE TABLE contactmanager_groups (id INTEGER, owner INTEGER, name TEXT, type TEXT)",
    "INSERT INTO contactmanager_groups VALUES (1, -1, 'Suppliers', 'external'), (2, -1, 'Staff', 'internal'), "
    "(3, 7, 'Mine', 'private')",
    'CREATE TABLE contactmanager_group_entries (id INTEGER, groupid INTEGER, "user" INTEGER, displayname TEXT, '
    "fname TEXT, lname TEXT, title TEXT, company TEXT, address TEXT, uuid TEXT)",
    "INSERT INTO contactmanager_group_entries VALUES "
    "(10, 1, -1, 'Ada Stern', 'Ada', 'Stern', '', 'Stern SA', '', 'u1'), "
    "(11, 2, 5, '', '', '', '', '', '', 'u2'), (12, 3, -1, 'Secret', '', '', '', '', '', 'u3')",
    "CREATE TABLE contactmanager_entry_numbers (id INTEGER, entryid INTEGER, number TEXT, extension TEXT, "
    "countrycode TEXT, nationalnumber TEXT, regioncode TEXT, locale TEXT, stripped TEXT, type TEXT, flags TEXT, "
    "E164 TEXT, possibleshort TEXT)",
    "INSERT INTO contactmanager_entry_numbers (id, entryid, number, stripped, type, E164) VALUES "
    "(1, 10, '01 44 55 66 77', '0144556677', 'work', '+33144556677'), "
    "(2, 10, '06-12-34-56-78', '0612345678', 'cell', '+33612345678'), "
    "(3, 11, '2045', '2045', 'internal', NULL), (4, 12, '0699999999', '0699999999', 'cell', NULL)",
    "CREATE TABLE contactmanager_entry_emails (entryid INTEGER, email TEXT)",
    "INSERT INTO contactmanager_entry_emails VALUES (10, 'ada@example.org'), (10, 'stern@example.org')",
    "CREATE TABLE userman_users (id INTEGER, username TEXT, default_extension TEXT, displayname TEXT, fname TEXT, "
    "lname TEXT, cell TEXT, work TEXT, home TEXT, fax TEXT, email TEXT)",
    "INSERT INTO userman_users (id, displayname, fname, lname) VALUES (5, 'Ivo Brandt', 'Ivo', 'Brandt')",
)
FUSIONPBX = (
    "CREATE TABLE v_contacts (contact_uuid UUID, domain_uuid UUID, contact_type TEXT, contact_organization TEXT, "
    "contact_name_given TEXT, contact_name_family TEXT, insert_date TIMESTAMPTZ, update_date TIMESTAMPTZ)",
    "CREATE TABLE v_contact_phones (contact_phone_uuid UUID, domain_uuid UUID, contact_uuid UUID, phone_label TEXT, "
    "phone_type_voice NUMERIC, phone_type_fax NUMERIC, phone_country_code NUMERIC, phone_number TEXT, "
    "phone_extension TEXT, phone_primary NUMERIC)",
    "CREATE TABLE v_contact_emails (contact_uuid UUID, email_address TEXT)",
    f"""INSERT INTO v_contacts VALUES
        ('00000000-0000-4000-8000-00000000000a', '{DOMAIN}', 'user', 'Stern SA', 'Ada', 'Stern', now(), NULL),
        ('00000000-0000-4000-8000-00000000000b', '{DOMAIN}', 'user', NULL, 'Ivo', NULL, now(), NULL),
        ('00000000-0000-4000-8000-00000000000c', '{OTHER_DOMAIN}', 'user', NULL, 'Uma', NULL, now(), NULL)""",
    """INSERT INTO v_contact_phones (contact_uuid, phone_type_voice, phone_type_fax, phone_country_code, phone_number)
        VALUES ('00000000-0000-4000-8000-00000000000a', 1, 0, 33, '612345678'),
        ('00000000-0000-4000-8000-00000000000a', 1, NULL, NULL, '01 44 55 66 77'),
        ('00000000-0000-4000-8000-00000000000a', NULL, 1, NULL, '0144556678'),
        ('00000000-0000-4000-8000-00000000000c', 1, 0, NULL, '2045')""",
    "INSERT INTO v_contact_emails VALUES ('00000000-0000-4000-8000-00000000000a', 'ada@example.org')",
)


def example(name):
    """Return the options of the source in a file of the page, without what the test replaces."""
    shown = PAGE.read_text(encoding="utf-8").partition(f"# file: {name}\n")[2].partition("```")[0]
    (source,) = yaml.safe_load(shown)["provisioning"]["sources"]
    return {key: value for key, value in source.items() if key not in {"tenant", "backend", "uri"}}


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_the_contacts_of_freepbx_are_found(uri, opened, mode):
    change_database(uri, *FREEPBX)
    with opened(uri, **{**example("freepbx.yml"), "mode": mode}) as source:
        (ada,) = source.search("stern ada")
        expected = {
            "number": "01 44 55 66 77",
            "mobile": "06-12-34-56-78",
            "home": None,
            "company": "Stern SA",
        }
        assert {name: ada.fields[name] for name in expected} == expected
        assert ada.fields["email"] in (
            ["ada@example.org", "stern@example.org"],
            ["stern@example.org", "ada@example.org"],
        )
        assert names([source.first_match("+33144556677"), source.first_match("2045")]) == [
            "Ada Stern",
            "Ivo Brandt",
        ]
        assert names(source.fetch(["10", "12"])) == ["Ada Stern"]
        assert not source.search("secret")
        if mode == "snapshot":
            assert names([source.first_match("0612345678")]) == ["Ada Stern"]


@pytest.mark.parametrize("mode", ["snapshot", "query"])
def test_the_contacts_of_a_fusionpbx_domain_are_found(postgresql_uri, opened, mode):
    change_database(postgresql_uri, *FUSIONPBX)
    with opened(postgresql_uri, **{**example("fusionpbx.yml"), "mode": mode}) as source:
        (ada,) = source.search("stern ada")
        assert ada.source_entry_id == "00000000-0000-4000-8000-00000000000a"
        assert ada.fields["number"] in (
            ["+33612345678", "01 44 55 66 77"],
            ["01 44 55 66 77", "+33612345678"],
        )
        assert (ada.fields["fax"], ada.fields["email"]) == ("0144556678", "ada@example.org")
        assert names([source.first_match("0612345678"), source.first_match("0144556677")]) == 2 * [
            "Ada Stern"
        ]
        assert names(source.search("ivo")) == ["Ivo"]
        assert not source.search("uma")
        assert source.first_match("2045") is None
        assert names(source.fetch([str(ada.source_entry_id), "x"])) == ["Ada Stern"]


def test_the_plain_table_of_the_page_is_read(postgresql_uri, opened):
    change_database(
        postgresql_uri,
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.contacts (contact_id INTEGER, full_name TEXT, phone TEXT, phone2 TEXT, "
        "changed_at TIMESTAMP)",
        "INSERT INTO sales.contacts VALUES (1, 'Ada Stern', '2045', '06 12 34 56 78', now())",
    )
    with opened(postgresql_uri, **example("crm.yml")) as source:
        assert names([source.first_match("+33612345678"), *source.search("stern")]) == 2 * ["Ada Stern"]


def test_the_queries_of_the_page_answer(postgresql_uri, opened):
    change_database(postgresql_uri, "UPDATE people SET number = '+33612345678' WHERE id = 2")
    with opened(postgresql_uri, **example("live.yml")) as source:
        assert names(source.search("ada")) == ["Ada Stern"]
        assert names(source.search("100%")) == ["100%_sure"]
        assert names([source.first_match("06 12 34 56 78")]) == ["Élodie Müller"]
        assert names(source.fetch(["1"])) == ["Ada Stern"]
