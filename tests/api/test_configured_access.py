"""Who may use a view for phones and PBXs: the rules of the section `access`, from the outside."""

from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
import yaml
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from api.conftest import Daemon, configuration
from api.phone_plugin import (
    OTHER,
    OTHER_TENANT_USER,
    PASSWORDS,
    STORED_USER,
    TENANT,
    USER,
    PhoneAuthenticator,
    installed_phone_plugin,
)
from xivo_dird.authenticator import MISSING_PERMISSION
from xivo_dird.exceptions import InvalidConfiguration

PHONES = "10.20.0.7"
OF_TENANT = "10.21.0.7"
OF_OTHER = "10.21.5.7"
OUTSIDE = "192.0.2.7"
UNKNOWN_USER = "88888888-8888-4888-8888-888888888888"
CHALLENGE = 'Basic realm="xivo-dird", charset="UTF-8"'
MAX_FAILURES = 30

SUBNETS = [
    "10.20.0.0/16",
    "fd00:20::/32",
    {"subnet": "10.21.0.0/16", "tenant_uuid": TENANT},
    {"subnet": "10.21.5.0/24", "tenant_uuid": OTHER},
]
RULES = {
    "network": [["network"]],
    "basic": ["basic"],
    "both": [["basic", "network"]],
    "bound": [["network", "token"]],
    "either": [["network", "basic"], "token"],
    "any": ["network", "basic"],
    "url": [["network", "query_token"], "query_token"],
}


def rules(methods):
    uses_network = any("network" in alternative for alternative in methods)
    return {"methods": methods, "authorized_subnets": SUBNETS if uses_network else []}


def phone_configuration(folder, **access):
    sources = [
        {
            "tenant": tenant,
            "name": "mine",
            "backend": "personal",
            "searched_columns": ["lastname"],
            "format_columns": {"name": "{lastname}"},
        }
        for tenant in ("main", "other")
    ]
    services = {name: {"sources": ["mine"]} for name in ("lookup", "reverse", "favorites")}
    result = configuration(folder, sources, auth={"method": "phones"}, access=access)
    for tenant in ("main", "other"):
        display = {"tenant": tenant, "name": "phone", "columns": [{"type": "name", "field": "name"}]}
        result["provisioning"]["displays"].append(display)
        profile = {"tenant": tenant, "name": "phone", "display": "phone", "services": services}
        result["provisioning"]["profiles"].append(profile)
    return result


@pytest.fixture(scope="module")
def phone_plugin(tmp_path_factory):
    with installed_phone_plugin(tmp_path_factory.mktemp("plugin")):
        yield


@pytest.fixture(scope="module")
def phones(phone_plugin, tmp_path_factory):
    views = {f"{name}_view": rules(methods) for name, methods in RULES.items()}
    access = {"views": views, "max_failures_per_minute": MAX_FAILURES}
    with Daemon(phone_configuration(tmp_path_factory.mktemp("daemon"), **access)) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def ask(phones):
    """Return the function that sends a request from an address, by default from a new one outside."""
    addresses = (f"198.51.{number // 256}.{number % 256}" for number in count())

    def ask(view, address=None, *, user=USER, authorization=None, token=None, query=None, **headers):
        path = f"/0.1/{view}/phone" + (f"/{user}" if query is None else "")
        if authorization is not None:
            headers["Authorization"] = authorization
        peer = {"REMOTE_ADDR": next(addresses) if address is None else address}
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return phones.request("GET", path, token, names, environ_base=peer, query_string=query)

    return ask


def basic(username, password):
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


ADA = basic("ada", PASSWORDS["ada"])


def test_a_view_without_rules_requires_a_token(ask):
    assert ask("default", token="ada-token").json["user"] == USER
    for response in (ask("default"), ask("default", PHONES), ask("default", authorization=ADA)):
        assert response.status_code == 401
        assert "WWW-Authenticate" not in response.headers


def test_a_resource_that_does_not_opt_in_requires_a_token(ask, phones):
    peer = {"REMOTE_ADDR": PHONES}
    path = "/0.1/directories/lookup/phone?term=a"
    sent = [{}, {"Authorization": ADA}, {"Authorization": basic("token", "ada-token")}]
    statuses = [phones.request("GET", path, None, headers, environ_base=peer).status_code for headers in sent]
    assert statuses == [401, 401, 401]
    assert phones.request("GET", path, "ada-token").status_code == 200


def test_a_password_or_a_token_is_accepted_as_basic_credentials(ask):
    for authorization in (ADA, basic("token", "ada-token"), ADA.replace("Basic", "bAsIc")):
        response = ask("basic", authorization=authorization)
        assert (response.json["user"], response.json["tenant"]) == (USER, TENANT)
    assert ask("basic", token="ada-token").status_code == 401


def test_a_token_in_the_url_is_accepted_where_it_is_configured(ask):
    sent = {"query": {"xivo_user_uuid": USER, "token": "ada-token"}}
    response = ask("url", **sent)
    assert (response.json["user"], response.json["tenant"]) == (USER, TENANT)
    assert ask("url", OF_TENANT, **sent).status_code == 200
    for view in ("basic", "default", "either", "both"):
        assert ask(view, PHONES, **sent).status_code == 401
    assert ask("url", token="ada-token").status_code == 401
    assert ask("url", authorization=basic("token", "ada-token")).status_code == 401


@pytest.mark.parametrize("token", ["", "wrong", "\0", "ada-token ", "ada\r\nx", "\u00e9", "x" * 5000])
def test_a_wrong_token_in_the_url_is_a_401_without_a_challenge(ask, token):
    response = ask("url", query={"xivo_user_uuid": USER, "token": token})
    assert response.status_code == 401
    assert "WWW-Authenticate" not in response.headers


def test_a_request_without_credentials_is_challenged(ask):
    for view in ("basic", "either", "any"):
        response = ask(view)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, CHALLENGE)
    assert ask("basic").json["error_id"] == "unauthorized"


def test_the_acl_gets_the_user_of_the_path_or_of_the_query(ask):
    ask("basic", authorization=ADA)
    assert PhoneAuthenticator.required_acl == f"dird.phones.phone.{USER}.read"
    response = ask("basic", authorization=ADA, query={"xivo_user_uuid": "a.b"})
    assert (response.status_code, response.json["user"]) == (200, "a.b")
    assert PhoneAuthenticator.required_acl == "dird.phones.phone.a_b.read"


def test_the_user_of_the_path_comes_before_that_of_the_query(phones):
    peer = {"REMOTE_ADDR": PHONES}
    path = f"/0.1/network/phone/{USER}?xivo_user_uuid={OTHER_TENANT_USER}"
    assert phones.request("GET", path, None, environ_base=peer).json["tenant"] == TENANT


@pytest.mark.parametrize("query", [{"term": "a"}, {"xivo_user_uuid": ""}])
@pytest.mark.parametrize("view", ["network", "basic", "default"])
def test_a_request_without_a_user_is_a_400_that_names_the_parameter(ask, view, query):
    response = ask(view, PHONES, query=query)
    assert response.status_code == 400
    assert response.json["message"].keys() == {"xivo_user_uuid"}


def test_a_phone_in_an_authorized_network_needs_no_credentials(ask):
    for response in (ask("network", PHONES), ask("network", PHONES, query={"xivo_user_uuid": USER})):
        assert response.status_code == 200
        assert response.json == {
            "tenant": TENANT,
            "user": USER,
            "is_other_user": False,
            "token": "",
            "names": [],
        }


@pytest.mark.parametrize("address", ["fd00:20::7", "fd00:20:0:5::7%eth0", "::ffff:10.20.0.7", "::ffff:a14:7"])
def test_an_ipv6_client_is_compared_with_the_networks_of_its_kind(ask, address):
    assert ask("network", address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["10.22.0.7", "110.20.0.7", "fd00:21::7", "::10.20.0.7", "::ffff:10.22.0.1", "", "unix:", "10.20.0.7:80"],
)
def test_a_client_outside_is_refused_without_a_challenge(ask, address):
    response = ask("network", address)
    assert (response.status_code, response.json["error_id"]) == (403, "unauthorized-network")
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize("header", ["Forwarded", "X_Real_IP", "X_Client_IP", "True_Client_IP", "Via"])
def test_no_header_of_a_client_makes_it_a_phone(ask, header):
    for value in (PHONES, f"for={PHONES}"):
        assert ask("network", OUTSIDE, **{header: value}).status_code == 403


def test_an_address_that_a_client_adds_before_that_of_the_proxy_is_ignored(ask):
    assert ask("network", OUTSIDE, X_Forwarded_For=f"{PHONES}, {OUTSIDE}").status_code == 403


def test_a_page_of_another_site_does_not_share_the_network_of_its_browser(ask):
    for view in ("network", "any", "both"):
        assert ask(view, PHONES, Origin="https://evil.example").status_code in {401, 403}
    assert ask("network", PHONES, Origin="null").status_code == 403


def test_the_user_of_a_bound_network_must_be_of_its_tenant(ask):
    assert ask("network", OF_TENANT).json["tenant"] == TENANT
    assert ask("network", OF_TENANT, Wazo_Tenant=TENANT.replace("-", "")).json["tenant"] == TENANT
    assert ask("network", OF_TENANT, user=OTHER_TENANT_USER).status_code == 404


def test_the_most_specific_network_counts(ask):
    assert ask("network", OF_OTHER, user=OTHER_TENANT_USER).json["tenant"] == OTHER
    assert ask("network", OF_OTHER, user=USER).status_code == 404


def test_a_user_of_another_tenant_looks_like_one_who_does_not_exist(ask):
    responses = [
        ask("network", OF_TENANT, user=OTHER_TENANT_USER),
        ask("network", PHONES, user=OTHER_TENANT_USER, Wazo_Tenant=TENANT),
        ask("network", OF_TENANT, Wazo_Tenant=OTHER),
        ask("network", PHONES, Wazo_Tenant="main"),
        ask("network", PHONES, user=UNKNOWN_USER),
    ]
    for response in responses:
        assert (response.status_code, response.json["error_id"]) == (404, "unknown-user")
        assert response.json.keys() == responses[-1].json.keys()
    assert (
        responses[0].json["message"].replace(OTHER_TENANT_USER, UNKNOWN_USER) == responses[-1].json["message"]
    )


def test_an_unknown_user_of_a_bound_network_is_another_user_of_its_tenant(ask):
    response = ask("network", OF_TENANT, user=UNKNOWN_USER)
    assert (response.json["tenant"], response.json["is_other_user"]) == (TENANT, True)


def test_stored_contacts_of_an_unknown_user_are_those_of_the_bound_tenant(ask, phones):
    stored = phones.request("POST", "/0.1/personal", "stored-token", json={"lastname": "Private"})
    assert stored.status_code == 201
    assert ask("network", OF_TENANT, user=STORED_USER).json["names"] == ["Private"]
    assert ask("network", OF_OTHER, user=STORED_USER).json["names"] == []


def test_a_phone_without_credentials_has_no_other_permission(phones):
    path = f"/0.1/any/phone/{USER}/own"
    in_network = phones.request("GET", path, None, environ_base={"REMOTE_ADDR": PHONES})
    assert in_network.json == {"user": USER, "has_permission": False}
    authorized = phones.request(
        "GET", path, None, {"Authorization": ADA}, environ_base={"REMOTE_ADDR": OUTSIDE}
    )
    assert authorized.json == {"user": USER, "has_permission": True}


def test_an_unknown_user_is_not_the_user_of_a_token(phones):
    path = f"/0.1/network/phone/{STORED_USER}/own"
    assert phones.request("GET", path, None, environ_base={"REMOTE_ADDR": OF_TENANT}).status_code == 401


def test_an_authentication_server_that_does_not_answer_is_a_503(ask):
    assert ask("network", PHONES, user="unreachable").status_code == 503


def test_a_combination_holds_only_as_a_whole(ask):
    assert ask("both", PHONES, authorization=ADA).json["user"] == USER
    missing = ask("both", PHONES)
    assert (missing.status_code, missing.headers["WWW-Authenticate"]) == (401, CHALLENGE)
    assert ask("both", PHONES, authorization=basic("ada", "wrong")).status_code == 401
    assert ask("both", OUTSIDE, authorization=ADA).status_code == 403


def test_credentials_from_outside_of_the_network_are_not_looked_at(ask):
    before = PhoneAuthenticator.attempts
    statuses = {ask("both", OUTSIDE, authorization=basic("ada", guess)).status_code for guess in "abc"}
    assert (statuses, PhoneAuthenticator.attempts) == ({403}, before)


def test_the_caller_of_a_combination_is_that_of_the_credentials(ask):
    response = ask("bound", PHONES, user=UNKNOWN_USER, token="ada-token")
    assert (response.json["token"], response.json["is_other_user"]) == ("ada-token", True)


def test_credentials_must_give_access_to_the_tenant_of_the_network(ask):
    assert ask("bound", OF_TENANT, token="ada-token").json["tenant"] == TENANT
    assert ask("bound", OF_TENANT, token="other-token").status_code == 401
    assert ask("bound", OF_OTHER, token="ada-token").status_code == 401
    assert ask("bound", OF_OTHER, token="other-token", Wazo_Tenant=OTHER.upper()).json["tenant"] == OTHER
    assert ask("bound", OF_OTHER, token="other-token", Wazo_Tenant=TENANT).status_code == 404


def test_credentials_must_give_access_to_the_requested_tenant(ask):
    assert ask("basic", authorization=ADA, Wazo_Tenant=OTHER).status_code == 401
    assert ask("bound", PHONES, token="ada-token", Wazo_Tenant=OTHER).status_code == 401
    assert ask("either", token="ada-token", Wazo_Tenant=OTHER).status_code == 401


def test_the_first_alternative_that_holds_counts(ask):
    assert ask("any", PHONES, authorization=ADA).json["token"] == ""
    assert ask("any", authorization=ADA).json["token"] == "ada-token"
    assert ask("either", token="ada-token").json["token"] == "ada-token"
    assert ask("either", PHONES, token="ada-token", authorization=basic("ada", "x")).status_code == 200
    assert ask("any", PHONES, user=UNKNOWN_USER, authorization=ADA).json["token"] == "ada-token"


def test_an_unknown_user_may_still_send_credentials(ask):
    response = ask("any", PHONES, user=UNKNOWN_USER)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, CHALLENGE)


HOSTILE = {
    "nothing": "",
    "only the scheme": "Basic",
    "an empty value": "Basic ",
    "no Base64": "Basic !!!!",
    "wrong padding": "Basic YWRh0",
    "no colon": "Basic " + b64encode(b"ada").decode(),
    "an empty user": basic("", "x"),
    "an empty password": basic("ada", ""),
    "Latin-1": "Basic " + b64encode("ada:pässwörd: with a colon".encode("latin-1")).decode(),
    "UTF-16": "Basic " + b64encode("ada:x".encode("utf-16")).decode(),
    "a lone surrogate": "Basic " + b64encode(b"ada:\xed\xa0\x80").decode(),
    "overlong UTF-8": "Basic " + b64encode(b"ada\xc0\xba:x").decode(),
    "a NUL": basic("ada\0", PASSWORDS["ada"]),
    "a line end": basic("ada\r\nX-Auth-Token: ada-token", "x"),
    "a control character": basic("ada", PASSWORDS["ada"] + "\x85"),
    "another scheme": "Bearer ada-token",
    "Digest": 'Digest username="ada", realm="xivo-dird", nonce="", uri="/", response=""',
    "Digest without end": 'Digest username="ada',
    "two values": f"{basic('ada', 'x')}, {ADA}",
    "parameters": 'Basic username="ada", password="x"',
    "bytes beyond ASCII": "Basic \xff\xfe\xe9",
    "60,000 characters": basic("a" * 22_000, "b" * 22_000),
    "60,000 colons": basic("ada", ":" * 44_000),
    "a token in other case": basic("TOKEN", "ada-token"),
    "the token as user": basic("ada-token", "token"),
    "a format": basic("%s{0}", "%(x)s${env:HOME}"),
}


@pytest.mark.parametrize("authorization", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_authorization_header_is_a_401(ask, authorization):
    response = ask("basic", authorization=authorization)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, CHALLENGE)
    assert len(response.data) < 200_000


def test_no_answer_and_no_log_line_has_a_secret(ask, phones, caplog):
    caplog.set_level("DEBUG")
    responses = [
        ask("basic", authorization=basic("ada", "canary-password")),
        ask("basic", authorization=basic("token", "canary-token")),
        ask("basic", authorization=basic("noright", PASSWORDS["noright"])),
        ask("default", token="canary-header"),
        ask("network", PHONES, authorization=basic("ada", "canary-unused")),
        ask("url", query={"xivo_user_uuid": USER, "token": "canary-url"}),
        ask("default", query={"xivo_user_uuid": USER, "token": "canary-url"}),
        ask("network", PHONES, query={"xivo_user_uuid": "unreachable", "token": "canary-url"}),
    ]
    assert [response.status_code for response in responses] == [401, 401, 401, 401, 200, 401, 401, 503]
    texts = [*(response.text for response in responses), *(repr(response.headers) for response in responses)]
    for text in (*texts, caplog.text):
        assert "canary" not in text
        assert PASSWORDS["noright"] not in text


@pytest.mark.parametrize(
    ("rule", "arguments", "reasons"),
    [
        ("basic", {"authorization": basic("ada", "wrong")}, "invalid_username_or_password"),
        ("basic", {"authorization": basic("token", "wrong")}, "not_found_or_expired"),
        ("basic", {"authorization": basic("noright", PASSWORDS["noright"])}, MISSING_PERMISSION),
        ("any", {}, "unauthorized-network, missing_credentials"),
    ],
)
def test_the_debug_log_says_why_no_alternative_holds(ask, caplog, rule, arguments, reasons):
    caplog.set_level("DEBUG")
    assert ask(rule, "203.0.113.9", **arguments).status_code == 401
    (line,) = (message for message in caplog.messages if message.startswith("203.0.113.9 has no access to "))
    assert line.endswith(f": {reasons}")


def refused_after_failures(ask, address, **wrong):
    """Send wrong credentials until they are refused; return the last response."""
    for _ in range(MAX_FAILURES):
        assert ask("basic", address, **wrong).status_code == 401
    return ask("basic", address, **wrong)


def test_too_many_wrong_credentials_are_a_429_for_every_view(ask, caplog):
    response = refused_after_failures(ask, "203.0.113.1", authorization=basic("ada", "wrong"))
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert response.json["error_id"] == "too-many-requests"
    assert ask("default", "203.0.113.1", token="ada-token").status_code == 429
    assert ask("basic", "203.0.113.1", authorization=ADA).status_code == 429
    assert ask("basic", "203.0.113.2", authorization=ADA).status_code == 200
    assert caplog.text.count("203.0.113.1 has sent 30 wrong credentials") == 1


def test_requests_at_once_do_not_learn_more_than_the_limit_allows(ask, monkeypatch):
    count_of_requests, address = MAX_FAILURES + 10, "203.0.113.5"
    all_are_verified = Barrier(count_of_requests)
    check = PhoneAuthenticator.authenticate_password

    def checked_at_once(*arguments):
        all_are_verified.wait(timeout=30)
        return check(*arguments)

    monkeypatch.setattr(PhoneAuthenticator, "authenticate_password", checked_at_once)
    with ThreadPoolExecutor(count_of_requests) as pool:
        guesses = [
            pool.submit(ask, "basic", address, authorization=basic("ada", "wrong"))
            for _ in range(count_of_requests)
        ]
        statuses = [guess.result().status_code for guess in guesses]
    assert Counter(statuses) == {401: MAX_FAILURES, 429: 10}


def test_a_right_password_is_refused_if_the_limit_was_reached_meanwhile(ask, monkeypatch):
    address = "203.0.113.6"
    check = PhoneAuthenticator.authenticate_password

    def checked_late(*arguments):
        monkeypatch.setattr(PhoneAuthenticator, "authenticate_password", check)
        refused_after_failures(ask, address, authorization=basic("ada", "wrong"))
        return check(*arguments)

    monkeypatch.setattr(PhoneAuthenticator, "authenticate_password", checked_late)
    assert ask("basic", address, authorization=ADA).status_code == 429


def test_a_429_has_the_shape_of_the_errors_of_its_resource(ask):
    refused_after_failures(ask, "203.0.113.3", authorization=basic("token", "wrong"))
    response = ask("basic", "203.0.113.3", query={"xivo_user_uuid": USER})
    assert response.status_code == 429
    assert response.json.keys() == {"reason", "timestamp", "status_code"}


def test_the_addresses_of_one_ipv6_network_are_one_client(ask):
    for host in range(MAX_FAILURES):
        assert ask("basic", f"2001:db8::{host:x}", authorization=basic("ada", "wrong")).status_code == 401
    assert ask("basic", "2001:db8::ffff:1", authorization=ADA).status_code == 429
    assert ask("basic", "2001:db8:0:1::1", authorization=ADA).status_code == 200


def test_an_ipv4_address_is_one_client_in_both_spellings(ask):
    refused_after_failures(ask, "203.0.113.4", authorization=basic("ada", "wrong"))
    assert ask("basic", "::ffff:203.0.113.4", authorization=ADA).status_code == 429


@pytest.mark.parametrize(
    "harmless",
    [{}, {"authorization": ADA}, {"authorization": "Basic !"}, {"authorization": basic("noright", "s3cret")}],
    ids=["none", "right", "malformed", "without the permission"],
)
def test_credentials_that_are_no_guess_are_not_counted(ask, harmless):
    address = f"203.0.113.{100 + len(str(harmless))}"
    for _ in range(MAX_FAILURES + 2):
        assert ask("basic", address, **harmless).status_code in {200, 401}


def test_wrong_credentials_beside_right_ones_are_counted_once(ask):
    wrong = {"token": "wrong", "authorization": basic("ada", "wrong")}
    address = "10.20.9.9"
    for _ in range(MAX_FAILURES):
        assert ask("either", address, **wrong).status_code == 401
    assert ask("either", address, **wrong).status_code == 429
    beside = "10.20.9.10"
    for _ in range(MAX_FAILURES):
        assert ask("either", beside, token="ada-token", authorization=basic("ada", "x")).status_code == 200
    assert ask("either", beside, token="ada-token").status_code == 429


def test_the_description_has_the_alternatives_of_each_view(phones):
    document = phones.get("/api/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    security = {
        view: document["paths"][f"/{view}/{{profile}}"]["get"]["security"]
        for view in ("default", "network", "either", "any", "url")
    }
    assert security == {
        "default": [{"token": []}],
        "network": [{}],
        "either": [{"basic": []}, {"token": []}],
        "any": [{}, {"basic": []}],
        "url": [{"query_token": []}],
    }
    schemes = document["components"]["securitySchemes"]
    assert schemes["basic"] == {"type": "http", "scheme": "basic"}
    assert schemes["query_token"] == {"type": "apiKey", "in": "query", "name": "token"}
    swagger = yaml.safe_load(phones.get("/api/api.yml").text)
    OpenAPIV2SpecValidator(swagger).validate()
    assert swagger["securityDefinitions"]["basic"] == {"type": "basic"}
    assert swagger["paths"]["/any/{profile}"]["get"]["security"] == security["any"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none_view", r"^access\.views\.none_view: unknown key, no such view is enabled"),
        ("lookup", r"^access\.views\.lookup: this view always requires a token"),
    ],
)
def test_rules_for_a_view_that_does_not_use_them_are_an_error(phone_plugin, tmp_path, name, message):
    config = phone_configuration(tmp_path, views={name: {"methods": ["basic"]}})
    with pytest.raises(InvalidConfiguration, match=message):
        Daemon(config)


def test_rules_for_a_disabled_view_are_an_error(phone_plugin, tmp_path):
    config = phone_configuration(tmp_path, views={"basic_view": {"methods": ["basic"]}})
    with pytest.raises(InvalidConfiguration, match=r"^access\.views\.basic_view: unknown key"):
        Daemon({**config, "enabled_plugins": {"views": {"basic_view": False}}})
