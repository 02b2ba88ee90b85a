"""Sources of a telephone system over REST: lookups, favorites, and the lists of contract section 2.10."""

import logging

import pytest

from api.conftest import CHILD, TENANT, USER, Daemon, configuration
from api.favorites import favorite
from api.rest import UNKNOWN, check_error, create
from servers import http_faults
from servers.pbx import CONFD, INSTALLATION, PASSWORD, SERVICE_ID, SERVICE_KEY, Pbx, pbx_conference, pbx_user
from waiting import assert_prompt, wait_until

FORMAT = {"name": "{firstname} {lastname}", "number": "{exten}", "reverse": "{full_name}"}
USERS = {
    "name": "pbx",
    "searched_columns": ["firstname", "lastname", "full_name", "exten"],
    "first_matched_columns": ["exten", "mobile_phone_number"],
    "format_columns": FORMAT,
}
ROOMS = {
    "name": "rooms",
    "searched_columns": ["name", "extensions", "incalls"],
    "first_matched_columns": ["extensions", "incalls"],
    "format_columns": {"number": "{extensions[0]}", "reverse": "{name}"},
}
LISTED = {
    "id": 8,
    "uuid": "user-8",
    "firstname": "Éric",
    "lastname": "Müller",
    "email": None,
    "exten": "2046",
    "mobile_phone_number": "0612345678",
    "voicemail_number": None,
}


@pytest.fixture
def pbx():
    with Pbx() as pbx:
        pbx.users += [
            pbx_user(7, firstname="Ada", lastname="Stern", exten="2045", agent_id=3, line_id=12),
            pbx_user(8, firstname="Éric", lastname="Müller", exten="2046", mobile_phone_number="0612345678"),
        ]
        pbx.conferences.append(pbx_conference(1, "Élan", ["4001"], ["0144556677"]))
        yield pbx


@pytest.fixture
def daemon(tmp_path):
    """Start a daemon on one kind of store: nothing here depends on it."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "dird.yml").write_text(f"service_id: {SERVICE_ID}\nservice_key: {SERVICE_KEY}\n")
    with Daemon(configuration(tmp_path, backends=backends(tmp_path))) as daemon:
        yield daemon


def backends(folder):
    keys = {"key_folders": [str(folder / "keys")]}
    return {"csv": {"folders": [folder / "csv"]}, "wazo": keys, "conference": keys}


@pytest.fixture
def users(daemon, pbx):
    return add_source(daemon, "wazo", {**USERS, **pbx.options()})


@pytest.fixture
def rooms(daemon, pbx):
    return add_source(daemon, "conference", {**ROOMS, **pbx.options("dird.yml")})


def add_source(daemon, backend, body):
    """Create a source and a profile of its name that uses it; return the path of the source."""
    source = create(daemon, f"/backends/{backend}/sources", body)
    columns = [{"field": "name"}, {"field": "number"}, {"type": "favorite", "field": "favorite"}]
    display = create(daemon, "/displays", {"name": body["name"], "columns": columns})
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    profile = {"name": body["name"], "display": {"uuid": display["uuid"]}, "services": services}
    create(daemon, "/profiles", profile)
    return f"/backends/{backend}/sources/{source['uuid']}"


def contacts(daemon, source, **arguments):
    response = daemon.get(f"{source}/contacts", **arguments)
    assert response.status_code == 200, response.text
    return response.json


def is_listed(daemon, source):
    return daemon.get(f"{source}/contacts").status_code == 200


def found(daemon, profile, term):
    response = daemon.get(f"/directories/lookup/{profile}", term=term)
    assert response.status_code == 200
    return [result["column_values"][:2] for result in response.json["results"]]


def test_users_are_found_with_their_relations(daemon, users):
    response = daemon.get("/directories/lookup/pbx", term="STERN")
    assert response.json["results"] == [
        {
            "column_values": ["Ada Stern", "2045", False],
            "relations": {
                "xivo_id": INSTALLATION,
                "agent_id": 3,
                "user_id": 7,
                "user_uuid": "user-7",
                "endpoint_id": 12,
                "source_entry_id": "7",
            },
            "source": "pbx",
            "backend": "wazo",
        }
    ]


def test_a_reverse_lookup_shows_the_fields_of_a_user_and_nothing_else(daemon, users):
    answer = daemon.get(f"/directories/reverse/pbx/{USER}", exten="0612345678").json
    assert (answer["display"], answer["source"]) == ("Éric Müller", "pbx")
    assert answer["fields"] == {
        "id": 8,
        "firstname": "Éric",
        "lastname": "Müller",
        "full_name": "Éric Müller",
        "exten": "2046",
        "mobile_phone_number": "0612345678",
        "name": "Éric Müller",
        "number": "2046",
        **dict.fromkeys(("email", "description", "userfield", "voicemail_number")),
        "reverse": "Éric Müller",
    }


def test_a_favorite_user_is_listed_and_marked(daemon, users):
    assert favorite(daemon, "PUT", "pbx/8").status_code == 204
    results = daemon.get("/directories/favorites/pbx").json["results"]
    assert [(result["column_values"], result["relations"]["user_uuid"]) for result in results] == [
        (["Éric Müller", "2046", True], "user-8")
    ]
    looked_up = daemon.get("/directories/lookup/pbx", term="").json["results"]
    assert [result["column_values"][2] for result in looked_up] == [False, True]


def test_conferences_are_found_by_name_and_number(daemon, rooms):
    assert found(daemon, "rooms", "elan") == [["Élan", "4001"]]
    answer = daemon.get(f"/directories/reverse/rooms/{USER}", exten="0144556677").json
    assert answer["display"] == "Élan"
    assert (answer["fields"]["extensions"], answer["fields"]["incalls"]) == (["4001"], ["0144556677"])
    assert favorite(daemon, "PUT", "rooms/1").status_code == 204
    assert len(daemon.get("/directories/favorites/rooms").json["results"]) == 1


def test_with_a_key_file_requests_name_the_tenant_of_the_source(daemon, pbx, users, rooms):
    assert found(daemon, "pbx", "ada")
    assert found(daemon, "rooms", "elan")
    tenants = {
        request.path.removeprefix(CONFD): request.headers.get("wazo-tenant")
        for request in pbx.requests
        if request.path.startswith(CONFD)
    }
    assert tenants == {"/users": None, "/infos": None, "/conferences": TENANT}


def test_the_users_of_a_source_are_listed_as_confd_sorts_and_counts_them(daemon, pbx, users):
    assert contacts(daemon, users, search="MÜLL") == {"total": 1, "filtered": 1, "items": [LISTED]}
    assert pbx.queries("users")[-1] == {
        "view": "directory",
        "order": "firstname",
        "direction": "asc",
        "search": "MÜLL",
    }
    page = contacts(daemon, users, order="lastname", direction="desc", limit=1)
    assert (page["total"], page["filtered"], [item["id"] for item in page["items"]]) == (2, 2, [7])
    query = {"uuid": "user-7,user-8", "recurse": "True", "offset": "1", "firstname": "Éric", "id": "7"}
    assert contacts(daemon, users, **query)["total"] == 1
    del query["id"]  # no filter of users
    assert pbx.queries("users")[-1].items() >= query.items()
    assert "id" not in pbx.queries("users")[-1]
    assert contacts(daemon, users, limit=0)["items"] == []


def test_the_conferences_of_a_source_are_listed_with_contexts(daemon, pbx, rooms):
    item = {
        "id": 1,
        "name": "Élan",
        "extensions": [{"context": "default", "exten": "4001"}],
        "incalls": [{"context": "from", "exten": "0144556677"}],
    }
    assert contacts(daemon, rooms, id="1", recurse="True") == {"total": 1, "filtered": 1, "items": [item]}
    assert pbx.queries("conferences")[-1] == {
        "order": "name",
        "direction": "asc",
        "id": "1",
        "recurse": "True",
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"order": "exten"}, "order"),
        ({"direction": "down"}, "direction"),
        ({"limit": "-1"}, "limit"),
        ({"offset": "x"}, "offset"),
        ({"recurse": "perhaps"}, "recurse"),
    ],
)
def test_a_bad_list_parameter_is_a_400(daemon, users, query, field):
    details = check_error(daemon.get(f"{users}/contacts", **query), 400, "invalid-data")
    assert list(details) == [field]


def test_an_unknown_source_is_a_404_with_the_id_that_was_sent(daemon, users, rooms):
    wrong = rooms.replace("conference", "wazo")
    for path in (f"/backends/wazo/sources/{UNKNOWN}", "/backends/wazo/sources/UNKNOWN", wrong):
        details = check_error(daemon.get(f"{path}/contacts"), 404, "unknown-source", "sources")
        assert details == {"uuid": path.rsplit("/", 1)[1]}


@pytest.mark.parametrize("backend", ["csv", "csv_ws", "ldap", "personal"])
def test_other_backends_have_no_such_resource(daemon, backend):
    assert daemon.get(f"/backends/{backend}/sources/{UNKNOWN}/contacts").status_code == 404


def test_sources_of_all_visible_tenants_are_listed(daemon, pbx):
    body = {**USERS, **pbx.options()}
    headers = {"Wazo-Tenant": CHILD}
    source = create(daemon, "/backends/wazo/sources", body, headers=headers)
    path = f"/backends/wazo/sources/{source['uuid']}"
    assert contacts(daemon, path)["total"] == 2
    response = daemon.get(f"{path}/contacts", token="other-tenant")
    check_error(response, 404, "unknown-source", "sources")


def test_a_list_needs_its_own_right(daemon, users):
    for token in ("reader", "no-rights", None):
        details = check_error(daemon.get(f"{users}/contacts", token=token), 401, "unauthorized")
        required = f"dird.backends.wazo.sources.{users.rsplit('/', 1)[1]}.contacts.read"
        assert details["required_access"] == required


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_a_failure_of_confd_is_the_503_of_the_contract(daemon, pbx, users, status, caplog):
    caplog.set_level(logging.DEBUG)
    pbx.faulty_path, pbx.fault = CONFD, http_faults.status(status)
    response = daemon.get(f"{users}/contacts", search="a-secret-name")
    details = check_error(response, 503, "wazo-confd-error")
    server = {"host": "127.0.0.1", "port": pbx.port, "timeout": 10.0}
    assert details.keys() == {"wazo_confd_config", "original_error"}
    assert details["wazo_confd_config"] == server
    assert str(status) in details["original_error"]
    for secret in ("a-secret-name", PASSWORD, *pbx.tokens, "token-1"):
        assert secret not in caplog.text


def test_a_confd_that_hangs_is_a_503_after_its_timeout(daemon, pbx):
    source = add_source(daemon, "wazo", {**USERS, **pbx.options(timeout=0.2)})
    wait_until(lambda: is_listed(daemon, source))  # on a busy machine, it may be late
    pbx.fault = http_faults.hang
    with assert_prompt():
        details = check_error(daemon.get(f"{source}/contacts"), 503, "wazo-confd-error")
    assert details["wazo_confd_config"]["timeout"] == 0.2
    pbx.fault = None
    wait_until(lambda: is_listed(daemon, source))


def test_a_source_that_lookups_skip_still_says_why_it_has_no_list(daemon, pbx, users):
    pbx.fault = http_faults.close
    wait_until(lambda: not found(daemon, "pbx", "ada") and is_open(daemon))
    check_error(daemon.get(f"{users}/contacts"), 503, "wazo-confd-error")
    pbx.fault = None
    assert contacts(daemon, users)["total"] == 2


def is_open(daemon):
    reports = daemon.get("/status").json["sources"].values()
    return "open" in [report["breaker"] for report in reports]


def test_confd_that_starts_late_is_searchable_without_a_restart(daemon, pbx, users):
    pbx.stop()
    assert found(daemon, "pbx", "ada") == []
    check_error(daemon.get(f"{users}/contacts"), 503, "wazo-confd-error")
    pbx.start()
    wait_until(lambda: found(daemon, "pbx", "ada") == [["Ada Stern", "2045"]])


def test_a_missing_key_file_is_a_503_until_it_appears(daemon, pbx, tmp_path):
    source = add_source(daemon, "wazo", {**USERS, **pbx.options("later.yml")})
    assert found(daemon, "pbx", "ada") == []
    details = check_error(daemon.get(f"{source}/contacts"), 503, "wazo-confd-error")
    assert "later.yml can't be read" in details["original_error"]
    (tmp_path / "keys" / "later.yml").write_text(f"service_id: {SERVICE_ID}\nservice_key: {SERVICE_KEY}\n")
    assert contacts(daemon, source)["total"] == 2


def test_a_key_file_outside_the_folders_is_stored_but_never_read(daemon, pbx, tmp_path):
    (tmp_path / "outside.yml").write_text(f"service_id: {SERVICE_ID}\nservice_key: {SERVICE_KEY}\n")
    source = add_source(daemon, "wazo", {**USERS, **pbx.options(str(tmp_path / "outside.yml"))})
    details = check_error(daemon.get(f"{source}/contacts"), 503, "wazo-confd-error")
    assert "outside the allowed folders" in details["original_error"]
    assert "backends.wazo.key_folders" in details["original_error"]
    assert pbx.requests == []


@pytest.mark.parametrize("server", ["auth", "confd"])
def test_the_secrets_of_a_key_file_go_to_servers_of_the_administrator_only(daemon, pbx, server):
    options = pbx.options("dird.yml")
    options[server] = {**options[server], "host": "evil.example.org"}
    source = add_source(daemon, "wazo", {**USERS, **options})
    details = check_error(daemon.get(f"{source}/contacts"), 503, "wazo-confd-error")
    assert "add evil.example.org to outgoing.allow" in details["original_error"]
    assert pbx.requests == []


def test_an_edit_of_a_source_acts_on_the_next_list(daemon, pbx, users):
    assert contacts(daemon, users)["total"] == 2
    with Pbx() as other:
        other.users.append(pbx_user(1, lastname="Other"))
        assert daemon.request("PUT", f"/0.1{users}", json={**USERS, **other.options()}).status_code == 204
        assert contacts(daemon, users)["total"] == 1
