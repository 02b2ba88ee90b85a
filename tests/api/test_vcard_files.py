"""vCards over REST: sources, imports and exports."""

import pytest

from api.legacy import reasons
from api.personal import assert_refused, by_id, create, listed, personal
from api.phonebooks import listed as listed_contacts
from api.phonebooks import without_id
from api.rest import check_error
from api.source_bodies import create_source
from vcard_samples import GOOGLE, IPHONE, SAMPLES
from waiting import wait_until

ADA = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Stern;Ada;;;\r\nFN:Ada Stern\r\nTEL;TYPE=CELL:+49 170 1\r\nEND:VCARD\r\n"
ADA_FIELDS = {
    "name": "Ada Stern",
    "firstname": "Ada",
    "lastname": "Stern",
    "number": "+49 170 1",
    "mobile": "+49 170 1",
}
BROKEN = b"BEGIN:VCARD\r\nFN:Bob\r\n"
VCARD = {"Content-Type": "text/vcard"}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def post(daemon, path, data, content_type="text/vcard"):
    headers = {} if content_type is None else {"Content-Type": content_type}
    return daemon.request("POST", path, data=data, headers=headers)


@pytest.mark.parametrize("content_type", ["text/vcard", "text/x-vcard; charset=utf-8", "TEXT/VCARD"])
def test_vcards_are_imported_as_personal_contacts(daemon, content_type):
    response = post(daemon, "/0.1/personal/import", IPHONE + GOOGLE, content_type)
    assert response.status_code == 201, response.text
    assert response.json["failed"] == []
    assert [without_id(contact) for contact in response.json["created"]] == [
        SAMPLES["iphone"].fields,
        SAMPLES["google"].fields,
    ]
    assert by_id(listed(daemon)) == by_id(response.json["created"])


FORM = """--b1\r
Content-Disposition: form-data; name="file"; filename="a.csv"\r
\r
firstname,lastname\r
Ada,Stern\r
--b1--\r
"""
FORM_TYPE = "multipart/form-data; boundary=b1"
IMPORTS = {
    "vCards without a content type": (ADA, None, ADA_FIELDS),
    "vCards in a body of `curl --data-binary`": (ADA, "application/x-www-form-urlencoded", ADA_FIELDS),
    "vCards that are said to be CSV": (ADA, "text/csv", ADA_FIELDS),
    "vCards after a byte order mark": (b"\xef\xbb\xbf\r\n" + ADA.replace(b"\r", b""), None, ADA_FIELDS),
    "vCards in UTF-16": (ADA.decode().encode("utf-16"), "text/plain", ADA_FIELDS),
    "CSV with a column that looks like it": (b"BEGIN:VCARD,a\nx,y\n", None, {"BEGIN:VCARD": "x", "a": "y"}),
    "CSV that is said to be a form": (b"a,b\n1,2\n", FORM_TYPE, {"a": "1", "b": "2"}),
}


@pytest.mark.parametrize(("data", "content_type", "fields"), IMPORTS.values(), ids=IMPORTS)
def test_the_first_line_of_a_file_says_whether_it_is_a_vcard(daemon, data, content_type, fields):
    response = post(daemon, "/0.1/personal/import", data, content_type)
    assert response.status_code == 201, response.text
    assert [without_id(contact) for contact in response.json["created"]] == [fields]


def test_a_form_with_a_file_is_refused_and_nothing_is_stored(daemon, contacts):
    response = post(daemon, "/0.1/personal/import", FORM, FORM_TYPE)
    assert_refused(response, 400, "curl --data-binary @FILE")
    response = post(daemon, f"{contacts}/import", FORM, FORM_TYPE)
    check_error(response, 400, "phonebook-contact-import-invalid-file", "contacts")
    assert listed(daemon) == listed_contacts(daemon, contacts) == []


def test_a_broken_card_is_reported_by_its_line_and_the_others_are_stored(daemon):
    response = post(daemon, "/0.1/personal/import", ADA + BROKEN + ADA.replace(b"Ada", b"Eve"))
    assert response.status_code == 201
    assert response.json["failed"] == [
        {"line": 7, "errors": ["The card can't be read: it has no END:VCARD."]}
    ]
    assert sorted(contact["firstname"] for contact in listed(daemon)) == ["Ada", "Eve"]


def test_if_no_card_is_good_the_reason_lists_them(daemon):
    (failed,) = reasons(post(daemon, "/0.1/personal/import", BROKEN), 400)
    assert failed["line"] == 1
    assert_refused(post(daemon, "/0.1/personal/import", b"<html></html>"), 400, "no contact")
    assert_refused(post(daemon, "/0.1/personal/import", ADA, "text/vcard; charset=nowhere"), 400)


def test_a_name_with_a_nul_fails_alone(daemon):
    response = post(daemon, "/0.1/personal/import", ADA.replace(b"Stern", b"\0") + ADA)
    assert (response.status_code, [row["line"] for row in response.json["failed"]]) == (201, [1])


def test_an_export_can_be_imported_with_the_same_fields_and_ids(daemon):
    first = create(daemon, {"id": "1", "firstname": "Ada", "number": "+49 30 12", "Straße": "a;b\n=1"})
    create(daemon, {"id": "2", "name": "Zoë, \\; 😀", "x": ""})
    exported = personal(daemon, path="?format=text/vcard&order=id")
    assert (exported.status_code, exported.content_type) == (200, "text/vcard; charset=utf-8")
    assert b"TEL;TYPE=VOICE,PREF:+49 30 12\r\n" in exported.data
    before = by_id(listed(daemon))
    personal(daemon, "DELETE")
    assert post(daemon, "/0.1/personal/import", exported.data).json["failed"] == []
    assert by_id(listed(daemon)) == before
    assert first["id"] in by_id(listed(daemon))


def test_the_content_type_of_the_request_also_selects_vcards(daemon):
    assert personal(daemon, path="?format=text/vcard").status_code == 204
    create(daemon, {"name": "Ada"})
    answered = personal(daemon, path="?format=text/csv", headers=VCARD)
    assert answered.content_type == "text/vcard; charset=utf-8"
    ignored = personal(daemon, headers={"Accept": "text/vcard"})
    assert ignored.content_type == "application/json"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("vcard", "text/vcard; charset=utf-8"), ("csv", "application/json"), ("x", "application/json")],
)
def test_a_short_name_selects_vcards_and_another_one_json(daemon, name, content_type):
    create(daemon, {"name": "Ada"})
    assert personal(daemon, path=f"?format={name}").content_type == content_type


def test_vcards_are_imported_into_a_phonebook_once(daemon, contacts):
    response = post(daemon, f"{contacts}/import", ADA + ADA + GOOGLE)
    assert response.status_code == 201, response.text
    assert [without_id(contact) for contact in response.json["created"]] == [
        ADA_FIELDS,
        SAMPLES["google"].fields,
    ]
    again = post(daemon, f"{contacts}/import", ADA)
    assert (again.status_code, again.json) == (201, {"created": [], "failed": []})
    assert len(listed_contacts(daemon, contacts)) == 2


def test_a_broken_card_stores_nothing_in_a_phonebook(daemon, contacts):
    response = post(daemon, f"{contacts}/import", ADA + BROKEN)
    details = check_error(response, 400, "phonebook-contact-import-bad-contacts", "contacts")
    assert details["errors"] == [
        {"index": 1, "message": "Line 7: The card can't be read: it has no END:VCARD.", "contact": {}}
    ]
    empty = post(daemon, f"{contacts}/import", b"no card\n")
    details = check_error(empty, 400, "phonebook-contact-import-empty-file", "contacts")
    assert details == {"line_count": 0, "byte_count": 8}
    assert listed_contacts(daemon, contacts) == []


def test_a_source_shows_in_the_status_which_card_is_broken(daemon):
    (folder,) = daemon.config["backends"]["vcard"]["folders"]
    (folder / "crew.vcf").write_bytes(ADA + BROKEN)
    source = create_source(daemon, "vcard", file=str(folder / "crew.vcf"), searched_columns=["name"])

    def status():
        return daemon.get("/status").json["sources"].get(source["uuid"], {})

    wait_until(lambda: "card at line 7" in str(status()))
    assert "Bob" not in str(status())
