"""The import of personal contacts over REST (contract section 2.2)."""

import pytest

from api.legacy import common_reasons, reasons
from api.personal import assert_refused, by_id, create, listed, personal

GOOD = "firstname,lastname\nAda,Stern\nIvo,Brandt\n"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def imported(daemon, text, content_type="text/csv", **arguments):
    data = text if isinstance(text, bytes) else text.encode()
    headers = {"Content-Type": content_type} if content_type else {}
    return personal(daemon, "POST", "/import", data=data, headers=headers, **arguments)


def without_ids(contacts):
    return [{name: text for name, text in contact.items() if name != "id"} for contact in contacts]


def test_every_good_row_becomes_a_contact(daemon):
    response = imported(daemon, GOOD)
    assert (response.status_code, response.content_type) == (201, "application/json")
    assert sorted(response.json) == ["created", "failed"]
    assert response.json["failed"] == []
    assert without_ids(response.json["created"]) == [
        {"firstname": "Ada", "lastname": "Stern"},
        {"firstname": "Ivo", "lastname": "Brandt"},
    ]
    assert by_id(listed(daemon)) == by_id(response.json["created"])


READINGS = [
    ("a,b\r\nx,y\r\n", [{"a": "x", "b": "y"}]),
    ("a,b\nx,y", [{"a": "x", "b": "y"}]),
    ("a,b\n\n\nx,y\n\n", [{"a": "x", "b": "y"}]),
    ('a,b\n"x\ny",z\n', [{"a": "xy", "b": "z"}]),
    ('a,b\n"x, ""y""",\n', [{"a": 'x, "y"', "b": ""}]),
    ("a,b,a\n1,2,3\n", [{"a": "3", "b": "2"}]),
    ("%,?,é\n\u202e,=1+1,\U0001f600\n", [{"%": "\u202e", "?": "=1+1", "é": "\U0001f600"}]),
    ("number\n+49 30\n", [{"number": "+49 30"}]),
    ("\ufeffa\nx\n", [{"a": "x"}]),
    ("a,id\nx,\n", [{"a": "x"}]),
]


def test_csv_is_read_as_the_contract_says(daemon):
    for text, contacts in READINGS:
        personal(daemon, "DELETE")
        response = imported(daemon, text)
        assert response.status_code == 201, (text, response.text)
        assert without_ids(response.json["created"]) == without_ids(listed(daemon)) == contacts, text


@pytest.mark.parametrize(
    ("content_type", "data", "name"),
    [
        ("text/csv", "name\nZoë".encode(), "Zoë"),
        ("text/csv; charset=latin-1", "name\nZoë".encode("latin-1"), "Zoë"),
        ('application/json; charset="ISO-8859-15"', "name\n€".encode("iso-8859-15"), "€"),
        ("text/csv; charset=utf-16", "name\nZoë\nx".encode("utf-16"), "Zoë"),
        (None, b"name\nAda", "Ada"),
    ],
)
def test_the_charset_is_that_of_the_content_type_whatever_its_type(daemon, content_type, data, name):
    response = imported(daemon, data, content_type)
    assert response.status_code == 201, response.text
    assert response.json["created"][0]["name"] == name


UNREADABLE = [
    ("text/csv", b"name\n\xe9t\xe9\n"),
    ("text/csv", GOOD.encode() + b"\xff,x\n"),
    ("text/csv; charset=utf-8", b"\xff\xfe"),
    ("text/csv; charset=ascii", "name\né".encode()),
    ("text/csv; charset=nowhere", b"name\nAda"),
    ("text/csv; charset=base64", b"name\nAda"),
    ("text/csv; charset=%00", b"name\nAda"),
    ('text/csv; charset="\\""', b"name\nAda"),
    ("text/csv", b"name\n" + b"x" * 200_000),
]


def test_an_unreadable_file_is_a_legacy_400_and_stores_nothing(daemon):
    for content_type, data in UNREADABLE:
        assert_refused(imported(daemon, data, content_type), 400)
        assert listed(daemon) == [], content_type


@pytest.mark.parametrize("text", ["", "\n\n", "a,b", "a,b\n", "a,b\r\n\r\n"])
def test_a_file_without_rows_is_a_400_with_that_reason(daemon, text):
    assert_refused(imported(daemon, text), 400, "no contact")


def test_rows_are_checked_one_by_one_and_reported_by_their_line(daemon):
    text = "a,b\nx,y\nshort\nx,y,z\n\nx,v\n\x00,y\n"
    response = imported(daemon, text)
    assert response.status_code == 201
    assert without_ids(response.json["created"]) == [{"a": "x", "b": "y"}, {"a": "x", "b": "v"}]
    assert [sorted(row) for row in response.json["failed"]] == [["errors", "line"]] * 3
    assert [row["line"] for row in response.json["failed"]] == [3, 4, 7]
    assert all(isinstance(row["errors"], list) and row["errors"] for row in response.json["failed"])
    assert len(listed(daemon)) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [("a,\nx,y\nv,w\n", [2, 3]), ("a,b\nx\n", [2]), ("\0,b\nx,y\n", [2]), ("id\n" + "x" * 39, [2])],
)
def test_if_no_row_is_good_the_reason_lists_them(daemon, text, lines):
    failed = reasons(imported(daemon, text), 400)
    assert [sorted(row) for row in failed] == [["errors", "line"]] * len(lines)
    assert [row["line"] for row in failed] == lines
    assert listed(daemon) == []


def test_an_id_of_any_existing_contact_fails_and_an_empty_one_is_generated(daemon):
    create(daemon, {"id": "1", "name": "mine"})
    create(daemon, {"id": "2", "name": "theirs"}, token="second")
    response = imported(daemon, "id,name\n1,a\n2,b\n3,c\n,d\n,e\n")
    assert response.status_code == 201
    assert [row["line"] for row in response.json["failed"]] == [2, 3]
    assert [contact["name"] for contact in response.json["created"]] == ["c", "d", "e"]
    assert response.json["created"][0]["id"] == "3"
    assert len({contact["id"] for contact in response.json["created"]}) == 3
    assert by_id(listed(daemon))["1"] == {"id": "1", "name": "mine"}


def test_without_an_id_column_the_uuid_is_checked_but_stays_a_field(daemon):
    create(daemon, {"id": "1", "name": "mine"})
    response = imported(daemon, "uuid,name\n1,a\n9,b\n")
    assert response.status_code == 201
    assert [row["line"] for row in response.json["failed"]] == [2]
    assert without_ids(response.json["created"]) == [{"uuid": "9", "name": "b"}]
    assert response.json["created"][0]["id"] != "9"
    both = imported(daemon, "id,uuid,name\n5,1,a\n")
    assert (both.status_code, both.json["created"]) == (201, [{"id": "5", "uuid": "1", "name": "a"}])


def test_a_duplicate_is_listed_with_its_stored_id_and_not_stored_again(daemon):
    stored = create(daemon, {"firstname": "Ada", "lastname": "Stern"})
    response = imported(daemon, GOOD + "Ivo,Brandt\n")
    assert (response.status_code, response.json["failed"]) == (201, [])
    ada, ivo, again = response.json["created"]
    assert ada == stored
    assert ivo == again
    assert by_id(listed(daemon)) == by_id([ada, ivo])
    repeated = imported(daemon, GOOD)
    assert (repeated.status_code, repeated.json) == (201, {"created": [ada, ivo], "failed": []})
    theirs = imported(daemon, GOOD, token="second")
    assert {contact["id"] for contact in theirs.json["created"]}.isdisjoint({ada["id"], ivo["id"]})


def test_two_rows_with_one_id_are_one_contact_or_a_failure(daemon):
    response = imported(daemon, "id,name\n1,a\n1,a\n1,b\n")
    assert response.status_code == 201
    assert response.json["created"] == [{"id": "1", "name": "a"}] * 2
    assert [row["line"] for row in response.json["failed"]] == [4]
    assert listed(daemon) == [{"id": "1", "name": "a"}]


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "raw_unicode_escape"])
def test_text_that_is_not_unicode_fails_its_row(daemon, charset):
    text = {"utf-7": b"name\n+2AA-\nAda\n"}.get(charset, b"name\n\\ud800\nAda\n")
    response = imported(daemon, text, f"text/csv; charset={charset}")
    assert response.status_code == 201, response.text
    assert [row["line"] for row in response.json["failed"]] == [2]
    assert [contact["name"] for contact in response.json["created"]] == ["Ada"]


def test_a_large_file_is_imported_whole(daemon):
    rows = [f"{number},name {number},{number:05}" for number in range(5000)]
    response = imported(daemon, "id,name,number\n" + "\n".join([*rows, *rows]))
    assert response.status_code == 201
    assert len(response.json["created"]) == 10_000
    assert response.json["failed"] == []
    assert len(listed(daemon)) == 5000


def test_an_import_needs_a_user(daemon):
    common_reasons(imported(daemon, GOOD, token="userless"), 401)
