"""Previews of imports into personal contacts and phonebooks: what the import does, without doing it."""

import pytest

from api.conftest import CHILD
from api.events import events_of
from api.legacy import common_reasons, reasons
from api.personal import create, listed
from api.phonebooks import add_contact
from api.rest import UNKNOWN, check_error
from hostile_cards import JOINABLE, file_of
from xivo_dird.contacts.limits import MAX_LISTED_ERRORS

PERSONAL = "/0.1/personal"
KEYS = {"contacts", "new", "existing", "failed", "failed_count"}
NOTHING = {"contacts": [], "new": 0, "existing": 0, "failed": [], "failed_count": 0}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture(params=["personal", "phonebook"])
def path(request, contacts):
    """Return the path of the contacts of each kind of owner."""
    return PERSONAL if request.param == "personal" else contacts


def post(daemon, path, data, content_type="text/csv", token="admin"):
    data = data if isinstance(data, bytes) else data.encode()
    return daemon.request("POST", path, token, data=data, headers={"Content-Type": content_type})


def preview(daemon, path, data, content_type="text/csv", token="admin"):
    response = post(daemon, f"{path}/import/preview", data, content_type, token)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    assert set(response.json) == KEYS
    return response.json


def without_time(response):
    return response.status_code, {name: value for name, value in response.json.items() if name != "timestamp"}


def lines(failed):
    assert all(row["errors"] and set(row) == {"line", "errors"} for row in failed)
    return [row["line"] for row in failed]


def test_a_preview_counts_new_and_existing_rows_and_lists_failed_ones(daemon, path):
    assert post(daemon, path, '{"a": "1", "b": "2"}', "application/json").status_code == 201
    text = 'a,b\n1,2\n3,4\n1,2\n3,4\nx,y,z\n\n"5,6\n5,6\n'
    shown = preview(daemon, path, text)
    assert lines(shown.pop("failed")) == [6, 8]
    assert shown == {
        "contacts": [{"a": "3", "b": "4"}, {"a": "5", "b": "6"}],
        "new": 2,
        "existing": 3,
        "failed_count": 2,
    }


def test_a_preview_stores_nothing_and_records_no_event(daemon, path):
    recorded = events_of(daemon, lambda: preview(daemon, path, "name\nAda\nIvo\n"))
    assert recorded == []
    assert daemon.request("GET", path).json["items"] == []
    assert preview(daemon, path, "name\nAda\nIvo\n")["new"] == 2


def test_the_first_twenty_new_contacts_are_shown_in_the_order_of_the_file(daemon, path):
    for number in (0, 7, 21):
        assert daemon.request("POST", path, json={"name": str(number)}).status_code == 201
    shown = preview(daemon, path, "name\n" + "".join(f"{n}\n{n}\n" for n in range(3000)))
    expected = [n for n in range(3000) if n not in {0, 7, 21}]
    assert shown["contacts"] == [{"name": str(n)} for n in expected[:20]]
    assert (shown["new"], shown["existing"], shown["failed_count"]) == (2997, 3003, 0)


FILES = {
    "plain": "a,b\n1,2\n3,4\n",
    "repeated": "a,b\n1,2\n1,2\n3,4\n1,2\n",
    "other order of columns": "b,a\n2,1\n4,3\n",
    "short rows": "a,b\n1\n1,\n1\n",
    "line breaks": 'a,b\r\n"1\n2",3\r\n',
    "ids": "id,a\nx,1\ny,1\nx,1\ny,2\nz,3\nmine,4\ntheirs,5\nmine,4\n",
    "uuids": "uuid,a\nx,1\nx,1\nmine,4\ntheirs,5\n",
    "empty ids": "id,a\n,1\n,1\n,2\n",
    "only ids": "id\nx\ny\n",
    "dots as ids": "id,a\n.,1\n..,2\n...,3\n",
    "nothing in it": "a,b\n",
    "NUL": "a,b\n1,\0\n3,4\n",
    "open quotation mark": 'a,b\n"1,2\n3,4\n"5,6\n',
    "too many values": "a,b\n1,2,3\n4,5\n",
    "empty name": "a,\n1,2\n",
    "no Unicode": ("a,b\n\\ud800,1\n2,3\n", "text/csv; charset=unicode_escape"),
    "guards": "a,b\n'=1,2\n=1,2\n",
    "cards": (file_of(JOINABLE), "text/vcard"),
}
READINGS = [(data, "text/csv") if isinstance(data, str) else data for data in FILES.values()]


@pytest.mark.parametrize(("data", "content_type"), READINGS, ids=FILES)
def test_a_preview_of_personal_contacts_says_what_the_import_does(daemon, data, content_type):
    create(daemon, {"id": "mine", "a": "4"})
    create(daemon, {"id": "theirs", "a": "5"}, token="second")
    shown = preview(daemon, PERSONAL, data, content_type)
    before = {contact["id"] for contact in listed(daemon)}
    imported = post(daemon, f"{PERSONAL}/import", data, content_type)
    created, failed = imported.json.get("created", []), imported.json.get("failed")
    if imported.status_code == 400:  # no row was good: the reason lists them
        failed = [row for row in reasons(imported, 400) if isinstance(row, dict)]
    added = [contact for contact in listed(daemon) if contact["id"] not in before]
    assert (shown["failed"], shown["failed_count"]) == (failed, len(failed))
    assert (shown["new"], shown["new"] + shown["existing"]) == (len(added), len(created))
    assert all(any(shown_one.items() <= one.items() for one in added) for shown_one in shown["contacts"])


@pytest.mark.parametrize(("data", "content_type"), READINGS, ids=FILES)
def test_a_preview_of_a_phonebook_says_what_the_import_does(daemon, contacts, data, content_type):
    add_contact(daemon, contacts, a="1", b="2")
    shown = preview(daemon, contacts, data, content_type)
    imported = post(daemon, f"{contacts}/import", data, content_type)
    if shown["failed"] or not shown["new"] + shown["existing"]:
        assert imported.status_code == 400
        assert shown["failed_count"] == len(imported.json["details"].get("errors", []))
    else:
        created = [{k: v for k, v in one.items() if k != "id"} for one in imported.json["created"]]
        assert shown["contacts"] == created[:20]
        assert shown["new"] == len(created)


def test_a_row_that_fails_in_a_phonebook_has_its_line_and_its_reason(daemon, contacts):
    shown = preview(daemon, contacts, 'a,b\n1,2,3\n"4,5\n6,\0\n')
    assert lines(shown["failed"]) == [2, 3, 4]
    assert shown["failed"][0]["errors"] == ["The row has more values than the header."]
    assert "quotation mark" in shown["failed"][1]["errors"][0]
    cards = b"BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\n"
    assert lines(preview(daemon, contacts, cards)["failed"]) == [4]


def test_an_id_of_the_file_is_shown_for_personal_contacts_only(daemon, contacts):
    text = "id,name\n7,Ada\n,Ivo\n"
    assert preview(daemon, PERSONAL, text)["contacts"] == [{"id": "7", "name": "Ada"}, {"name": "Ivo"}]
    assert preview(daemon, contacts, text)["contacts"] == [{"name": "Ada"}, {"name": "Ivo"}]


def test_ids_of_other_users_and_of_earlier_rows_fail_as_in_the_import(daemon):
    create(daemon, {"id": "theirs", "name": "x"}, token="second")
    shown = preview(daemon, PERSONAL, "id,name\ntheirs,a\n1,b\n1,b\n1,c\n")
    assert lines(shown["failed"]) == [2, 5]
    assert (shown["new"], shown["existing"]) == (1, 1)
    assert preview(daemon, PERSONAL, "name\nx\n")["new"] == 1


@pytest.mark.parametrize("data", ["", "\n\n", "a,b", "a,b\r\n\r\n", "<html></html>"])
def test_a_file_without_rows_has_nothing_to_show(daemon, path, data):
    assert preview(daemon, path, data) == NOTHING


UNREADABLE = {
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "text/csv"),
    "undecodable at the end": (b"a,b\n" + b"1,2\n" * 5000 + b"\xff,x\n", "text/csv"),
    "wrong charset": ("name\né".encode(), "text/csv; charset=ascii"),
    "unknown charset": (b"name\nAda", "text/csv; charset=klingon"),
    "unknown charset of vCards": (b"BEGIN:VCARD\nFN:A\nEND:VCARD\n", "text/vcard; charset=klingon"),
    "huge cell": (b"a\n" + b"x" * 200_000, "text/csv"),
    "too many columns": (b",".join([b"c"] * 1001) + b"\n", "text/csv"),
    "a form": (b'--x\r\nContent-Disposition: form-data; name="f"\r\n', "multipart/form-data; boundary=x"),
}


@pytest.mark.parametrize(("data", "content_type"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_the_error_of_the_import(daemon, path, data, content_type):
    refused = post(daemon, f"{path}/import/preview", data, content_type)
    assert refused.status_code == 400
    assert without_time(refused) == without_time(post(daemon, f"{path}/import", data, content_type))


def test_repeated_columns_are_an_error_in_phonebooks_only(daemon, contacts):
    response = post(daemon, f"{contacts}/import/preview", "a,b,a\n1,2,3\n")
    details = check_error(response, 400, "phonebook-contact-import-duplicate-columns", "contacts")
    assert details == {"duplicates": ["a"]}
    assert preview(daemon, PERSONAL, "a,b,a\n1,2,3\n")["contacts"] == [{"a": "3", "b": "2"}]


def test_of_many_rows_that_fail_the_first_are_listed_and_all_counted(daemon, path):
    shown = preview(daemon, path, "a,b\n" + "1,2,3\n" * (MAX_LISTED_ERRORS + 500) + "1,2\n")
    assert lines(shown["failed"]) == list(range(2, MAX_LISTED_ERRORS + 2))
    assert (shown["failed_count"], shown["new"]) == (MAX_LISTED_ERRORS + 500, 1)


def test_a_foreign_or_unknown_phonebook_is_a_404_after_the_file_was_read(daemon, contacts):
    for path, token in ((f"/0.1/phonebooks/{UNKNOWN}/contacts", "admin"), (contacts, "other-tenant")):
        previews = f"{path}/import/preview"
        reasons(post(daemon, previews, "a\n1\n", token=token), 404)
        check_error(
            post(daemon, previews, b"a\n\xff\n", token=token),
            400,
            "phonebook-contact-import-bad-encoding",
            "contacts",
        )
    below = {"Wazo-Tenant": CHILD}
    assert (
        daemon.request("POST", f"{contacts}/import/preview", headers=below, data="a\n1\n").status_code == 404
    )


def test_a_preview_needs_the_permission_of_the_import_and_a_user(daemon, contacts):
    common_reasons(post(daemon, f"{PERSONAL}/import/preview", "a\n1\n", token="no-rights"), 401)
    common_reasons(post(daemon, f"{PERSONAL}/import/preview", "a\n1\n", token="userless"), 401)
    refused = post(daemon, f"{contacts}/import/preview", "a\n1\n", token="no-rights")
    details = check_error(refused, 401, "unauthorized")
    assert details["required_access"] == f"dird.phonebooks.{contacts.split('/')[3]}.contacts.create"


def test_the_deprecated_api_has_no_previews(daemon, phonebook):
    path = f"/0.1/tenants/main/phonebooks/{phonebook['id']}/contacts"
    assert post(daemon, f"{path}/import/preview", "a\n1\n").status_code == 404
