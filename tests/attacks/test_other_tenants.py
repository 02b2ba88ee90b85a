"""The user in a path is any text, but stored contacts and favorites are only shown within the caller's tenants."""

import json

import pytest

from api.conftest import CHILD, OTHER, TENANT, USER, Daemon, configuration
from api.rest import create
from servers.auth_server import AuthServer
from xivo_dird.authenticator import hash_token

CHILD_USER = "88888888-8888-4888-8888-888888888888"
TENANTS = {"main": TENANT, "child": CHILD, "other": OTHER}
NAME, NUMBER = "Zenobia", "+33 1 44 55 66 77"

TOKENS = {
    "main-user": (TENANT, USER),
    "main-service": (TENANT, None),
    "child-user": (CHILD, CHILD_USER),
    "child-service": (CHILD, None),
    "other-service": (OTHER, None),
    "moved-user": (OTHER, USER),
}
"""The tenant and the user of each token. The same user may have tokens of several tenants."""

LOOKUPS = ("", "&t9=true", "&fuzzy=true", "&merge=true", "&sources=true", "&order=relevance")


def with_personal_sources(config):
    """Add to each tenant a profile `mine` whose only source has the personal contacts of the user."""
    columns = {"searched_columns": ["name", "number"], "first_matched_columns": ["number"]}
    services = {name: {"sources": ["personal"]} for name in ("lookup", "reverse", "favorites")}
    for tenant in TENANTS:
        owner = {"tenant": tenant}
        display = {"name": "stars", "columns": [{"field": "name"}, {"type": "favorite", "field": "favorite"}]}
        source = {
            "name": "personal",
            "backend": "personal",
            "format_columns": {"reverse": "{name}"},
            **columns,
        }
        config["provisioning"]["sources"].append({**owner, **source})
        config["provisioning"]["displays"].append({**owner, **display})
        profile = {"name": "mine", "display": "stars", "services": services}
        config["provisioning"]["profiles"].append({**owner, **profile})
    return config


@pytest.fixture
def daemon(tmp_path, db_uri):
    config = with_personal_sources(configuration(tmp_path, db_uri=db_uri))
    for name, (tenant_uuid, user_uuid) in TOKENS.items():
        token = {"hash": hash_token(name), "tenant_uuid": tenant_uuid, "user_uuid": user_uuid, "acl": ["#"]}
        config["auth"]["tokens"].append(token)
    with Daemon(config) as daemon:
        yield daemon


def add_contact(daemon, token="main-user", **arguments):
    return create(daemon, "/personal", {"name": NAME, "number": NUMBER}, token=token, **arguments)["id"]


def lookup_results(daemon, token, user, arguments="", **headers):
    path = f"/0.1/directories/lookup/mine/{user}?term={NAME[:4].lower()}{arguments}"
    response = daemon.request("GET", path, token=token, headers=headers)
    assert response.status_code == 200, response.text
    return response.json["results"]


def is_shown(daemon, token, user=USER, **headers):
    """Return whether a lookup and a reverse lookup show the contact of a user."""
    found = bool(lookup_results(daemon, token, user, **headers))
    path = f"/0.1/directories/reverse/mine/{user}"
    for exten in (NUMBER, "0033144556677"):
        response = daemon.request("GET", path, token=token, headers=headers, query_string={"exten": exten})
        assert response.status_code == 200, response.text
        assert response.json["display"] == (NAME if found else None)
    numbers = {"extens": [NUMBER, "0033144556677"]}
    many = daemon.request("POST", path, token=token, headers=headers, json=numbers).json["results"]
    assert [result["display"] for result in many] == [NAME if found else None] * 2
    return found


def test_a_token_of_another_tenant_gets_no_contact_of_a_user(daemon):
    add_contact(daemon)
    assert is_shown(daemon, "main-service")
    assert not is_shown(daemon, "other-service")
    for arguments in LOOKUPS:
        assert lookup_results(daemon, "other-service", USER, arguments) == [], arguments
    path = f"/0.1/directories/lookup/mine/{USER}?term={NAME}"
    streamed = daemon.request("GET", path, "other-service", headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line).get("results", []) for line in streamed.text.splitlines()] == [[], []]


def test_a_user_out_of_reach_looks_like_one_without_contacts(daemon):
    add_contact(daemon)
    path = "/0.1/directories/lookup/mine/{}?term=z&sources=true"
    answers = [daemon.request("GET", path.format(user), "other-service").json for user in (USER, "nobody")]
    for answer in answers:
        del answer["sources"][0]["seconds"]
    assert answers[0] == answers[1]


def test_users_see_their_own_contacts_with_each_of_their_tokens(daemon):
    add_contact(daemon)
    for token in ("main-user", "moved-user"):
        assert is_shown(daemon, token)
        own = daemon.get("/directories/personal/mine", token=token).json["results"]
        assert [result["column_values"][0] for result in own] == [NAME]
    assert is_shown(daemon, "main-user", **{"Wazo-Tenant": CHILD})


def test_a_tenant_above_that_of_the_user_reads_the_contacts(daemon):
    add_contact(daemon, "child-user")
    assert is_shown(daemon, "child-service", CHILD_USER)
    assert is_shown(daemon, "main-service", CHILD_USER)
    assert is_shown(daemon, "main-service", CHILD_USER, **{"Wazo-Tenant": CHILD})


def test_a_tenant_below_that_of_the_user_reads_nothing(daemon):
    add_contact(daemon)
    assert not is_shown(daemon, "child-service")
    assert not is_shown(daemon, "main-service", **{"Wazo-Tenant": CHILD})


def test_the_tenant_of_a_user_is_that_of_the_token_not_of_the_header(daemon):
    add_contact(daemon, headers={"Wazo-Tenant": CHILD})
    assert is_shown(daemon, "main-service")
    assert not is_shown(daemon, "child-service")


@pytest.mark.parametrize("change", ["create", "update", "import"])
def test_a_moved_user_takes_the_contacts_along_with_the_first_change(daemon, change):
    uuid = add_contact(daemon)
    assert is_shown(daemon, "main-service")
    assert not is_shown(daemon, "other-service")
    method, path, body = {
        "create": ("POST", "/personal", '{"name": "new"}'),
        "update": ("PUT", f"/personal/{uuid}", json.dumps({"name": NAME, "number": NUMBER, "note": "new"})),
        "import": ("POST", "/personal/import", "name\nnew\n"),
    }[change]
    changed = daemon.request(method, f"/0.1{path}", "moved-user", data=body)
    assert changed.status_code in {200, 201}, changed.text
    assert is_shown(daemon, "other-service")
    assert not is_shown(daemon, "main-service")


def test_a_refused_change_moves_nobody(daemon):
    add_contact(daemon)
    unknown = daemon.request("PUT", "/0.1/personal/unknown", "moved-user", json={"name": "n"})
    assert unknown.status_code == 404
    repeated = {"name": NAME, "number": NUMBER}
    assert daemon.request("POST", "/0.1/personal", "moved-user", json=repeated).status_code == 409
    assert is_shown(daemon, "main-service")
    assert not is_shown(daemon, "other-service")


def test_favorites_of_a_user_are_marked_in_the_tenant_of_their_source_only(daemon):
    uuid = add_contact(daemon)
    favorite = daemon.request("PUT", f"/0.1/directories/favorites/personal/{uuid}", "main-user")
    assert favorite.status_code == 204
    for token, headers, mark in (
        ("main-service", {}, True),
        ("main-user", {}, True),
        ("moved-user", {}, False),
        ("main-user", {"Wazo-Tenant": CHILD}, False),
    ):
        results = lookup_results(daemon, token, USER, **headers)
        assert [result["column_values"] for result in results] == [[NAME, mark]]


@pytest.fixture
def auth_server():
    with AuthServer() as server:
        for name, uuid in TENANTS.items():
            server.add_tenant(uuid, name, **({"parent": TENANT} if name == "child" else {}))
        for name, (tenant_uuid, user_uuid) in TOKENS.items():
            server.add_token(name, tenant_uuid=tenant_uuid, user_uuid=user_uuid, acl=("dird.#",))
        server.add_token("cannot-list", tenant_uuid=TENANT, acl=("dird.#",), can_list_tenants=False)
        yield server


@pytest.fixture
def daemon_with_server(tmp_path, auth_server):
    auth = {"method": "wazo_auth", **auth_server.settings()}
    with Daemon(with_personal_sources(configuration(tmp_path, auth=auth))) as daemon:
        yield daemon


def test_the_server_says_which_tenants_are_below(daemon_with_server):
    daemon = daemon_with_server
    add_contact(daemon, "child-user")
    assert is_shown(daemon, "child-service", CHILD_USER)
    assert is_shown(daemon, "main-service", CHILD_USER)
    assert not is_shown(daemon, "other-service", CHILD_USER)
    assert not is_shown(daemon, "cannot-list", CHILD_USER)
    assert not is_shown(daemon, "child-service", USER)


def test_the_server_is_not_asked_for_users_of_the_own_tenant(daemon_with_server, auth_server):
    add_contact(daemon_with_server)
    assert is_shown(daemon_with_server, "main-service")
    assert is_shown(daemon_with_server, "main-user")
    assert not is_shown(daemon_with_server, "main-service", "nobody")
    assert "GET /0.1/tenants" not in auth_server.calls()


def test_without_the_server_users_of_a_tenant_below_are_refused(tmp_path, auth_server):
    auth = {"method": "wazo_auth", "cache_ttl": 3600, **auth_server.settings()}
    path = f"/0.1/directories/lookup/mine/{CHILD_USER}?term={NAME}&sources=true"
    with Daemon(with_personal_sources(configuration(tmp_path, auth=auth))) as daemon:
        before = daemon.request("GET", path, "main-service").json
        assert [part["status"] for part in before["sources"]] == ["ok"]
        add_contact(daemon, "child-user")
        auth_server.stop()
        after = daemon.request("GET", path, "main-service").json
        assert (after["results"], [part["status"] for part in after["sources"]]) == ([], ["refused"])


def test_a_header_addresses_no_personal_event_to_another_tenant(daemon):
    headers = {"Wazo-Tenant": CHILD}
    uuid = add_contact(daemon, headers=headers)
    path = f"/0.1/personal/{uuid}"
    assert daemon.request("PUT", path, "main-user", headers=headers, json={"name": "n"}).status_code == 200
    assert daemon.request("DELETE", path, "main-user", headers=headers).status_code == 204
    imported = daemon.request("POST", "/0.1/personal/import", "main-user", headers=headers, data="name\nn\n")
    assert imported.status_code == 201
    assert daemon.request("DELETE", "/0.1/personal", "main-user", headers=headers).status_code == 204
    feeds = {
        token: daemon.get("/events", token=token).json["items"] for token in ("child-service", "main-service")
    }
    personal = {
        token: [e for e in events if e["name"].startswith("personal_")] for token, events in feeds.items()
    }
    assert personal["child-service"] == []
    assert [event["tenant_uuid"] for event in personal["main-service"]] == [TENANT] * 5
