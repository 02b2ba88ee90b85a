"""/graphql over HTTP: media types, variables, operations, and what is a 400 (contract section 2.15)."""

import json
from urllib.parse import urlencode

import pytest

from api.graphql import data_of, field_errors, post, refusal

QUERY = "query q ($uuid: String) { user(uuid: $uuid) { uuid } }"
VARIABLES = {"uuid": "ada"}
ANSWER = {"data": {"user": {"uuid": "ada"}}}


def send(daemon, body, content_type, token="admin", **query):
    headers = {} if content_type is None else {"Content-Type": content_type}
    return daemon.request("POST", "/0.1/graphql", token, headers, data=body, query_string=query)


FIELDS = {"query": QUERY, "variables": VARIABLES, "operationName": "q"}
FORM = {**FIELDS, "variables": json.dumps(VARIABLES)}


@pytest.mark.parametrize(
    ("body", "content_type", "query"),
    [
        (json.dumps(FIELDS), "application/json", {}),
        (json.dumps(FIELDS), "Application/JSON; charset=utf-8", {}),
        (json.dumps(FORM), "application/json", {}),
        (json.dumps({**FIELDS, "extensions": {}, "id": 7}), "application/json", {}),
        (QUERY, "application/graphql", {"variables": json.dumps(VARIABLES)}),
        (urlencode(FORM), "application/x-www-form-urlencoded", {}),
    ],
    ids=["json", "json in upper case", "variables as text", "further fields", "raw query", "form"],
)
def test_a_query_is_read_from_each_media_type(shared_daemon, body, content_type, query):
    response = send(shared_daemon, body, content_type, **query)
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.json == ANSWER


def test_a_query_is_read_from_a_form_in_parts(shared_daemon):
    response = shared_daemon.request("POST", "/0.1/graphql", data=FORM, content_type="multipart/form-data")
    assert response.json == ANSWER


def test_a_query_is_read_from_the_query_string(shared_daemon):
    assert shared_daemon.get("/graphql", query="{ hello }").json == {"data": {"hello": "world"}}
    assert shared_daemon.get("/graphql", **FORM).json == ANSWER
    head = shared_daemon.request("HEAD", "/0.1/graphql", query_string={"query": "{ hello }"})
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/xml", "text/json", "application/json5"]
)
def test_another_media_type_has_no_query(shared_daemon, content_type):
    (message,) = refusal(send(shared_daemon, json.dumps(FIELDS), content_type))
    assert message.startswith("Must provide query string. The Content-Type of the body must be one of")
    assert "application/json" in message


def test_json_that_is_sent_as_a_form_has_no_query(shared_daemon):
    (message,) = refusal(send(shared_daemon, json.dumps(FIELDS), "application/x-www-form-urlencoded"))
    assert message.endswith("a JSON body needs the Content-Type application/json.")


@pytest.mark.parametrize("body", ["{}", '{"query": null}', '{"query": ""}', '{"variables": {}}'])
def test_a_missing_query_is_a_400(shared_daemon, body):
    assert refusal(send(shared_daemon, body, "application/json")) == ["Must provide query string."]
    assert refusal(shared_daemon.get("/graphql")) == ["Must provide query string."]
    assert refusal(shared_daemon.get("/graphql", query="")) == ["Must provide query string."]
    assert refusal(send(shared_daemon, "", "application/graphql")) == ["Must provide query string."]


@pytest.mark.parametrize("token", ["admin", None])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("NaN", "no JSON"),
        ("[" * 10_000, "no JSON"),
        ("null", "JSON object"),
        ('"{ hello }"', "JSON object"),
        ("5", "JSON object"),
        ("[]", "Batches"),
        (json.dumps([{"query": "{ hello }"}]), "Batches"),
        (json.dumps([{"query": "{ hello }"}] * 1000), "Batches"),
        ('{"query": 5}', "query: "),
        ('{"query": ["{ hello }"]}', "query: "),
        ('{"query": {"a": 1}}', "query: "),
        ('{"query": "{ hello }", "operationName": 5}', "operationName: "),
        ('{"query": "{ hello }", "variables": 5}', "variables: "),
        ('{"query": "{ hello }", "variables": []}', "variables: "),
        ('{"query": "{ hello }", "variables": "{"}', "variables: "),
        ('{"query": "{ hello }", "variables": "[]"}', "variables: "),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_useless_body_is_a_400_that_says_why(shared_daemon, token, body, message):
    (found,) = refusal(send(shared_daemon, body, "application/json", token))
    assert message in found


@pytest.mark.parametrize("token", ["admin", None])
def test_an_integer_of_any_length_is_refused_without_a_traceback(shared_daemon, caplog, token):
    for digits in (11, 5000):
        query = f'{{ me {{ contacts(profile: "default", first: {"9" * digits}) {{ edges {{ cursor }} }} }} }}'
        (message,) = refusal(send(shared_daemon, query, "application/graphql", token))
        assert "Int cannot represent" in message or message == "A value in the query can't be read."
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_raw_query_that_is_no_utf8_is_a_400(shared_daemon):
    assert refusal(send(shared_daemon, b"{ hello \xff }", "application/graphql")) == [
        "The body is not in UTF-8."
    ]


@pytest.mark.parametrize("token", ["admin", None])
@pytest.mark.parametrize(
    "query",
    [
        "{",
        "}",
        "{ hello",
        "hello",
        " ",
        "# nothing",
        "{ nothing }",
        "{ me }",
        "{ hello { x } }",
        "{ hello(x: 1) }",
        "{ user(uuid: 5) { uuid } }",
        "{ me { contacts(extens: {}) { edges { cursor } } } }",
        "{ me { contacts { edges { node { userId } } } } }",
        "{ hello @unknown }",
        "{ ...nowhere }",
        "fragment f on Query { hello }",
        "query ($x: String) { hello }",
        "query ($x: Nothing) { user(uuid: $x) { uuid } }",
        "{ user(uuid: $x) { uuid } }",
        "mutation { hello }",
        "subscription { hello }",
        "query a { hello } query b { hello }",
        "query a { hello } query a { hello }",
        "type Query { hello: String }",
        "{ hello } \0",
        '{ user(uuid: "\\uD800") { uuid } }',
    ],
)
def test_a_query_with_errors_is_a_400_whatever_the_token(shared_daemon, token, query):
    assert all(refusal(post(shared_daemon, query, token=token)))


def test_the_operation_is_chosen_by_its_name(shared_daemon):
    query = "query a { a: hello } query b { b: hello }"
    assert data_of(shared_daemon, query, operationName="b") == {"b": "world"}
    for name in ("c", None, ""):
        assert refusal(post(shared_daemon, query, operationName=name))
    assert data_of(shared_daemon, "{ hello }", operationName=None) == {"hello": "world"}
    assert refusal(post(shared_daemon, "{ hello }", operationName="c"))


@pytest.mark.parametrize("value", [5, True, ["x"], {"a": 1}])
def test_a_variable_of_a_wrong_type_is_a_400_that_names_it(shared_daemon, value):
    (message,) = refusal(post(shared_daemon, QUERY, {"uuid": value}))
    assert "$uuid" in message


def test_variables_that_the_query_has_not_are_ignored(shared_daemon):
    assert data_of(shared_daemon, "{ hello }", {"other": [1, {"a": None}]}) == {"hello": "world"}
    query = 'query ($uuid: String = "default") { user(uuid: $uuid) { uuid } }'
    assert data_of(shared_daemon, query) == {"user": {"uuid": "default"}}


def test_skip_and_include_decide_which_fields_there_are(shared_daemon):
    query = "query ($b: Boolean!) { hello @skip(if: $b) me @include(if: $b) { userUuid } }"
    assert list(data_of(shared_daemon, query, {"b": True})) == ["me"]
    assert list(data_of(shared_daemon, query, {"b": False})) == ["hello"]
    contacts = 'me { contacts(profile: "default", extens: ["2045"]) @skip(if: $b) { edges { cursor } } }'
    assert data_of(shared_daemon, f"query ($b: Boolean!) {{ {contacts} }}", {"b": True}) == {"me": {}}


def test_errors_and_data_come_together(shared_daemon):
    response = post(shared_daemon, '{ hello user { uuid } ada: user(uuid: "ada") { uuid } }')
    assert response.json["data"] == {"hello": "world", "user": None, "ada": {"uuid": "ada"}}
    assert list(field_errors(response)) == [("user",)]


def test_the_whole_schema_can_be_read(shared_daemon):
    type_of_field = "type { kind name ofType { kind name ofType { name } } }"
    query = f"{{ __schema {{ types {{ name kind fields {{ name {type_of_field} }} }} }} }}"
    types = {kind["name"]: kind for kind in data_of(shared_daemon, query)["__schema"]["types"]}
    assert {
        (name, field["name"], shown(field["type"]))
        for name in ("Query", "UserMe", "User", "ContactConnection", "ContactEdge", "PageInfo", "WazoContact")
        for field in types[name]["fields"]
    } == {
        ("Query", "hello", "String"),
        ("Query", "me", "UserMe"),
        ("Query", "user", "User"),
        ("UserMe", "userUuid", "String"),
        ("UserMe", "contacts", "ContactConnection"),
        ("User", "uuid", "String"),
        ("User", "contacts", "ContactConnection"),
        ("ContactConnection", "pageInfo", "PageInfo!"),
        ("ContactConnection", "edges", "[ContactEdge]!"),
        ("ContactEdge", "node", "ContactInterface"),
        ("ContactEdge", "cursor", "String!"),
        ("PageInfo", "hasNextPage", "Boolean!"),
        ("PageInfo", "hasPreviousPage", "Boolean!"),
        ("PageInfo", "startCursor", "String"),
        ("PageInfo", "endCursor", "String"),
        *(("WazoContact", name, "String") for name in CONTACT_FIELDS),
        *(("WazoContact", name, "String") for name in ("userId", "userUuid", "endpointId", "agentId")),
    }
    assert types["ContactInterface"]["kind"] == "INTERFACE"
    assert [field["name"] for field in types["Contact"]["fields"]] == CONTACT_FIELDS


CONTACT_FIELDS = [
    "firstname",
    "lastname",
    "email",
    "wazoReverse",
    "wazoSourceEntryId",
    "wazoSourceName",
    "wazoBackend",
]


def shown(kind):
    """Return a type as the schema writes it."""
    if kind["kind"] == "NON_NULL":
        return shown(kind["ofType"]) + "!"
    return f"[{kind['ofType']['name']}]" if kind["kind"] == "LIST" else kind["name"]


def test_there_is_no_page_for_browsers(shared_daemon):
    for headers in ({"Accept": "text/html"}, {"Accept": "*/*"}):
        response = shared_daemon.request("GET", "/0.1/graphql", headers=headers)
        assert response.content_type == "application/json"
        assert refusal(response) == ["Must provide query string."]


def test_a_wrong_method_is_a_405_and_other_sites_may_ask(shared_daemon):
    for method in ("PUT", "PATCH", "DELETE"):
        assert shared_daemon.request(method, "/0.1/graphql").status_code == 405
    response = shared_daemon.request("OPTIONS", "/0.1/graphql", token=None, headers={"Origin": "http://x"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] in {"*", "http://x"}
    assert shared_daemon.request("POST", "/0.1/graphql/").status_code == 404


def test_a_query_waits_for_no_change(shared_daemon):
    assert shared_daemon.controller.only_reads("POST", "/0.1/graphql")
    assert not shared_daemon.controller.only_reads("POST", "/0.1/graphqls")
