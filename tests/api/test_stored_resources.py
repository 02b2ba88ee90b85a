"""What is the same for stored displays, profiles and sources (contract sections 1.3, 1.5 and 1.7)."""

import pytest

from api.conftest import CHILD, OTHER, TENANT
from api.rest import UNKNOWN, check_error, create, names
from api.stored_kinds import IN_CHILD, KINDS, every_kind, send


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@every_kind
def test_a_resource_is_created_read_replaced_and_removed(daemon, kind):
    path, body, status, error_id = KINDS[kind]
    response = send(daemon, "POST", path, json=body)
    assert response.status_code == status
    item = f"{path}/{response.json['uuid']}"
    assert response.json["tenant_uuid"] == TENANT
    assert daemon.get(item).json == {**({"display": None} if kind == "profiles" else {}), **response.json}
    replaced = send(daemon, "PUT", item, json={**body, "name": "other"})
    assert (replaced.status_code, replaced.data, replaced.content_type) == (204, b"", "application/json")
    assert daemon.get(item).json["name"] == "other"
    removed = send(daemon, "DELETE", item)
    assert (removed.status_code, removed.data) == (204, b"")
    assert check_error(daemon.get(item), 404, error_id, kind) == {"uuid": response.json["uuid"]}


@every_kind
@pytest.mark.parametrize("uuid", ["f" * 32, "nonsense", "%00", UNKNOWN + "x", "%F0%9F%98%80", UNKNOWN])
def test_an_unknown_or_malformed_uuid_is_a_404_that_repeats_it(daemon, kind, uuid):
    path, body, _, error_id = KINDS[kind]
    sent = {"%00": "\0", "%F0%9F%98%80": "😀"}.get(uuid, uuid)
    for method, arguments in (("GET", {}), ("PUT", {"json": body}), ("DELETE", {})):
        response = send(daemon, method, f"{path}/{uuid}", **arguments)
        assert check_error(response, 404, error_id, kind) == {"uuid": sent}


@every_kind
@pytest.mark.parametrize("spelling", ["{}", "{{{}}}", "urn:uuid:{}"])
def test_every_spelling_of_a_uuid_is_the_same(daemon, kind, spelling):
    path, body, *_ = KINDS[kind]
    uuid = create(daemon, path, body)["uuid"]
    for written in (uuid, uuid.upper(), uuid.replace("-", "")):
        assert daemon.get(f"{path}/{spelling.format(written)}").json["uuid"] == uuid


@every_kind
def test_an_answer_can_be_sent_back_and_its_ids_are_ignored(daemon, kind):
    path, body, *_ = KINDS[kind]
    first = create(daemon, path, body)
    second = create(daemon, path, {**first, "name": "m", "tenant_uuid": OTHER, "surprise": [1]})
    assert second["uuid"] != first["uuid"]
    assert second["tenant_uuid"] == TENANT
    assert "surprise" not in second
    sent_back = {**daemon.get(f"{path}/{first['uuid']}").json, "uuid": UNKNOWN, "tenant_uuid": OTHER}
    if kind == "profiles":
        del sent_back["display"]
    assert send(daemon, "PUT", f"{path}/{first['uuid']}", json=sent_back).status_code == 204
    assert daemon.get(f"{path}/{first['uuid']}").json["tenant_uuid"] == TENANT


@every_kind
def test_a_body_is_json_whatever_its_content_type_says(daemon, kind):
    path, _, status, _ = KINDS[kind]
    body = b'{"name": "n", "services": {}, "columns": [{"field": "a"}], "file": "crew.csv"}'
    for number, content_type in enumerate((None, "text/plain", "application/x-www-form-urlencoded")):
        response = send(
            daemon, "POST", path, data=body.replace(b'"n"', b'"n%d"' % number), content_type=content_type
        )
        assert response.status_code == status


@every_kind
@pytest.mark.parametrize("name", ["x", "x" * 512, "%", "ünï 😀 \u202e", "a\\b", "'; drop table", "\n"])
def test_any_text_is_a_name(daemon, kind, name):
    path, body, *_ = KINDS[kind]
    item = create(daemon, path, {**body, "name": name})
    assert daemon.get(f"{path}/{item['uuid']}").json["name"] == name
    assert names(daemon.get(path, name=name)) == [name]


@every_kind
def test_a_nul_in_any_text_is_a_400_on_every_store(daemon, kind):
    path, body, *_ = KINDS[kind]
    for bad in ({"name": "a\0b"}, {"surprise": [{"a\0": 1}]}, {"surprise": {"a": ["\0"]}}):
        details = check_error(send(daemon, "POST", path, json={**body, **bad}), 400, "invalid-data")
        assert list(details) == list(bad)
    for column in ("search", "name", "uuid"):
        check_error(daemon.get(path, **{column: "\0"}), 400, "invalid-data")
    assert create(daemon, path, {**body, "name": "\\u0000"})["name"] == "\\u0000"


@every_kind
def test_a_list_is_ordered_searched_filtered_and_cut(daemon, kind):
    path, body, *_ = KINDS[kind]
    for name in ("zeta", "Alpha one", "beta_1", "betaX1", "100%", "ÉMILE"):
        create(daemon, path, {**body, "name": name}, headers=IN_CHILD)

    def listed(**query):
        response = daemon.get(path, headers=IN_CHILD, **query)
        assert response.json["total"] == 6
        return response.json["filtered"], names(response)

    all_names = sorted(["zeta", "Alpha one", "beta_1", "betaX1", "100%", "ÉMILE"])
    assert listed() == (6, all_names)
    assert listed(direction="desc", order="name") == (6, all_names[::-1])
    assert listed(limit=2, offset=1) == (6, all_names[1:3])
    assert listed(limit=0) == (6, [])
    assert listed(offset=99) == (6, [])
    assert listed(offset=10**30, limit=10**30) == (6, [])
    assert listed(search="ALPHA") == (1, ["Alpha one"])
    assert listed(search="émile") == (1, ["ÉMILE"])
    assert listed(search="e\u0301m%\uff2c\u200be") == (1, ["ÉMILE"])
    assert listed(search="emile") == (0, [])
    assert listed(search="beta_1", limit=1) == (2, ["betaX1"])
    assert listed(search="a%e") == (1, ["Alpha one"])
    assert listed(search="") == (6, all_names)
    assert listed(search="\\") == (0, [])
    assert listed(search="x" * 10_000) == (0, [])
    assert listed(name="beta_1") == (1, ["beta_1"])
    assert listed(name="BETA_1") == (0, [])
    assert listed(name="beta_1", search="zeta") == (0, [])
    assert listed(unknown="argument", tenant_uuid="x") == (6, all_names)
    uuid = daemon.get(path, headers=IN_CHILD, name="zeta").json["items"][0]["uuid"]
    assert listed(uuid=uuid) == (1, ["zeta"])
    assert listed(uuid="nonsense") == (0, [])


@every_kind
def test_a_list_is_of_the_scope_tenant_and_with_recurse_of_those_below(daemon, kind):
    path, body, *_ = KINDS[kind]
    create(daemon, path, {**body, "name": "parents"})
    create(daemon, path, {**body, "name": "childs"}, headers=IN_CHILD)
    create(daemon, path, {**body, "name": "others"}, token="other-tenant")
    assert "childs" not in names(daemon.get(path))
    with_children = names(daemon.get(path, recurse="True"))
    assert {"parents", "childs"} <= set(with_children)
    assert "others" not in with_children
    assert names(daemon.get(path, headers=IN_CHILD, recurse="true")) == ["childs"]
    assert names(daemon.get(path, token="other-tenant", recurse=True)) == ["others"]


@every_kind
def test_an_item_of_a_tenant_below_is_accessible_without_recurse(daemon, kind):
    path, body, *_ = KINDS[kind]
    child = create(daemon, path, {**body, "name": "childs"}, headers=IN_CHILD)
    item = f"{path}/{child['uuid']}"
    assert daemon.get(item).json["tenant_uuid"] == CHILD
    assert send(daemon, "PUT", item, json={**body, "name": "renamed"}).status_code == 204
    assert daemon.get(item).json["tenant_uuid"] == CHILD
    assert send(daemon, "DELETE", item).status_code == 204
    assert daemon.get(item, headers=IN_CHILD).status_code == 404


@every_kind
def test_an_item_of_any_other_tenant_is_unknown(daemon, kind):
    path, body, _, error_id = KINDS[kind]
    item = f"{path}/{create(daemon, path, body)['uuid']}"
    for other_tenant in ({"token": "other-tenant"}, {"headers": IN_CHILD}):
        for method, arguments in (("GET", {}), ("PUT", {"json": body}), ("DELETE", {})):
            response = send(daemon, method, item, **arguments, **other_tenant)
            check_error(response, 404, error_id, kind)
    assert daemon.get(item).json["name"] == "n"


@every_kind
def test_a_declared_resource_is_read_only(daemon, kind):
    path, body, *_ = KINDS[kind]
    declared = {"displays": "desk", "profiles": "default", "sources": "crew"}[kind]
    item = f"{path}/{daemon.get(path, name=declared).json['items'][0]['uuid']}"
    before = daemon.get(item).json
    for method, arguments in (("PUT", {"json": body}), ("DELETE", {})):
        response = send(daemon, method, item, **arguments)
        assert check_error(response, 409, "conflict", kind) == {}
        assert "declared in the configuration" in response.json["message"]
    assert daemon.get(item).json == before
