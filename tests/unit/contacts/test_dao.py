"""The contacts of each owner are stored, found and removed apart from those of all others."""

from types import SimpleNamespace

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from unit.contacts.conftest import add, contact, keys_of_owner, stored
from xivo_dird.contacts.dao import BATCH_SIZE
from xivo_dird.exceptions import Conflict
from xivo_dird.personal.dao import CONTACTS

ADA = contact("1", name="Ada", number="2045")
BOB = contact("2", name="Bob", number=None)
EVE = contact("3", name="Eve", number="31 17")
UNSTORABLE = "\ud800"


def test_added_contacts_are_returned_the_oldest_first(session):
    assert add(session, EVE, ADA) == {"3", "1"}
    assert add(session, BOB) == {"2"}
    assert stored(session) == [EVE, ADA, BOB]
    assert CONTACTS.count(session, "ada") == 3


def test_each_owner_has_its_own_contacts(session):
    add(session, ADA)
    add(session, contact("4", **ADA.fields), BOB, owner="bea")
    assert stored(session) == [ADA]
    assert [one.id for one in stored(session, "bea")] == ["4", "2"]
    assert CONTACTS.count(session, "bea") == 2
    assert CONTACTS.find(session, "bea", ["1", "2"]) == [BOB]


def test_equal_contacts_and_known_ids_are_skipped(session):
    add(session, ADA)
    again = contact("4", **ADA.fields)
    known_id = contact("1", name="Other")
    repeated = contact("5", **BOB.fields)
    assert add(session, again, known_id, BOB, repeated) == {"2"}
    assert stored(session) == [ADA, BOB]


def test_contacts_that_others_add_meanwhile_are_not_counted(session):
    meanwhile = (
        "CREATE TRIGGER meanwhile AFTER INSERT ON personal_contact WHEN NEW.owner_uuid = 'ada' BEGIN INSERT INTO"
        " personal_contact (uuid, owner_uuid, fields, digest, search) VALUES ('9', 'bea', '{}', x'00', ''); END"
    )
    session.execute(text(meanwhile))
    assert add(session, ADA) == {"1"}
    assert CONTACTS.count(session, "bea") == 1


def test_an_added_contact_has_its_keys(session):
    add(session, ADA, BOB, EVE)
    keys = keys_of_owner(session)
    assert [found for found, _ in keys] == [expected for _, expected in keys]
    assert keys[0][0]


def test_any_number_of_contacts_is_added_and_found(session):
    many = [contact(str(number), name=f"n{number}") for number in range(2 * BATCH_SIZE + 1)]
    ids = [one.id for one in many]
    parameters = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *sent: parameters.append(len(sent[3])))
    assert add(session, *many) == set(ids)
    parameters.clear()
    assert CONTACTS.find(session, "ada", ids) == many
    assert CONTACTS.existing_ids(session, [*ids, "no"]) == set(ids)
    copies = [contact(f"copy {one.id}", **one.fields) for one in many]
    assert CONTACTS.find_same(session, "ada", copies) == {f"copy {one.id}": one for one in many}
    assert max(parameters) == BATCH_SIZE + len(["", "owner"]) == 502


def test_replacing_changes_the_fields_and_the_keys_of_one_contact(session):
    add(session, ADA, BOB)
    add(session, EVE, owner="bea")
    changed = contact("1", name="Ada", number="31 99", room="12")
    assert CONTACTS.replace(session, "ada", changed)
    assert stored(session) == [changed, BOB]
    for found, expected in [*keys_of_owner(session), *keys_of_owner(session, "bea")]:
        assert found == expected
    assert CONTACTS.find_same(session, "ada", [contact("5", **changed.fields), ADA]) == {"5": changed}


def test_only_contacts_of_the_owner_can_be_replaced(session):
    add(session, ADA)
    for owner, uuid in (("bea", "1"), ("ada", "2"), ("ada", UNSTORABLE)):
        assert not CONTACTS.replace(session, owner, contact(uuid, name="Other"))
    assert stored(session) == [ADA]


def test_a_contact_can_not_become_equal_to_another_one(session):
    add(session, ADA, BOB)
    with pytest.raises(Conflict, match=r"^a contact with the same fields exists already$"):
        CONTACTS.replace(session, "ada", contact("2", **ADA.fields))


def test_removing_returns_the_contact_of_the_owner(session):
    add(session, ADA, BOB)
    assert CONTACTS.remove(session, "bea", "1") is None
    assert CONTACTS.remove(session, "ada", UNSTORABLE) is None
    assert CONTACTS.remove(session, "ada", "1") == ADA
    assert CONTACTS.remove(session, "ada", "1") is None
    assert stored(session) == [BOB]


def test_removing_all_leaves_the_other_owners_alone(session):
    add(session, ADA, BOB)
    add(session, EVE, owner="bea")
    assert CONTACTS.remove_all(session, "ada") == 2
    assert CONTACTS.remove_all(session, "ada") == 0
    assert (stored(session), stored(session, "bea")) == ([], [EVE])


def test_unknown_repeated_and_unstorable_ids_are_skipped(session):
    add(session, ADA, BOB)
    assert CONTACTS.find(session, "ada", ["2", "9", "2", UNSTORABLE, "1"]) == [ADA, BOB]
    assert CONTACTS.find(session, "ada", []) == []


def test_existing_ids_are_those_of_any_owner(session):
    add(session, ADA)
    add(session, BOB, owner="bea")
    assert CONTACTS.existing_ids(session, ["1", "2", "9", UNSTORABLE]) == {"1", "2"}


def test_equal_contacts_are_found_by_the_id_of_the_given_one(session):
    add(session, ADA, BOB)
    add(session, EVE, owner="bea")
    reordered = contact("7", number="2045", name="Ada")
    given = [reordered, contact("8", **EVE.fields), contact("9", name="Bob"), BOB]
    assert CONTACTS.find_same(session, "ada", given) == {"7": ADA, "2": BOB}
    assert CONTACTS.find_same(session, "ada", []) == {}


class PostgreSqlStatements(Session):
    """A session of PostgreSQL that only records its statements."""

    dialect = SimpleNamespace(name="postgresql")

    def __init__(self):
        super().__init__()
        self.statements = []

    def get_bind(self, *_arguments, **_options):
        return self

    def execute(self, statement, *_arguments, **_options):
        self.statements.append(str(statement))


def test_a_large_import_updates_the_statistics_of_postgresql():
    postgresql = PostgreSqlStatements()
    CONTACTS.finish_import(postgresql, 999)
    assert postgresql.statements == []
    CONTACTS.finish_import(postgresql, 1000)
    assert postgresql.statements == ["ANALYZE personal_contact, personal_contact_key"]
