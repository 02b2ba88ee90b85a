"""Personal contacts over REST (contract section 2.2)."""

import pytest

from api.conftest import CHILD, TENANT
from api.legacy import common_reasons, reasons
from api.personal import assert_refused, by_id, create, listed, personal

ADA = {"firstname": "Ada", "lastname": "Stern", "number": "2045"}
IVO = {"firstname": "Ivo", "lastname": "Brandt"}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.mark.parametrize(
    "body",
    [
        ADA,
        {},
        {"empty": "", "blank": ""},
        {"%": "percent", "?": "question", "a b": "blank", "é": "ü", "a.b[0]": "{x}", "uuid": "x"},
        {"text": "\t\r\n\x1f \u202e\U0001f600 ' \" \\ </script>"},
        {"long": "x" * 100_000},
    ],
    ids=["plain", "empty", "empty values", "any key", "any text", "long"],
)
def test_a_contact_is_a_flat_object_with_free_keys_and_gets_an_id(daemon, body):
    contact = create(daemon, body)
    assert {**body, "id": contact["id"]} == contact
    assert len(contact["id"]) == 36
    read = personal(daemon, path=f"/{contact['id']}")
    assert (read.status_code, read.json) == (200, contact)
    assert listed(daemon) == [contact]


def test_a_contact_may_choose_its_id(daemon):
    for chosen in ("1", "ada", "é ü", "x" * 38):
        assert create(daemon, {"name": chosen, "id": chosen}) == {"name": chosen, "id": chosen}
        assert personal(daemon, path=f"/{chosen}").json == {"name": chosen, "id": chosen}
    assert len(create(daemon, {"name": "none chosen", "id": ""})["id"]) == 36


def test_an_id_that_exists_anywhere_is_a_conflict(daemon):
    create(daemon, {"id": "7", "name": "mine"})
    assert_refused(personal(daemon, "POST", json={"id": "7", "name": "mine too"}), 409)
    assert_refused(personal(daemon, "POST", json={"id": "7", "name": "theirs"}, token="second"), 409)
    assert listed(daemon) == [{"id": "7", "name": "mine"}]
    assert listed(daemon, token="second") == []


def test_the_same_content_twice_is_a_conflict_for_one_user_only(daemon):
    contact = create(daemon, ADA)
    assert_refused(personal(daemon, "POST", json=ADA), 409)
    assert_refused(personal(daemon, "POST", json={**ADA, "id": "other"}), 409)
    assert_refused(personal(daemon, "POST", json=dict(reversed(ADA.items()))), 409)
    create(daemon, {**ADA, "more": ""})
    create(daemon, ADA, token="second")
    assert len(listed(daemon)) == 2
    other = create(daemon, IVO)
    assert_refused(personal(daemon, "PUT", f"/{other['id']}", json=ADA), 409)
    assert by_id(listed(daemon))[other["id"]] == other
    again = personal(daemon, "PUT", f"/{contact['id']}", json=contact)
    assert (again.status_code, again.json) == (200, contact)


def test_a_put_replaces_every_attribute_and_keeps_the_id_of_the_path(daemon):
    contact_id = create(daemon, ADA)["id"]
    changed = personal(daemon, "PUT", f"/{contact_id}", json={"name": "Ada", "id": "another"})
    assert (changed.status_code, changed.json) == (200, {"name": "Ada", "id": contact_id})
    assert listed(daemon) == [{"name": "Ada", "id": contact_id}]
    assert_refused(personal(daemon, path="/another"), 404)


@pytest.mark.parametrize("contact_id", ["unknown", "%00", "x" * 5000], ids=["plain", "nul", "long"])
def test_an_unknown_contact_is_a_legacy_404(daemon, contact_id):
    for method in ("GET", "PUT", "DELETE"):
        assert_refused(personal(daemon, method, f"/{contact_id}", json=ADA), 404)


def test_a_removed_contact_is_gone(daemon):
    contact_id, other = create(daemon, ADA)["id"], create(daemon, IVO)
    removed = personal(daemon, "DELETE", f"/{contact_id}")
    assert (removed.status_code, removed.data) == (204, b"")
    assert_refused(personal(daemon, "DELETE", f"/{contact_id}"), 404)
    assert listed(daemon) == [other]


def test_all_contacts_of_the_user_are_removed_by_one_request(daemon):
    create(daemon, ADA)
    create(daemon, IVO)
    theirs = create(daemon, IVO, token="second")
    for _ in range(2):
        removed = personal(daemon, "DELETE")
        assert (removed.status_code, removed.data) == (204, b"")
    assert listed(daemon) == []
    assert listed(daemon, token="second") == [theirs]


def test_a_user_cannot_see_or_change_contacts_of_another_user(daemon):
    contact = create(daemon, ADA)
    for method in ("GET", "PUT", "DELETE"):
        response = personal(daemon, method, f"/{contact['id']}", json=IVO, token="second")
        assert_refused(response, 404)
    assert listed(daemon, token="second") == []
    assert listed(daemon) == [contact]


def test_contacts_follow_the_user_and_not_the_tenant(daemon):
    contact = create(daemon, ADA, headers={"Wazo-Tenant": CHILD})
    assert listed(daemon) == listed(daemon, headers={"Wazo-Tenant": TENANT}) == [contact]
    assert listed(daemon, token="other-tenant") == [contact], "the same user, with a token of another tenant"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"a": 1}, ["a: the value is not a string."]),
        ({"a": None, "b": ["x"], "c": {}, "d": True}, ["a: ", "b: ", "c: ", "d: "]),
        ({"": "x"}, ["A field can't have an empty name."]),
        ({"": "x", "a": 1, "id": "x" * 39}, ["a: ", "A field can't have an empty name.", "id: "]),
        ({"id": 5}, ["id: the value is not a string."]),
        ({"id": "x" * 39}, ["id: it has more than 38 characters."]),
        ({"id": "a\x1fb"}, ["id: "]),
        ({"id": "."}, ["id: '.' and '..' can't be ids, since clients remove them from URLs."]),
        ({"id": ".."}, ["id: "]),
        ([], ["A contact is a JSON object."]),
        ("text", ["A contact is a JSON object."]),
        (5, ["A contact is a JSON object."]),
        (False, ["A contact is a JSON object."]),
        ([ADA], ["A contact is a JSON object."]),
        ({"a": "x\0"}, [""]),
        ({"a\0": "x"}, [""]),
    ],
    ids=str,
)
def test_all_errors_of_a_body_are_reported(daemon, body, errors):
    contact_id = create(daemon, IVO)["id"]
    response = personal(daemon, "POST", json=body)
    for reason, error in zip(reasons(response, 400), errors, strict=True):
        assert reason.startswith(error)
    if not (isinstance(body, dict) and "id" in body and isinstance(body["id"], str) and len(body) == 1):
        assert reasons(personal(daemon, "PUT", f"/{contact_id}", json=body), 400)
        assert reasons(personal(daemon, "PUT", "/unknown", json=body), 400)
    assert listed(daemon) == [{**IVO, "id": contact_id}]


@pytest.mark.parametrize("path", ["", "/unknown"])
def test_a_body_that_is_no_json_is_a_400(daemon, path):
    method = "PUT" if path else "POST"
    for data in (b"", b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}'):
        response = personal(daemon, method, path, data=data)
        assert response.status_code == 400
        assert list(response.json) == ["message"]
    common_reasons(personal(daemon, method, path, data=b"null"), 400)


def test_a_json_body_needs_no_content_type(daemon):
    for content_type in (None, "text/plain", "application/json"):
        headers = {"Content-Type": content_type} if content_type else {}
        response = personal(daemon, "POST", data=f'{{"a": "{content_type}"}}', headers=headers)
        assert response.status_code == 201


ROUTES = [
    ("GET", ""),
    ("POST", ""),
    ("DELETE", ""),
    ("GET", "/x"),
    ("PUT", "/x"),
    ("DELETE", "/x"),
    ("POST", "/import"),
]


def test_a_token_without_a_user_is_unauthorized_before_anything_else(daemon):
    for method, path in ROUTES:
        common_reasons(personal(daemon, method, path + "?limit=x", data=b"{", token="userless"), 401)
        common_reasons(personal(daemon, method, path, data=b"{", token=None), 401)


NOT_GREATER = "limit must be a number greater than 0"
LESS = "offset must be a number not less than 0"
WRONG_PARAMETERS = [
    ("order=shoe", "order: column 'shoe' was not found"),
    ("order=it's", "order: column 'it's' was not found"),
    ("order=", "order: column '' was not found"),
    ("order=%00", "order: column '\0' was not found"),
    ("direction=up", "direction must be asc or desc"),
    ("direction=", "direction must be asc or desc"),
    *((f"limit={limit}", NOT_GREATER) for limit in ("0", "-1", "", "3.14", "1.0", "1_0", "True", "ten")),
    *((f"offset={offset}", LESS) for offset in ("-1", "", "1.5", "no")),
]


def test_a_wrong_list_parameter_is_reported_as_plain_text(daemon):
    create(daemon, ADA)
    for query, reason in WRONG_PARAMETERS:
        for form in ("", "&format=text/csv"):
            response = personal(daemon, path=f"?{query}{form}")
            assert response.status_code == response.json["status_code"] == 400, query
            assert sorted(response.json) == ["reason", "status_code", "timestamp"]
            assert isinstance(response.json["timestamp"], list)
            assert response.json["reason"] == reason


def test_an_order_is_checked_only_if_there_are_contacts(daemon):
    assert listed(daemon, "order=shoe") == []


ORDERS = [
    ("order=name", ["Åsa", "eva", "Éva B", "Zoë", "", ""]),
    ("order=name&direction=desc", ["", "", "Zoë", "Éva B", "eva", "Åsa"]),
    ("order=name&limit=2", ["Åsa", "eva"]),
    ("order=name&limit=2&offset=3", ["Zoë", ""]),
    ("order=name&offset=99", []),
    ("order=name&limit=99999999999999999999", ["Åsa", "eva", "Éva B", "Zoë", "", ""]),
    ("order=name&search=zzz&limit=1", ["Åsa"]),
    ("order=rest&limit=1", [""]),
    ("order=rest&limit=1&direction=desc&recurse=maybe&shoe=1", ["Zoë"]),
]


def test_a_list_is_ordered_without_accents_and_case_and_cut(daemon):
    for position, name in enumerate(["Zoë", "Éva B", "eva", "", "Åsa"]):
        create(daemon, {"name": name, "rest": "", "position": str(position)})
    create(daemon, {"rest": "a"})
    for query, names in ORDERS:
        assert [contact.get("name", "") for contact in listed(daemon, query)] == names, query


CSV = "text/csv; charset=utf-8"


def test_an_export_has_every_key_as_a_column(daemon):
    create(daemon, {"id": "1", "name": 'Ada "the" Stern', "number": "+49 30, 12"})
    create(daemon, {"id": "2", "name": "Zoë\nO'Neil", "=cmd": "@sum"})
    response = personal(daemon, path="?format=text/csv&order=id")
    assert (response.status_code, response.content_type) == (200, CSV)
    assert response.data.decode() == (
        '=cmd,id,name,number\r\n,1,"Ada ""the"" Stern","+49 30, 12"\r\n@sum,2,"Zoë\nO\'Neil",\r\n'
    )


FORMS = [
    (None, "text/csv", CSV),
    (None, "application/json", "application/json"),
    (None, "csv", "application/json"),
    (None, None, "application/json"),
    ("text/csv", None, CSV),
    ("text/csv; charset=utf-8", "application/json", CSV),
    ("application/json", "text/csv", "application/json"),
    ("text/plain", "text/csv", "application/json"),
]


def test_the_content_type_of_the_request_overrides_format(daemon):
    create(daemon, ADA)
    for content_type, requested, answered in FORMS:
        headers = {"Accept": "application/json" if answered == CSV else "text/csv"}
        if content_type:
            headers["Content-Type"] = content_type
        response = personal(daemon, path=f"?format={requested}" if requested else "", headers=headers)
        assert (response.status_code, response.content_type) == (200, answered), (content_type, requested)


def test_an_empty_export_is_a_204(daemon):
    response = personal(daemon, path="?format=text/csv")
    assert (response.status_code, response.data) == (204, b"")


def test_an_export_can_be_imported_by_another_user(daemon):
    create(daemon, {"name": "Ada", "number": "+49 30 12"})
    text = personal(daemon, path="?format=text/csv").data
    personal(daemon, "DELETE")
    response = personal(daemon, "POST", "/import", data=text, token="second")
    assert response.status_code == 201
    assert [c["number"] for c in listed(daemon, token="second")] == ["+49 30 12"]
