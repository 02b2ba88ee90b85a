"""/graphql: every field of the schema of contract section 2.15, as a client reads it."""

import pytest

from api.conftest import CHILD, OTHER, SECOND_USER, USER, Daemon, configuration
from api.graphql import FIELDS, data_of, field_errors, post
from api.rest import create
from servers import http_faults
from servers.pbx import Pbx, pbx_conference, pbx_user
from waiting import TIMEOUT

CONTACTS = f"edges {{ cursor node {{ __typename {FIELDS} }} }}"
ADA = {
    "__typename": "Contact",
    "firstname": "Ada",
    "lastname": "Stern",
    "email": None,
    "wazoReverse": "Ada Stern",
    "wazoSourceEntryId": "17",
    "wazoSourceName": "crew",
    "wazoBackend": "csv",
}
WAZO = "... on WazoContact { userId userUuid endpointId agentId }"
PBX_COLUMNS = {
    "first_matched_columns": ["exten", "mobile_phone_number"],
    "format_columns": {"reverse": "{full_name}"},
}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def nodes(contacts):
    return [edge["node"] for edge in contacts["edges"]]


def test_hello_is_world(shared_daemon):
    assert data_of(shared_daemon, "{ hello }") == {"hello": "world"}


def test_me_is_the_user_of_the_token(shared_daemon):
    query = "{ me { userUuid } }"
    assert data_of(shared_daemon, query) == {"me": {"userUuid": USER}}
    assert data_of(shared_daemon, query, token="userless") == {"me": {"userUuid": None}}


@pytest.mark.parametrize("uuid", [USER, "nobody", "", "me", "a.b", "x" * 2000])
def test_a_user_has_the_uuid_of_the_argument(shared_daemon, uuid):
    query = "query ($uuid: String) { user(uuid: $uuid) { uuid } }"
    assert data_of(shared_daemon, query, {"uuid": uuid}) == {"user": {"uuid": uuid}}


@pytest.mark.parametrize("query", ["{ user { uuid } }", "{ user(uuid: null) { uuid } }"])
def test_a_user_without_the_argument_is_an_error_of_the_field(shared_daemon, query):
    response = post(shared_daemon, query)
    assert response.json["data"] == {"user": None}
    (error,) = field_errors(response).values()
    assert (error["path"], error["extensions"]["error_id"]) == (["user"], "invalid-data")
    assert "uuid" in error["message"]


@pytest.mark.parametrize("user", ["me", f'user(uuid: "{USER}")'])
def test_each_distinct_number_has_an_edge_in_the_order_of_the_request(shared_daemon, user):
    query = (
        f'query ($e: [String]) {{ {user} {{ contacts(profile: "default", extens: $e) {{ {CONTACTS} }} }} }}'
    )
    (root,) = data_of(shared_daemon, query, {"e": ["9", "2045", "2046", "9", "+33 1 44 55", "2045"]}).values()
    found = nodes(root["contacts"])
    assert found[:2] == [None, ADA]
    assert [node and node["firstname"] for node in found] == [None, "Ada", "Éric", "Ada"]


@pytest.mark.parametrize(
    "extens", ["", "extens: []", "extens: null", "extens: $none"], ids=["absent", "empty", "null", "variable"]
)
def test_without_numbers_there_are_no_edges(shared_daemon, extens):
    declared = "query ($none: [String]) " if "$" in extens else ""
    field = f'contacts(profile: "default" {extens}) {{ edges {{ cursor }} pageInfo {{ endCursor }} }}'
    contacts = data_of(shared_daemon, f"{declared}{{ me {{ {field} }} }}")["me"]["contacts"]
    assert contacts == {"edges": [], "pageInfo": {"endCursor": None}}


def test_null_and_blank_numbers_have_an_edge_without_a_node(shared_daemon):
    field = (
        'contacts(profile: "default", extens: ["", null, " ", "2045", null]) { edges { node { firstname } } }'
    )
    found = nodes(data_of(shared_daemon, f"{{ me {{ {field} }} }}")["me"]["contacts"])
    assert found == [None, None, None, {"firstname": "Ada"}]


def test_one_number_in_place_of_a_list_is_a_list_of_it(shared_daemon):
    query = '{ me { contacts(profile: "default", extens: "2045") { edges { node { firstname } } } } }'
    assert nodes(data_of(shared_daemon, query)["me"]["contacts"]) == [{"firstname": "Ada"}]


@pytest.mark.parametrize("profile", ['profile: "nowhere", ', "profile: null, ", "", 'profile: "", '])
@pytest.mark.parametrize("extens", ['extens: ["2045"]', "extens: []"])
def test_a_missing_or_unknown_profile_is_an_error_of_the_field(shared_daemon, profile, extens):
    contacts = f"contacts({profile}{extens}) {{ edges {{ cursor }} }}"
    response = post(shared_daemon, f'{{ me {{ userUuid {contacts} }} user(uuid: "x") {{ {contacts} }} }}')
    assert response.json["data"] == {"me": {"userUuid": USER, "contacts": None}, "user": {"contacts": None}}
    errors = field_errors(response)
    assert list(errors) == [("me", "contacts"), ("user", "contacts")]
    for error in errors.values():
        assert "profile" in error["message"]
        assert error["extensions"]["error_id"] == "unknown-profile"
        assert error["extensions"]["resource"] == "profiles"


def test_the_error_of_a_missing_profile_names_the_argument(shared_daemon):
    query = '{ me { contacts(extens: ["2045"]) { edges { cursor } } } }'
    error = field_errors(post(shared_daemon, query))["me", "contacts"]
    assert error["message"] == "profile: the argument is required"


def test_a_profile_is_one_of_the_scope_tenant(daemon):
    query = '{ me { contacts(profile: "default", extens: ["2045"]) { edges { cursor } } } }'
    for arguments in ({"headers": {"Wazo-Tenant": CHILD}}, {"token": "other-tenant"}):
        errors = field_errors(post(daemon, query, **arguments))
        assert errors["me", "contacts"]["extensions"]["error_id"] == "unknown-profile"
    refused = field_errors(post(daemon, query, headers={"Wazo-Tenant": OTHER}))
    assert refused["me",]["message"] == "Unauthorized"


def test_a_contact_without_a_field_has_null_and_other_values_are_texts(daemon):
    contact = {"firstname": "Zoë", "number": "7001"}
    assert daemon.request("POST", "/0.1/personal", json=contact).status_code == 201
    add_profile(
        daemon,
        "personal",
        {"first_matched_columns": ["number"], "format_columns": {"reverse": "{firstname}"}},
    )
    query = f'{{ me {{ contacts(profile: "own", extens: ["7001"]) {{ edges {{ node {{ {FIELDS} }} }} }} }} }}'
    (node,) = nodes(data_of(daemon, query)["me"]["contacts"])
    assert (node["firstname"], node["lastname"], node["email"]) == ("Zoë", None, None)
    assert (node["wazoSourceName"], node["wazoBackend"]) == ("own", "personal")


def test_a_source_without_a_reverse_column_is_an_error_of_that_field(daemon):
    assert (
        daemon.request("POST", "/0.1/personal", json={"firstname": "Zoë", "number": "7001"}).status_code
        == 201
    )
    add_profile(daemon, "personal", {"first_matched_columns": ["number"]})
    query = '{ me { contacts(profile: "own", extens: ["9", "7001"]) { edges { node { firstname wazoReverse } } } } }'
    response = post(daemon, query)
    assert nodes(response.json["data"]["me"]["contacts"]) == [None, {"firstname": "Zoë", "wazoReverse": None}]
    assert list(field_errors(response)) == [("me", "contacts", "edges", 1, "node", "wazoReverse")]


def test_an_empty_reverse_column_is_null_without_an_error(daemon):
    assert (
        daemon.request("POST", "/0.1/personal", json={"firstname": "Zoë", "number": "7001"}).status_code
        == 201
    )
    columns = {"first_matched_columns": ["number"], "format_columns": {"reverse": "{lastname}"}}
    add_profile(daemon, "personal", columns)
    query = '{ me { contacts(profile: "own", extens: ["7001"]) { edges { node { wazoReverse } } } } }'
    assert nodes(data_of(daemon, query)["me"]["contacts"]) == [{"wazoReverse": None}]


def add_profile(daemon, backend, options):
    """Create a source and a profile `own` that uses it for reverse lookups."""
    source = create(daemon, f"/backends/{backend}/sources", {"name": "own", **options})
    display = create(daemon, "/displays", {"name": "own", "columns": [{"field": "name"}]})
    services = {"reverse": {"sources": [{"uuid": source["uuid"]}]}}
    create(daemon, "/profiles", {"name": "own", "display": {"uuid": display["uuid"]}, "services": services})


def test_personal_contacts_are_those_of_me_or_of_the_user(daemon):
    for token, name in (("admin", "Mine"), ("second", "Hers")):
        contact = {"firstname": name, "number": "7001"}
        assert daemon.request("POST", "/0.1/personal", token, json=contact).status_code == 201
    add_profile(daemon, "personal", {"first_matched_columns": ["number"]})
    contacts = '{ contacts(profile: "own", extens: ["7001"]) { edges { node { firstname } } } }'
    query = (
        f'{{ me {contacts} user(uuid: "{SECOND_USER}") {contacts} other: user(uuid: "nobody") {contacts} }}'
    )
    for token, expected in (
        ("admin", ["Mine", "Hers", None]),
        ("second", ["Hers", "Hers", None]),
        ("userless", [None, "Hers", None]),
    ):
        found = [nodes(root["contacts"])[0] for root in data_of(daemon, query, token=token).values()]
        assert [node and node["firstname"] for node in found] == expected, token
    spelled = SECOND_USER.replace("-", "")
    user = data_of(daemon, f'{{ user(uuid: "{spelled}") {{ uuid {contacts[2:]} }}')["user"]
    assert (user["uuid"], nodes(user["contacts"])) == (spelled, [{"firstname": "Hers"}])


@pytest.mark.parametrize("uuid", ["\0", "a\0b", "x" * 20_000, "\u202e", "' OR 1=1"], ids=ascii)
def test_a_user_of_any_text_has_no_contacts_of_others(daemon, uuid):
    assert (
        daemon.request("POST", "/0.1/personal", json={"firstname": "Zoë", "number": "7001"}).status_code
        == 201
    )
    add_profile(daemon, "personal", {"first_matched_columns": ["number"]})
    contacts = 'contacts(profile: "own", extens: ["7001"]) { edges { node { firstname } } }'
    query = f"query ($uuid: String) {{ user(uuid: $uuid) {{ uuid {contacts} }} }}"
    user = data_of(daemon, query, {"uuid": uuid})["user"]
    assert user == {"uuid": uuid, "contacts": {"edges": [{"node": None}]}}


@pytest.fixture(scope="module")
def pbx():
    with Pbx() as pbx:
        ids = {"agent_id": 3, "line_id": 12}
        pbx.users += [
            pbx_user(7, firstname="Ada", lastname="Stern", exten="3045", email="ada@example.org", **ids),
            pbx_user(8, firstname="Éric", lastname="Müller", exten="3046"),
        ]
        pbx.conferences += [pbx_conference(1, "Élan", ["4001"]), pbx_conference(2, "Board", ["4001", "4002"])]
        yield pbx


@pytest.fixture(scope="module")
def pbx_daemon(tmp_path_factory, pbx):
    """Start a daemon whose profile has a file, a telephone system and its conferences."""
    rooms = {"first_matched_columns": ["extensions"], "format_columns": {"reverse": "{name}"}}
    sources = [
        {"tenant": "main", "name": "pbx", "backend": "wazo", **PBX_COLUMNS, **pbx.options()},
        {"tenant": "main", "name": "rooms", "backend": "conference", **rooms, **pbx.options()},
    ]
    folder = tmp_path_factory.mktemp("daemon")
    lookup = dict.fromkeys(("timeout", "reverse_timeout", "reverse_grace"), TIMEOUT)
    with Daemon(configuration(folder, sources, ("crew", "pbx", "rooms"), lookup=lookup)) as daemon:
        yield daemon


def test_a_user_of_a_telephone_system_has_ids_as_texts(pbx_daemon):
    query = (
        '{ me { contacts(profile: "default", extens: ["3045", "3046", "2045", "4001"])'
        f" {{ edges {{ node {{ __typename {FIELDS} {WAZO} }} }} }} }} }}"
    )
    ada, eric, crew, room = nodes(data_of(pbx_daemon, query)["me"]["contacts"])
    assert ada == {
        "__typename": "WazoContact",
        "firstname": "Ada",
        "lastname": "Stern",
        "email": "ada@example.org",
        "wazoReverse": "Ada Stern",
        "wazoSourceEntryId": "7",
        "wazoSourceName": "pbx",
        "wazoBackend": "wazo",
        "userId": "7",
        "userUuid": "user-7",
        "endpointId": "12",
        "agentId": "3",
    }
    assert (eric["__typename"], eric["agentId"], eric["endpointId"]) == ("WazoContact", None, None)
    assert crew == ADA
    assert (room["wazoReverse"], room["firstname"], room["wazoBackend"]) == ("Board", None, "conference")


def test_the_numbers_of_all_fields_are_one_question_to_each_source(pbx_daemon, pbx):
    pbx.requests.clear()
    extens = [str(number) for number in range(3000, 3100)]
    fields = " ".join(
        f'c{part}: contacts(profile: "default", extens: {extens[part * 20 : part * 20 + 30]}) '
        "{ edges { node { wazoReverse } } }"
        for part in range(5)
    ).replace("'", '"')
    found = data_of(pbx_daemon, f"{{ me {{ {fields} }} again: me {{ {fields} }} }}")
    first = [node and node["wazoReverse"] for node in nodes(found["me"]["c2"])]
    assert [len(nodes(contacts)) for contacts in found["me"].values()] == [30, 30, 30, 30, 20]
    assert first == [None] * 5 + ["Ada Stern", "Éric Müller"] + [None] * 23
    assert found["again"] == found["me"]
    asked = {tuple(query.keys() - {"view", "recurse"}): query for query in pbx.queries("users")}
    assert set(asked) == {("exten",), ("mobile_phone_number",)}
    assert len(pbx.queries("users")) == 2
    assert asked["exten",]["exten"].split(",") == extens
    assert len(pbx.queries("conferences")) == 1


def test_a_broken_source_costs_only_its_contacts(pbx_daemon, pbx):
    query = (
        '{ me { contacts(profile: "default", extens: ["3045", "2045"]) { edges { node { firstname } } } } }'
    )
    pbx.fault = http_faults.status(500)
    try:
        found = nodes(data_of(pbx_daemon, query)["me"]["contacts"])
    finally:
        pbx.fault = None
    assert found == [None, {"firstname": "Ada"}]
