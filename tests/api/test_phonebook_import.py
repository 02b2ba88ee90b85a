"""Imports of CSV files into phonebooks (contract section 2.3)."""

import pytest

from api.legacy import reasons
from api.phonebooks import add_contact, import_csv, listed, without_id
from api.rest import UNKNOWN, check_error

PREFIX = "phonebook-contact-import-"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def imported(response):
    assert response.status_code == 201, response.text
    assert response.json["failed"] == []
    assert all(contact["id"] for contact in response.json["created"])
    return [without_id(contact) for contact in response.json["created"]]


def test_a_good_file_is_stored_whole_and_answered_with_ids(daemon, contacts):
    response = import_csv(daemon, contacts, "firstname,lastname\nIvo,Brandt\nAda,Stern\n")
    assert imported(response) == [
        {"firstname": "Ivo", "lastname": "Brandt"},
        {"firstname": "Ada", "lastname": "Stern"},
    ]
    assert daemon.request("GET", contacts).json["items"] == response.json["created"]


def test_repeated_rows_and_repeated_files_are_stored_once(daemon, contacts):
    ivo = add_contact(daemon, contacts, number="1", firstname="Ivo")
    file = "firstname,number\nIvo,1\nAda,2\nAda,2\n"
    assert imported(import_csv(daemon, contacts, file)) == [{"firstname": "Ada", "number": "2"}]
    assert imported(import_csv(daemon, contacts, file)) == []
    assert listed(daemon, contacts) == [without_id(ivo), {"firstname": "Ada", "number": "2"}]


READINGS = [
    ("a,b\r\n1,2\r\n", [{"a": "1", "b": "2"}]),
    ('a,b\n"x\ny",2', [{"a": "xy", "b": "2"}]),
    ('a,b\n"1,""1""",\n', [{"a": '1,"1"', "b": ""}]),
    ("\n\na,b\n\n1,2\n\n", [{"a": "1", "b": "2"}]),
    ("a,b,c\n1\n", [{"a": "1", "b": None, "c": None}]),
    ("id,a\nmine,1\n", [{"a": "1"}]),
    ("\ufeffa,b\n1,2\n", [{"a": "1", "b": "2"}]),
    ("a b,%\n é ,\t\n", [{"a b": " é ", "%": "\t"}]),
    ("a,b\n=1+1,+49 30\n", [{"a": "=1+1", "b": "+49 30"}]),
]


def test_how_csv_is_read(daemon):
    for number, (text, expected) in enumerate(READINGS):
        phonebook = daemon.request("POST", "/0.1/phonebooks", json={"name": str(number)}).json
        path = f"/0.1/phonebooks/{phonebook['uuid']}/contacts"
        assert imported(import_csv(daemon, path, text)) == expected
        assert listed(daemon, path) == expected


def test_the_charset_is_that_of_the_content_type_whatever_the_media_type(daemon, contacts):
    for number, (charset, content_type) in enumerate(
        [
            ("utf-8", "text/csv"),
            ("utf-8", ""),
            ("latin-1", "text/csv; charset=latin-1"),
            ("utf-16", "application/json; charset=utf-16"),
            ("cp1252", 'x/y; charset="cp1252"'),
        ]
    ):
        data = f"name\nZoë {number}\n".encode(charset)
        assert imported(import_csv(daemon, contacts, data, content_type)) == [{"name": f"Zoë {number}"}]


REFUSED = [
    ("", "text/csv", "empty-file", {"line_count": 0, "byte_count": 0}),
    ("a,b\r\n\r\n", "text/csv", "empty-file", {"line_count": 2, "byte_count": 7}),
    ("a,b,a,c,b\n1,2,3,4,5\n", "text/csv", "duplicate-columns", {"duplicates": ["a", "b"]}),
    ("a\n1\n", "text/csv; charset=klingon", "bad-encoding", {"error", "charset"}),
    ("a\n1\n", "text/csv; charset=base64", "bad-encoding", {"error", "charset"}),
    (b"a\n\xff\n", "text/csv", "bad-encoding", {"error", "charset"}),
    (b"\xff", "text/csv; charset=utf-8", "bad-encoding", {"error", "charset"}),
    ("a,b\n1\r2,3\n", "text/csv", "invalid-file", {"error"}),
    ("a\n" + "x" * 200_000, "text/csv", "invalid-file", {"error"}),
]


def test_a_file_that_cannot_be_read_is_refused_in_the_modern_shape(daemon, contacts):
    for text, content_type, error_id, expected in REFUSED:
        response = import_csv(daemon, contacts, text, content_type)
        details = check_error(response, 400, PREFIX + error_id, "contacts")
        assert (set(details) if isinstance(expected, set) else details) == expected
    assert listed(daemon, contacts) == []


def test_surplus_values_are_reported_as_null_key_and_nothing_is_stored(daemon, contacts):
    text = "firstname,lastname\nIvo,Brandt\n,,,\nAda,Stern,2\n"
    details = check_error(import_csv(daemon, contacts, text), 400, PREFIX + "bad-contacts", "contacts")
    assert all("null key" in error.pop("message") for error in details["errors"])
    assert details == {
        "errors": [
            {"index": 1, "contact": {"firstname": "", "lastname": "", "null": ["", ""]}},
            {"index": 2, "contact": {"firstname": "Ada", "lastname": "Stern", "null": ["2"]}},
        ]
    }
    assert listed(daemon, contacts) == []


def test_an_empty_header_name_makes_every_row_a_bad_one(daemon, contacts):
    details = check_error(
        import_csv(daemon, contacts, "a,\n1,2\n3\n"), 400, PREFIX + "bad-contacts", "contacts"
    )
    assert [(error["index"], error["contact"]) for error in details["errors"]] == [
        (0, {"a": "1", "": "2"}),
        (1, {"a": "3", "": None}),
    ]
    assert listed(daemon, contacts) == []


def test_a_row_with_nul_or_with_nothing_but_an_id_is_a_bad_one(daemon, contacts):
    for text in ("a\nx\0y\n", "a\0b\nx\n", "id\nx\n"):
        details = check_error(import_csv(daemon, contacts, text), 400, PREFIX + "bad-contacts", "contacts")
        assert [error["index"] for error in details["errors"]] == [0]


def test_an_unknown_phonebook_is_a_legacy_404(daemon):
    reasons(import_csv(daemon, f"/0.1/phonebooks/{UNKNOWN}/contacts", "a\n1\n"), 404)


def test_a_large_file_is_stored_in_its_order(daemon, contacts):
    rows = [f"Name {number:05},{number}" for number in range(5000)]
    response = import_csv(daemon, contacts, "name,number\n" + "\n".join(rows))
    assert [contact["number"] for contact in response.json["created"]] == [str(n) for n in range(5000)]
    found = daemon.request("GET", contacts, query_string={"search": "me 0499"}).json
    assert [contact["number"] for contact in found["items"]] == [str(n) for n in range(4990, 5000)]
