"""/graphql asks for a permission for each root field, and no refusal is an HTTP error (contract section 2.15)."""

import pytest

from api.conftest import CHILD, OTHER, TENANT, USER, configuration
from api.graphql import data_of, field_errors, post
from servers.auth_server import Hang
from xivo_dird.authenticator import hash_token

ALL = '{ hello me { userUuid } user(uuid: "x") { uuid } }'
PER_FIELD = {"hello": ["hello"], "me": ["me"], "user": ["user"], "nothing": [], "two": ["hello", "user"]}


@pytest.fixture(scope="module")
def new_configuration():
    def with_tokens(folder, **changes):
        config = configuration(folder, **changes)
        for name, fields in PER_FIELD.items():
            acl = [f"dird.graphql.{field}" for field in fields]
            token = {"hash": hash_token(name), "tenant_uuid": TENANT, "user_uuid": USER, "acl": acl}
            config["auth"]["tokens"].append(token)
        return config

    return with_tokens


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.mark.parametrize("token", PER_FIELD)
def test_each_root_field_needs_its_own_permission(daemon, token):
    response = post(daemon, ALL, token=token)
    allowed = PER_FIELD[token]
    assert {field for field, value in response.json["data"].items() if value is not None} == set(allowed)
    errors = field_errors(response)
    assert list(errors) == [(field,) for field in ("hello", "me", "user") if field not in allowed]
    for error in errors.values():
        assert error["message"] == "Unauthorized"
        assert error["extensions"]["error_id"] == "unauthorized"
        assert error["extensions"]["details"] == {"invalid_token": token}


@pytest.mark.parametrize("token", [None, "", "unknown"])
def test_a_bad_token_is_a_200_with_an_error(daemon, token):
    error = field_errors(post(daemon, "{ hello }", token=token))["hello",]
    assert error["message"] == "Unauthorized"
    assert error["extensions"]["details"] == {"invalid_token": token or ""}
    assert error["locations"] == [{"line": 1, "column": 3}]


def test_an_alias_is_no_other_permission(daemon):
    response = post(daemon, "{ a: hello b: hello }", token="nothing")
    assert response.json["data"] == {"a": None, "b": None}
    assert list(field_errors(response)) == [("a",), ("b",)]
    assert data_of(daemon, "{ user: hello }", token="hello") == {"user": "world"}


def test_fields_of_fragments_need_their_permission(daemon):
    query = "{ ...named ... on Query { me { userUuid } } } fragment named on Query { hello }"
    response = post(daemon, query, token="hello")
    assert response.json["data"] == {"hello": "world", "me": None}
    assert list(field_errors(response)) == [("me",)]


def test_an_unreachable_tenant_is_an_error_of_the_field(daemon):
    response = post(daemon, "{ hello }", headers={"Wazo-Tenant": OTHER})
    assert field_errors(response)["hello",]["message"] == "Unauthorized"
    assert data_of(daemon, "{ hello }", headers={"Wazo-Tenant": CHILD}) == {"hello": "world"}


def test_the_schema_is_public_but_types_need_a_token(daemon):
    for token in (None, "unknown", "admin"):
        found = data_of(daemon, "{ __schema { queryType { name } } }", token=token)
        assert found == {"__schema": {"queryType": {"name": "Query"}}}
    for token in (None, "hello"):
        response = post(daemon, '{ __type(name: "Query") { name } }', token=token)
        assert response.json["data"] == {"__type": None}
        assert list(field_errors(response)) == [("__type",)]
        response = post(daemon, "{ __typename __schema { queryType { name } } }", token=token)
        assert response.json["data"] is None
        assert list(field_errors(response)) == [("__typename",)]
    found = data_of(daemon, '{ __typename __type(name: "Query") { name } }')
    assert found == {"__typename": "Query", "__type": {"name": "Query"}}


def test_the_type_of_what_a_permission_shows_is_public_with_it(daemon):
    query = '{ me { __typename userUuid } user(uuid: "x") { __typename } }'
    response = post(daemon, query, token="me")
    assert response.json["data"] == {"me": {"__typename": "UserMe", "userUuid": USER}, "user": None}


@pytest.fixture
def server(auth_server):
    auth_server.add_token("may", tenant_uuid=TENANT, user_uuid=USER, acl=("dird.graphql.#",))
    auth_server.add_token("userless", tenant_uuid=TENANT, user_uuid=None, acl=("dird.graphql.me",))
    return auth_server


def test_the_authentication_server_is_asked_once_per_root_field(auth_daemon, server):
    server.requests.clear()
    contacts = 'contacts(profile: "default", extens: ["2045"]) { edges { node { firstname } } }'
    found = data_of(auth_daemon, f"{{ me {{ {contacts} }} again: me {{ userUuid }} hello }}", token="may")
    assert found["me"]["contacts"]["edges"] == [{"node": {"firstname": "Ada"}}]
    asked = [request.query["scope"] for request in server.requests if request.method == "HEAD"]
    assert sorted(asked) == ["dird.graphql.hello", "dird.graphql.me"]


def test_a_token_without_a_user_has_no_user_and_no_error(auth_daemon, server):
    assert data_of(auth_daemon, "{ me { userUuid } }", token="userless") == {"me": {"userUuid": None}}


def test_without_the_server_the_answer_is_a_200_that_says_so(auth_daemon, server):
    server.stop()
    response = post(auth_daemon, "{ hello me { userUuid } __schema { queryType { name } } }", token="may")
    assert response.json["data"] == {"hello": None, "me": None, "__schema": {"queryType": {"name": "Query"}}}
    errors = field_errors(response)
    assert list(errors) == [("hello",), ("me",)]
    for error in errors.values():
        assert "unreachable" in error["message"]
        assert error["extensions"]["error_id"] == "authentication-server-unreachable"
        assert error["extensions"]["details"]["auth_server_port"] == server.port
    server.start()
    assert data_of(auth_daemon, "{ hello }", token="may") == {"hello": "world"}


def test_a_server_that_hangs_is_waited_for_once(auth_daemon, server):
    server.fault = Hang()
    server.requests.clear()
    response = post(auth_daemon, '{ hello me { userUuid } user(uuid: "x") { uuid } }', token="may")
    assert response.json["data"] == {"hello": None, "me": None, "user": None}
    for error in field_errors(response).values():
        assert error["extensions"]["error_id"] == "authentication-server-unreachable"
    assert [request.query["scope"] for request in server.requests] == ["dird.graphql.hello"]
