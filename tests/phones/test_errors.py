"""What a phone gets when its request is wrong, or is refused: real statuses, and the reason in JSON."""

import json
from base64 import b64encode
from urllib.parse import quote

import pytest

from api.conftest import OTHER, TENANT, USER, Daemon
from phones.people import CREW, phone_configuration
from phones.vendors import VENDORS
from xivo_dird.phone_documents.queries import PhoneQuery, PhoneReverseQuery

STEPS = ("menu", "input", "lookup", "reverse")
HAVE_ROUTE = [
    (vendor, step) for vendor in VENDORS for step in STEPS if step in VENDORS[vendor].documents.steps
]
HAVE_NO_ROUTE = [(vendor, step) for vendor in VENDORS for step in STEPS if (vendor, step) not in HAVE_ROUTE]
MENUS = {("cisco", "menu")}
INPUTS = {(vendor, "input") for vendor in ("aastra", "cisco", "fanvil", "polycom", "snom", "unify")}
REVERSES = {(vendor, "reverse") for vendor in ("aastra", "cisco", "snom")}
LOOKUPS = {(vendor, "lookup") for vendor in VENDORS}
TERM_IS_OPTIONAL = {"gigaset", "grandstream", "unify"}
QUERY = {"lookup": {"term": "crew"}, "reverse": {"exten": "2001"}}
QUERY_TEXTS = {"set_first": 256, "hm": 256, "type": 64, "dial": 64}
"""The parameters of single vendors, and their maximum lengths."""

BASIC = {"Authorization": "Basic " + b64encode(b"token:admin").decode()}
PHONE = {"REMOTE_ADDR": "10.20.0.7"}
OF_OTHER_TENANT = {"REMOTE_ADDR": "10.30.0.7"}
OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}
SUBNETS = [
    {"subnet": "10.20.0.0/16", "tenant_uuid": TENANT},
    {"subnet": "10.30.0.0/16", "tenant_uuid": OTHER},
]
RULES = {
    "cisco_view": {"methods": ["network"], "authorized_subnets": SUBNETS},
    "yealink_view": {"methods": ["network", "basic"], "authorized_subnets": SUBNETS},
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(phone_configuration(tmp_path_factory.mktemp("daemon"), CREW)) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """Return the function that sends a request without a token to a daemon with `RULES`."""
    config = phone_configuration(tmp_path_factory.mktemp("guarded"), CREW, access={"views": RULES})
    with Daemon(config) as daemon:

        def get(vendor, step, peer, headers=None, user=USER):
            arguments = {"environ_base": peer, "query_string": QUERY.get(step)}
            return daemon.request("GET", f"/0.1{path(vendor, step, user=user)}", None, headers, **arguments)

        yield get


def path(vendor, step, profile="default", user=USER):
    return f"/directories/{step}/{profile}/{user}/{vendor}"


def reasons(response):
    """Return the texts of an error of the legacy family."""
    body = response.json
    assert body["status_code"] == response.status_code
    assert len(body["timestamp"]) == len(body["reason"]) == 1
    return body["reason"]


def test_the_documents_of_the_vendors_are_these():
    assert set(HAVE_ROUTE) == MENUS | INPUTS | REVERSES | LOOKUPS


@pytest.mark.parametrize(("vendor", "step"), HAVE_NO_ROUTE)
def test_a_document_that_a_vendor_lacks_is_a_plain_404(daemon, vendor, step):
    for url in (
        path(vendor, step),
        *([] if step == "reverse" else [f"/directories/{step}/default/{vendor}"]),  # the JSON of a user
        f"/{vendor}/directories/{step}/default",
    ):
        assert daemon.get(url, xivo_user_uuid=USER, **QUERY.get(step, {})).status_code == 404


@pytest.mark.parametrize("vendor", sorted(VENDORS.keys() - TERM_IS_OPTIONAL))
def test_a_lookup_without_a_term_names_the_parameter(daemon, vendor):
    response = daemon.get(path(vendor, "lookup"))
    assert response.status_code == 400
    assert "term" in response.json["message"]


@pytest.mark.parametrize("vendor", sorted(TERM_IS_OPTIONAL))
def test_a_vendor_that_sends_no_term_gets_everybody(daemon, vendor):
    response = daemon.get(path(vendor, "lookup"))
    assert response.status_code == 200
    assert b"2001" in response.data


@pytest.mark.parametrize("vendor", ["aastra", "cisco", "snom"])
def test_a_reverse_lookup_without_a_number_names_the_parameter(daemon, vendor):
    response = daemon.get(path(vendor, "reverse"))
    assert response.status_code == 400
    assert "exten" in response.json["message"]


@pytest.mark.parametrize("vendor", sorted(VENDORS))
@pytest.mark.parametrize(
    ("parameter", "value"),
    [("limit", "-1"), ("limit", "ten"), ("offset", "-1"), ("offset", "1.5"), ("limit", "")],
)
def test_a_wrong_limit_or_offset_names_the_parameter(daemon, vendor, parameter, value):
    response = daemon.get(path(vendor, "lookup"), term="crew", **{parameter: value})
    assert response.status_code == 400
    assert parameter in response.json["message"]


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_an_offset_behind_the_last_line_shows_none(daemon, vendor):
    response = daemon.get(path(vendor, "lookup"), term="crew", offset=10**9)
    assert response.status_code == 200
    assert b"Crew" not in response.data


@pytest.mark.parametrize(
    ("vendor", "query"),
    [
        ("gigaset", {"first": "-1"}),
        ("gigaset", {"count": "x"}),
        ("unify", {"dial": "<666>"}),
        ("unify", {"dial": "9" * 65}),
    ],
)
def test_a_wrong_parameter_of_one_vendor_is_named(daemon, vendor, query):
    response = daemon.get(path(vendor, "lookup"), **query)
    assert response.status_code == 400
    assert next(iter(query)) in response.json["message"]


@pytest.mark.parametrize("vendor", ["aastra", "yealink"])
def test_a_term_that_no_phone_can_type_is_an_error(daemon, vendor):
    assert daemon.get(path(vendor, "lookup"), term="x" * 256).status_code == 200
    response = daemon.get(path(vendor, "lookup"), term="x" * 257)
    assert response.status_code == 400
    assert "term" in response.json["message"]


def test_every_text_that_a_phone_sends_has_a_maximum():
    queries: set[type[PhoneQuery]] = {PhoneQuery, PhoneReverseQuery}
    queries |= {vendor.query for vendor in VENDORS.values()}
    texts = [
        (query.__name__, name, schema)
        for query in queries
        for name, schema in query.model_json_schema()["properties"].items()
        if schema.get("type") == "string"
    ]
    assert {name for _, name, _ in texts} == {*QUERY_TEXTS, "xivo_user_uuid", "term", "exten"}
    assert [text for text in texts if not {"maxLength", "pattern"} & text[2].keys()] == []


@pytest.mark.parametrize(("vendor", "step"), HAVE_ROUTE)
@pytest.mark.parametrize("text", ["9" * 7000, "\N{GRINNING FACE}" * 513, "<b>" * 500, "%2F" * 2000])
def test_a_name_that_nobody_has_is_a_400_that_does_not_repeat_it(daemon, vendor, step, text):
    query = QUERY.get(step, {})
    gateway = f"/directories/{step}/default/{vendor}"
    for name, response in [
        ("profile", daemon.get(path(vendor, step, quote(text, safe="")), **query)),
        ("user_uuid", daemon.get(path(vendor, step, user=quote(text, safe="")), **query)),
        ("xivo_user_uuid", daemon.get(gateway, xivo_user_uuid=text, **query)),
    ]:
        assert response.status_code == 400
        assert response.json == {"message": {name: "String should have at most 512 characters"}}


@pytest.mark.parametrize("vendor", ["aastra", "yealink"])
def test_the_longest_names_are_looked_for(daemon, vendor):
    assert daemon.get(path(vendor, "lookup", user="u" * 512), **QUERY["lookup"]).status_code == 200
    response = daemon.get(path(vendor, "lookup", "p" * 512), **QUERY["lookup"])
    assert response.status_code == 404
    assert "p" * 512 in reasons(response)[0]


def test_a_name_is_measured_before_credentials_are_looked_at(guarded):
    response = guarded("yealink", "lookup", OUTSIDE, BASIC, user="9" * 7000)
    assert (response.status_code, len(response.data) < 100) == (400, True)


@pytest.mark.parametrize("vendor", ["aastra", "cisco", "snom"])
@pytest.mark.parametrize("number", ["9" * 15, "+" + "9" * 255, "sip:ann@" + "x" * 248, "<" * 256])
def test_a_number_of_a_caller_may_be_a_uri(daemon, vendor, number):
    assert daemon.get(path(vendor, "reverse"), exten=number).status_code == 200
    for longer in (number * 18, number.ljust(257, "9")):
        response = daemon.get(path(vendor, "reverse"), exten=longer)
        assert response.status_code == 400
        assert response.json == {"message": {"exten": "String should have at most 256 characters"}}


@pytest.mark.parametrize(("name", "maximum"), QUERY_TEXTS.items())
def test_a_text_of_one_vendor_has_a_maximum(daemon, name, maximum):
    vendor = "unify" if name == "dial" else "gigaset"
    assert daemon.get(path(vendor, "lookup"), **{name: "9" * maximum}).status_code == 200
    for length in (maximum + 1, 7000):
        response = daemon.get(path(vendor, "lookup"), **{name: "9" * length})
        assert response.status_code == 400
        assert response.json["message"].keys() == {name}
        assert len(response.data) < 200


@pytest.mark.parametrize(("vendor", "step"), HAVE_ROUTE)
def test_a_request_that_names_no_user_is_an_error(daemon, vendor, step):
    for url in (f"/directories/{step}/default/{vendor}", f"/{vendor}/directories/{step}/default"):
        response = daemon.get(url, **QUERY.get(step, {}))
        assert response.status_code == 400
        assert "xivo_user_uuid" in json.dumps(response.json)


@pytest.mark.parametrize(("vendor", "step"), HAVE_ROUTE)
def test_an_unknown_profile_is_a_404_with_its_reason(daemon, vendor, step):
    response = daemon.get(path(vendor, step, "nowhere"), **QUERY.get(step, {}))
    assert response.status_code == 404
    assert "nowhere" in reasons(response)[0]


@pytest.mark.parametrize(("vendor", "step"), HAVE_ROUTE)
def test_a_request_without_credentials_is_refused(guarded, vendor, step):
    response = guarded(vendor, step, OUTSIDE)
    assert response.status_code == (403 if vendor == "cisco" else 401)
    assert response.content_type == "application/json"
    assert b"Crew" not in response.data


def test_a_network_of_another_tenant_has_no_such_profile(guarded):
    response = guarded("cisco", "lookup", OF_OTHER_TENANT)
    assert response.status_code == 404
    assert b"Crew" not in response.data


def test_a_phone_in_an_authorized_network_needs_no_credentials(guarded):
    assert b"Crew 01" in guarded("cisco", "lookup", PHONE).data


@pytest.mark.parametrize(("token", "status"), [("admin", 200), ("no-rights", 401), ("wrong", 401)])
def test_a_phone_elsewhere_may_send_a_token_as_its_password(guarded, token, status):
    headers = {"Authorization": "Basic " + b64encode(f"token:{token}".encode()).decode()}
    response = guarded("yealink", "lookup", OUTSIDE, headers)
    assert response.status_code == status
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
