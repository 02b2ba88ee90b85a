"""Queries that are made to be expensive: they are refused or answered promptly, with and without a token."""

import json

import pytest

from api.conftest import Daemon, configuration
from api.graphql import data_of, field_errors, post, refusal
from api.rest import create
from servers import http_faults
from servers.pbx import Pbx
from waiting import assert_prompt
from xivo_dird.request_body import BODY_PENDING
from xivo_dird.testing import HOSTILE_NUMBERS

CONTACTS = 'contacts(profile: "default", extens: $extens)'
PBX_COLUMNS = {"first_matched_columns": ["exten"], "format_columns": {"reverse": "{full_name}"}}


def repeated(part, count, separator=" "):
    return separator.join(part.replace("#", str(number)) for number in range(count))


def nested(start, end, count, inner=""):
    return start * count + inner + end * count


REFUSED = {
    "301 aliases": f"{{ {repeated('a#: hello', 301)} }}",
    "800 aliases": f"{{ {repeated('a#: hello', 800)} }}",
    "21 root fields": f"{{ {repeated('a#: hello', 21)} }}",
    "21 root fields in fragments": f"{{ {repeated('...f#', 21)} }}"
    + repeated("fragment f# on Query { a#: hello }", 21),
    "21 root fields in inline fragments": f"{{ {repeated('... on Query { a#: hello }', 21)} }}",
    "21 times the whole schema": f"{{ {repeated('a#: __schema { types { name } }', 21)} }}",
    "301 fields of one level": f"{{ me {{ {repeated('a#: userUuid', 301)} }} }}",
    "301 fields of a fragment": f"{{ ...f }} fragment f on Query {{ me {{ {repeated('a#: userUuid', 301)} }} }}",
    "301 fields of fragments of one name": "{ ...f }"
    + " fragment f on Query { hello me { userUuid } }" * 101,
    "21 levels": nested("{ me ", "}", 20, "{ userUuid }"),
    "21 levels of inline fragments": "{" + nested("... on Query { ", "}", 21, "hello") + "}",
    "700 levels": nested("{ me ", "}", 700, "{ userUuid }"),
    "49,000 braces": "{" * 49_000,
    "49,000 lists": f"{{ user(uuid: {'[' * 49_000}",
    "400 levels of lists": f"{{ user(uuid: {nested('[', ']', 400)}) {{ uuid }} }}",
    "400 levels of objects": f"{{ user(uuid: {nested('{a: ', '}', 400, '1')}) {{ uuid }} }}",
    "800 levels of types": f"query ($x: {nested('[', ']', 800, 'String')}) {{ hello }}",
    "2,501 tokens": "{ " + "hello " * 2499 + "}",
    "50,001 characters": "{ hello }" + " " * 49_992,
    "50,001 characters of a comment": "{ hello } #" + "x" * 49_990,
    "101 comments": "{ hello }" + "#\n" * 101,
    "a circle of fragments": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "a fragment in itself": "{ ...a } fragment a on Query { me { userUuid } ...a }",
    "a long chain of fragments": "{ ...f0 }" + repeated("fragment f# on Query { ...f#1 hello }", 290),
    "300 fragments that nobody uses": "{ hello } " + repeated("fragment f# on Query { hello }", 299),
    "350 directives": "{ hello " + "@skip(if: false) " * 350 + "}",
    "1,000 unknown directives": "{ hello " + "@x " * 1000 + "}",
    "600 variables": f"query ({repeated('$v#: String', 600)}) {{ hello }}",
    "300 operations": repeated("query q# { hello }", 300),
    "20 long unknown fields": f"{{ {repeated('x' * 2000 + '#', 20)} }}",
    "deep introspection": "{ __schema { types { " + nested("fields { type { ", "} }", 3, "name") + " } } }",
    "introspection through possible types": "{ __schema { types { "
    + nested("possibleTypes { interfaces { ", "} }", 3, "name")
    + " } } }",
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.mark.parametrize("token", ["admin", None])
@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_a_bomb_is_refused_at_once(daemon, query, token):
    with assert_prompt():
        messages = refusal(post(daemon, query, token=token))
    assert 0 < len(messages) <= 21
    assert data_of(daemon, "{ hello }") == {"hello": "world"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (REFUSED["301 fields of one level"], "The query has more than 300 fields."),
        (REFUSED["21 root fields"], "The operation has more than 20 root fields."),
        (REFUSED["21 levels"], "The query is nested more than 20 levels deep."),
        (REFUSED["2,501 tokens"], "more than 2500 tokens"),
        (REFUSED["deep introspection"], "Maximum introspection depth exceeded"),
        (REFUSED["a circle of fragments"], "Cannot spread fragment 'a' within itself"),
    ],
    ids=lambda value: value[:30],
)
def test_the_error_names_the_limit(daemon, query, message):
    assert message in " ".join(refusal(post(daemon, query)))


def test_queries_at_the_limits_are_answered(daemon):
    assert len(data_of(daemon, f"{{ {repeated('a#: hello', 20)} }}")) == 20
    assert len(data_of(daemon, f"{{ me {{ {repeated('a#: userUuid', 299)} }} }}")["me"]) == 299
    inline = nested("... on Query { ", "}", 19, "hello")
    assert data_of(daemon, f"{{ {inline} }}") == {"hello": "world"}
    same = "{ " + "...f " * 400 + "} fragment f on Query { hello }"
    assert data_of(daemon, same) == {"hello": "world"}


def test_the_introspection_of_clients_is_no_bomb(daemon):
    from graphql import get_introspection_query

    data = data_of(daemon, get_introspection_query(), token=None)
    assert len(data["__schema"]["types"]) > 10


def test_fragments_that_multiply_each_other_are_stopped(daemon):
    fields = repeated(f"c#: {CONTACTS} {{ ...c }}", 60)
    query = (
        f"query ($extens: [String]) {{ {repeated('r#: me { ...b }', 20)} }} fragment b on UserMe {{ {fields} }}"
        f" fragment c on ContactConnection {{ {repeated('e#: edges { ...d }', 60)} }}"
        f" fragment d on ContactEdge {{ {repeated('n#: node { firstname }', 60)} }}"
    )
    with assert_prompt():
        assert refusal(post(daemon, query, {"extens": ["2045", "9"]})) == [
            "The answer has more than 50000 values."
        ]
    assert post(daemon, query, {"extens": ["2045"]}, token=None).status_code == 200  # nothing is multiplied


def test_many_values_of_many_contacts_are_stopped(daemon):
    fields = repeated("a#: wazoReverse", 280)
    query = f"query ($extens: [String]) {{ me {{ {CONTACTS} {{ edges {{ node {{ {fields} }} }} }} }} }}"
    extens = ["2045", *(f"+33 1 44 55{' ' * number}" for number in range(200))]
    with assert_prompt():
        response = post(daemon, query, {"extens": extens})
    assert refusal(response) == ["The answer has more than 50000 values."]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (
            f"query ($text: String) {{ {repeated('u#: user(uuid: $text) { ...f }', 20)} }}"
            f" fragment f on User {{ {repeated('a#: uuid', 250)} }}",
            {"text": "x" * 50_000},
        ),
        (
            f"query ($text: String) {{ {repeated('u#: me { ...f }', 20)} }}"
            f" fragment f on UserMe {{ {repeated('a#: contacts(profile: $text) { __typename }', 20)} }}",
            {"text": "x" * 50_000},
        ),
        (
            f"query ($extens: [String]) {{ me {{ {CONTACTS} {{ edges {{ {'x' * 40_000}: cursor }} }} }} }}",
            {"extens": [f"9{number}" for number in range(1000)]},
        ),
    ],
    ids=["a user", "a profile that does not exist", "an alias"],
)
def test_a_long_text_that_is_repeated_is_stopped(daemon, query, variables):
    with assert_prompt():
        messages = refusal(post(daemon, query, variables))
    assert messages == ["The answer has more than 10000000 characters."]


@pytest.fixture
def large_contact(tmp_path):
    """Yield a daemon with a large contact, which has no column `reverse`, and spellings of its number."""
    source = {"tenant": "main", "name": "own", "backend": "personal", "first_matched_columns": ["number"]}
    config = configuration(tmp_path, [source])
    services = {"reverse": {"sources": ["own"]}}
    config["provisioning"]["profiles"].append({"tenant": "main", "name": "own", "services": services})
    with Daemon(config) as daemon:
        create(daemon, "/personal", {"number": "+493012345678", "firstname": "x" * 100_000})
        yield daemon, [f"+49{'-' * number}3012345678" for number in range(1, 151)]


def fields_of_nodes(fields, alias="me"):
    contacts = CONTACTS.replace("default", "own")
    return (
        f"query ($extens: [String]) {{ {alias}: me {{ {contacts} {{ edges {{ node {{ {fields} }} }} }} }} }}"
    )


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (fields_of_nodes("firstname"), "10000000 characters"),
        (fields_of_nodes("a: wazoReverse b: wazoReverse", alias="x" * 40_000), "10000000 characters"),
        (fields_of_nodes(repeated("a#: wazoReverse", 14)), "2000 errors"),
    ],
    ids=["values", "paths of errors", "errors"],
)
def test_a_large_contact_that_is_repeated_is_stopped(large_contact, query, limit):
    daemon, extens = large_contact
    with assert_prompt():
        assert refusal(post(daemon, query, {"extens": extens})) == [f"The answer has more than {limit}."]
    few = post(daemon, query, {"extens": extens[:90]})
    assert (few.status_code, len(next(iter(few.json["data"].values()))["contacts"]["edges"])) == (200, 90)


@pytest.mark.parametrize(
    "fields",
    [
        f"me {{ {CONTACTS} {{ edges {{ cursor }} }} }}",
        f'user(uuid: "x") {{ a: {CONTACTS} {{ edges {{ cursor }} }} b: {CONTACTS} {{ edges {{ cursor }} }} }}',
        f"... on Query {{ me {{ {CONTACTS} {{ edges {{ cursor }} }} }} }}",
    ],
)
def test_more_than_a_thousand_numbers_are_refused(daemon, fields):
    query = f"query ($extens: [String]) {{ {fields} }}"
    thousand = [f"9{number}" for number in range(1000)]
    assert len(data_of(daemon, query, {"extens": thousand * 2})) == 1
    message = "The query looks for more than 1000 numbers."
    assert refusal(post(daemon, query, {"extens": [*thousand, "2045"]})) == [message]
    assert list(field_errors(post(daemon, query, {"extens": [*thousand, "2045"]}, token=None))) != []


def test_the_numbers_of_all_fields_count_together(daemon):
    fields = repeated(f'u#: user(uuid: "#") {{ {CONTACTS} {{ edges {{ cursor }} }} }}', 11)
    query = f"query ($extens: [String]) {{ {fields} }}"
    assert refusal(post(daemon, query, {"extens": [str(number) for number in range(100)]})) != []
    assert len(data_of(daemon, query, {"extens": [str(number) for number in range(90)]})) == 11


def test_more_than_twenty_profiles_are_refused(daemon):
    fields = repeated('c#: contacts(profile: "p#", extens: ["2045"]) { edges { cursor } }', 21)
    assert refusal(post(daemon, f"{{ me {{ {fields} }} }}")) == [
        "The query asks for more than 20 pairs of a user and a profile."
    ]


@pytest.mark.parametrize("token", ["admin", None])
@pytest.mark.parametrize(
    "variables",
    [
        {"extens": [""] * 10_001},
        {"extens": [None] * 10_001},
        {"extens": [1] * 20_000},
        {"extens": [[[]]] * 5001},
        {f"{number}": 1 for number in range(3000)} | {"x": [1] * 7001},
        {"extens": [{"a": 1}]},
        {"extens": json.loads("[" * 500 + "]" * 500)},
    ],
    ids=lambda value: str(value)[:30],
)
def test_hostile_variables_are_refused(daemon, variables, token):
    query = f"query ($extens: [String]) {{ me {{ {CONTACTS} {{ edges {{ cursor }} }} }} }}"
    with assert_prompt():
        assert refusal(post(daemon, query, variables, token=token))


@pytest.mark.parametrize(
    ("exten", "message"),
    [
        ("2" * 1025, "1025 characters"),
        ("a\0b", "can't hold the character"),
        ("x" * 60_000, "60000 characters"),
    ],
    ids=["1,025 digits", "NUL", "60,000 characters"],
)
def test_a_number_that_no_store_can_compare_is_an_error_of_the_field(daemon, exten, message):
    query = f"query ($extens: [String]) {{ me {{ userUuid {CONTACTS} {{ edges {{ cursor }} }} }} }}"
    response = post(daemon, query, {"extens": ["2045", exten]})
    error = field_errors(response)["me", "contacts"]
    assert message in error["message"]
    assert (error["extensions"]["error_id"], list(error["extensions"]["details"])) == (
        "invalid-data",
        ["extens"],
    )


def test_hostile_numbers_have_no_node_and_hide_no_other(daemon):
    query = f"query ($extens: [String]) {{ me {{ {CONTACTS} {{ edges {{ node {{ firstname }} }} }} }} }}"
    hostile = [exten for exten in HOSTILE_NUMBERS if "\0" not in exten and exten != "\ud800"]
    extens = dict.fromkeys([*hostile, "\u202e2045", "2045"])
    edges = data_of(daemon, query, {"extens": list(extens)})["me"]["contacts"]["edges"]
    assert len(edges) == len(extens)
    assert edges[-1] == {"node": {"firstname": "Ada"}}


@pytest.mark.parametrize(
    "text", ["\0", "x" * 20_000, "\u202e", "../..", "%s", "' OR 1=1", "a\nb", "\U0010ffff"], ids=ascii
)
def test_a_hostile_profile_or_user_is_only_a_text(daemon, text):
    contacts = 'contacts(profile: $text, extens: ["2045"]) { edges { cursor } }'
    query = f"query ($text: String) {{ me {{ {contacts} }} user(uuid: $text) {{ uuid {contacts} }} }}"
    response = post(daemon, query, {"text": text})
    assert response.json["data"] == {"me": {"contacts": None}, "user": {"uuid": text, "contacts": None}}
    assert list(field_errors(response)) == [("me", "contacts"), ("user", "contacts")]


def test_a_body_of_more_than_64_kib_is_a_413_with_and_without_a_token(daemon):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for token in ("admin", None):
        assert post(daemon, "{ hello }" + " " * 65_536, token=token).status_code == 413
        body = "query=" + "x" * 65_536
        assert daemon.request("POST", "/0.1/graphql", token, form, data=body).status_code == 413


def test_a_large_body_is_refused_before_it_is_sent(daemon):
    chunked, longest = {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "65536"}
    for announced, status in (({"CONTENT_LENGTH": "65537"}, 413), (chunked, 413), (longest, 100)):
        pending = {BODY_PENDING: True, **announced}
        response = daemon.request("POST", "/0.1/graphql", environ_overrides=pending)
        assert response.status_code == status


def test_a_hung_source_costs_all_fields_of_a_query_one_timeout(tmp_path):
    """One after the other, the fields would take half a minute."""
    with Pbx() as pbx:
        pbx.fault = http_faults.hang
        source = {"tenant": "main", "name": "pbx", "backend": "wazo", **PBX_COLUMNS, **pbx.options()}
        config = configuration(tmp_path, [source])
        config["lookup"] |= {"breaker_failures": 1000, "workers_per_source": 15}
        reverse = {"sources": ["crew", "pbx"], "options": {"timeout": 2.0}}
        profile = {"tenant": "main", "name": "slow", "display": "desk", "services": {"reverse": reverse}}
        config["provisioning"]["profiles"].append(profile)
        fields = repeated(
            'u#: user(uuid: "#") { contacts(profile: "slow", extens: ["2045", "9#"])'
            " { edges { node { firstname } } } }",
            15,
        )
        with Daemon(config) as daemon, assert_prompt():
            found = data_of(daemon, f"{{ {fields} }}")
    assert [user["contacts"]["edges"] for user in found.values()] == [
        [{"node": {"firstname": "Ada"}}, {"node": None}]
    ] * 15
