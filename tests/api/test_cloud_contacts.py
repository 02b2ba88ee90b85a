"""Google and office365 sources over REST: each user sees their own contacts (contract sections 2.10, 3.8 and 3.9)."""

import pytest

from api.conftest import COLUMNS, OTHER, SECOND_USER, TENANT, USER, Daemon, configuration
from api.favorites import favorite
from api.rest import UNKNOWN, check_error, create
from servers import google_people, graph
from servers.auth_server import AuthServer
from servers.google_people import GooglePeopleServer, person
from servers.graph import GraphServer, contact
from servers.web_server import WebAnswer

CRYSTAL = person("g2", "Ève Crystal", [("home", "555-2000")])
PEOPLE = [person("g1", "bob Brandt", [("work", "555-1000")]), CRYSTAL, person("g3", "Ada Stern")]
CONTACTS = [
    contact("m1", "Zed", "Ames", mobilePhone="5551000"),
    contact("m2", "ada", "Stern"),
    contact("m3", None, "Ève", displayName=None),
]
GOOGLE_COLUMNS = {
    "searched_columns": ["name", "numbers", "familyName", "givenName"],
    "first_matched_columns": ["numbers"],
    "format_columns": {"phone": "{numbers[0]}", "number": "{numbers_except_label[mobile][0]}"},
}
OFFICE365_COLUMNS = {
    "searched_columns": ["givenName", "surname", "mobilePhone"],
    "first_matched_columns": ["mobilePhone"],
    "format_columns": {"name": "{givenName} {surname}", "number": "{mobilePhone}"},
}


@pytest.fixture
def auth():
    with AuthServer() as server:
        for token, user in (("admin", USER), ("second", SECOND_USER)):
            server.add_token(token, tenant_uuid=TENANT, user_uuid=user, acl=("dird.#",))
            for service in ("google", "microsoft"):
                server.access_tokens[user, service] = f"access of {token}".replace(" ", "-")
        yield server


@pytest.fixture
def google():
    with GooglePeopleServer() as server:
        server.book("access-of-admin").put(*PEOPLE)
        server.book("access-of-second").put(person("s1", "Sue Second"))
        yield server


@pytest.fixture
def graph_server():
    with GraphServer() as server:
        server.mailbox("access-of-admin").put(*CONTACTS)
        server.mailbox("access-of-second").put(contact("s1", "Sue", "Second"))
        yield server


@pytest.fixture
def daemon(tmp_path, db_uri, google):
    config = configuration(tmp_path, db_uri=db_uri)
    config["backends"]["google"] = {"endpoint": google.url}
    with Daemon(config) as daemon:
        yield daemon


@pytest.fixture
def sources(daemon, auth, graph_server):
    """Create a source of each cloud and the profile `cloud`; return the sources by backend."""
    server = {"host": auth.host, "port": auth.port, "https": False, "prefix": None}
    created = {
        "google": create(
            daemon, "/backends/google/sources", {"name": "goog", "auth": server, **GOOGLE_COLUMNS}
        ),
        "office365": create(
            daemon,
            "/backends/office365/sources",
            {"name": "ms", "auth": server, "endpoint": graph_server.endpoint, **OFFICE365_COLUMNS},
        ),
    }
    display = create(daemon, "/displays", {"name": "cloud", "columns": COLUMNS})
    services = {name: {"sources": list(created.values())} for name in ("lookup", "reverse", "favorites")}
    create(daemon, "/profiles", {"name": "cloud", "display": display, "services": services})
    return created


def lookup(daemon, term, path="/directories/lookup/cloud", **arguments):
    response = daemon.get(path, term=term, **arguments)
    assert response.status_code == 200, response.text
    return [(found["source"], *found["column_values"][:3]) for found in response.json["results"]]


def listed(daemon, source, backend, **query):
    response = daemon.get(f"/backends/{backend}/sources/{source['uuid']}/contacts", **query)
    assert response.status_code == 200, response.text
    assert set(response.json) == {"total", "filtered", "items"}
    return response.json


def test_a_lookup_finds_the_contacts_of_both_clouds(daemon, sources):
    assert sorted(lookup(daemon, "stern")) == [
        ("goog", "Ada Stern", None, False),
        ("ms", "ada Stern", None, False),
    ]
    assert lookup(daemon, "zed") == [("ms", "Zed Ames", "5551000", False)]
    assert lookup(daemon, "5552000") == [("goog", "Ève Crystal", "5552000", False)]


def test_each_user_finds_only_their_own_contacts(daemon, sources):
    for token, names in (
        ("admin", {"Ada Stern", "ada Stern"}),
        ("second", {"Sue Second"}),
        ("userless", set()),
    ):
        found = {row[1] for term in ("stern", "sue") for row in lookup(daemon, term, token=token)}
        assert found == names


def test_a_token_of_another_user_does_not_open_their_contacts(daemon, sources, auth):
    path = f"/directories/lookup/cloud/{USER}"
    assert lookup(daemon, "stern", path)
    assert lookup(daemon, "stern", path, token="second") == []
    assert (
        daemon.get(f"/directories/reverse/cloud/{USER}", token="second", exten="5552000").json["display"]
        is None
    )
    auth.add_token("userless", tenant_uuid=TENANT, acl=(f"auth.users.{USER}.external.#",))
    assert daemon.get(f"/directories/reverse/cloud/{USER}", token="userless", exten="5552000").json["display"]


def test_a_reverse_lookup_shows_the_default_formats(daemon, sources):
    path = f"/directories/reverse/cloud/{USER}"
    found = daemon.get(path, exten="5552000").json
    assert (found["display"], found["source"], found["fields"]["id"]) == ("Ève Crystal", "goog", "g2")
    daemon.request("DELETE", f"/0.1/backends/google/sources/{sources['google']['uuid']}")
    found = daemon.get(path, exten="5551000").json
    assert (found["display"], found["source"], found["fields"]["id"]) == ("Zed", "ms", "m1")


def test_favorites_are_listed(daemon, sources):
    for path in ("goog/g1", "ms/m1", "ms/gone"):
        assert favorite(daemon, "PUT", path).status_code == 204
    found = daemon.get("/directories/favorites/cloud").json["results"]
    assert sorted((each["source"], each["relations"]["source_entry_id"]) for each in found) == [
        ("goog", "g1"),
        ("ms", "m1"),
    ]
    assert lookup(daemon, "zed") == [("ms", "Zed Ames", "5551000", True)]


def test_google_contacts_are_listed_by_name(daemon, sources):
    found = listed(daemon, sources["google"], "google")
    assert [item["name"] for item in found["items"]] == ["Ada Stern", "bob Brandt", "Ève Crystal"]
    assert (found["total"], found["filtered"]) == (3, 3)
    assert found["items"][1]["numbers_by_label"] == {"work": "5551000"}
    assert "reverse" not in found["items"][0]


def test_office365_contacts_are_listed_as_microsoft_gives_them(daemon, sources):
    source = sources["office365"]
    assert listed(daemon, source, "office365")["items"] == [CONTACTS[1], CONTACTS[0], CONTACTS[2]]
    orders = {"firstname": ["m2", "m1", "m3"], "lastname": ["m1", "m3", "m2"]}
    for order, ids in orders.items():
        found = listed(daemon, source, "office365", order=order, search="ignored")
        assert [item["id"] for item in found["items"]] == ids
    assert found["total"] == found["filtered"] == 3


@pytest.mark.parametrize("backend", ["google", "office365"])
def test_a_list_is_a_page(daemon, sources, backend):
    ids = [item["id"] for item in listed(daemon, sources[backend], backend)["items"]]
    for query, expected in (
        ({"limit": 0}, []),
        ({"limit": 1}, ids[:1]),
        ({"offset": 1, "limit": 1}, ids[1:2]),
        ({"offset": 5}, []),
        ({"direction": "desc"}, ids[::-1]),
    ):
        found = listed(daemon, sources[backend], backend, **query)
        assert [item["id"] for item in found["items"]] == expected
        assert found["total"] == found["filtered"] == 3


@pytest.mark.parametrize("query", [{"order": "id"}, {"limit": "-1"}, {"direction": "up"}])
@pytest.mark.parametrize("backend", ["google", "office365"])
def test_bad_parameters_of_a_list_are_named(daemon, sources, backend, query):
    response = daemon.get(f"/backends/{backend}/sources/{sources[backend]['uuid']}/contacts", **query)
    assert list(check_error(response, 400, "invalid-data")) == list(query)


def test_google_itself_searches_its_contacts(daemon, sources, google):
    found = listed(daemon, sources["google"], "google", search="CRYSTAL")
    assert [item["id"] for item in found["items"]] == ["g2"]
    assert found["total"] == found["filtered"] == 1
    terms = [request.query.get("query") for request in google.requests if "search" in request.path]
    assert terms == [None, "CRYSTAL"]


@pytest.mark.parametrize("backend", ["google", "office365"])
def test_a_user_without_an_account_is_a_404(daemon, sources, auth, backend):
    path = f"/backends/{backend}/sources/{sources[backend]['uuid']}/contacts"
    service = {"google": "google", "office365": "microsoft"}[backend]
    for token, user in (("userless", None), ("second", SECOND_USER), ("admin", USER)):
        auth.access_tokens.pop((SECOND_USER, service), None)
        if token == "admin":
            auth.stop()
        assert check_error(daemon.get(path, token=token), 404, "no-token-found") == {"user_uuid": user}


@pytest.mark.parametrize("backend", ["google", "office365"])
def test_a_source_of_another_tenant_or_backend_is_unknown(daemon, sources, backend):
    other = sources["google" if backend == "office365" else "office365"]
    for uuid, token in (
        (UNKNOWN, "admin"),
        (other["uuid"], "admin"),
        (sources[backend]["uuid"], "other-tenant"),
    ):
        response = daemon.get(f"/backends/{backend}/sources/{uuid}/contacts", token=token)
        assert check_error(response, 404, "unknown-source", "sources") == {"uuid": uuid}


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (graph.error(403, "ErrorAccessDenied"), {"error_code": 403}),
        (graph.error(404, "MailboxNotEnabledForRESTAPI"), {}),
        (WebAnswer(500), {"error_code": 500}),
        (WebAnswer(200, b"no JSON"), {}),
        (graph.error(429, "ApplicationThrottled", **{"Retry-After": "1000"}), {"error_code": 429}),
    ],
)
def test_a_failing_microsoft_is_a_503(daemon, sources, graph_server, failure, code):
    graph_server.failures.append(failure)
    source = sources["office365"]
    response = daemon.get(f"/backends/office365/sources/{source['uuid']}/contacts")
    details = check_error(response, 503, "unexpected-endpoint-error")
    assert details == {"endpoint": graph_server.endpoint, **code}


def test_a_refusing_google_lists_nothing(daemon, sources, google):
    google.failures.append(google_people.error(403, "PERMISSION_DENIED"))
    assert listed(daemon, sources["google"], "google") == {"total": 0, "filtered": 0, "items": []}


def test_an_endpoint_that_is_no_microsoft_is_stored_but_gets_no_token(daemon, auth):
    server = {"host": auth.host, "port": auth.port, "https": False, "prefix": None}
    body = {"name": "elsewhere", "auth": server, "endpoint": "https://example.org/contacts"}
    source = create(daemon, "/backends/office365/sources", body)
    response = daemon.get(f"/backends/office365/sources/{source['uuid']}/contacts")
    check_error(response, 503, "unexpected-endpoint-error")
    assert "backends.office365.endpoint_hosts" in response.json["message"]


def test_other_tenants_have_no_copy_of_a_user(daemon, sources):
    response = daemon.get("/directories/lookup/cloud", term="stern", headers={"Wazo-Tenant": OTHER})
    assert response.status_code in {401, 404}
