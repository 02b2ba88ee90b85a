"""Binds, and what clients may search then."""

import pytest

from xivo_dird.authenticator import (
    Unauthorized,
    invalid_password,
    invalid_token,
    missing_permission,
    missing_user_permission,
)
from xivo_dird.caller import Caller
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.exceptions import TooManyRequests
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.ldap_server.accounts import Accounts
from xivo_dird.ldap_server.model import LdapFailure, ResultCode
from xivo_dird.ldap_server.requests import BindRequest
from xivo_dird.ldap_server.tree import DirectoryTree, Place

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
OTHER = "33333333-3333-4333-8333-333333333333"
ACL = "dird.directories.lookup.default.read"
NETWORKS = [
    {"subnet": "10.0.0.0/8", "tenant_uuid": TENANT, "profile": "wide"},
    {"subnet": "10.1.0.0/16", "tenant_uuid": OTHER, "profile": "narrow"},
    {"subnet": "2001:db8::/32", "tenant_uuid": TENANT},
]
ADDRESS = "192.0.2.1"


class FakeAuthenticator:
    """Knows one user and one token, who may search the profile `default` of one tenant."""

    def __init__(self):
        self.asked = []

    def authenticate(self, token, acl, tenant_uuid):
        self.asked.append((token, acl, tenant_uuid))
        if token != "right":
            raise invalid_token(token, acl)
        if acl != ACL or tenant_uuid not in {None, TENANT}:
            raise missing_permission(token, acl, tenant_uuid)
        return Caller("user", TENANT)

    def authenticate_password(self, username, password, acl, tenant_uuid):
        self.asked.append((username, acl, tenant_uuid))
        if (username, password) != ("ada", "right"):
            raise invalid_password(username, acl)
        if acl != ACL or tenant_uuid not in {None, TENANT}:
            raise missing_user_permission(username, acl, tenant_uuid)
        return Caller("user", TENANT)


@pytest.fixture
def authenticator():
    return FakeAuthenticator()


@pytest.fixture
def accounts(authenticator):
    return new_accounts(authenticator)


def new_accounts(authenticator, max_failures=3, **keys):
    settings = LdapServerSection.model_validate({"anonymous": NETWORKS, **keys})
    return Accounts(settings, DirectoryTree("dc=directory"), authenticator, FailureLimit(max_failures))


def bind(accounts, name="ada", password="right", *, version=3, address=ADDRESS, is_encrypted=True):
    return accounts.bind(BindRequest(version, name, password), address, is_encrypted=is_encrypted)


def refusal(accounts, *arguments, **options):
    with pytest.raises(LdapFailure) as failure:
        bind(accounts, *arguments, **options)
    assert "right" not in failure.value.message
    return failure.value.code


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("ada", Place()),
        ("uid=ada", Place()),
        ("cn=ada,dc=elsewhere", Place()),
        ("uid=ada,dc=directory", Place()),
        ("uid=ada,ou=default,dc=directory", Place(None, "default")),
        (f"CN=ada, OU=default, o={TENANT.upper()}, DC=Directory", Place(TENANT, "default")),
        ("uid=ada,uid=x:1,ou=default,dc=directory", Place(None, "default")),
    ],
)
def test_the_name_of_a_bind_says_where_its_searches_begin(accounts, name, home):
    client = bind(accounts, name)
    assert (client.name, client.home) == ("ada", home)
    assert client.caller("default", None) == Caller("user", TENANT)


def test_the_user_name_token_has_a_token_as_its_password(accounts):
    assert bind(accounts, "token").name == "token"
    assert refusal(accounts, "token", "wrong") is ResultCode.INVALID_CREDENTIALS


@pytest.mark.parametrize(
    ("profile", "tenant"), [("other", None), ("default", OTHER), ("#", None), ("", None)]
)
def test_the_right_of_an_account_is_verified_for_each_search(accounts, profile, tenant):
    client = bind(accounts)
    with pytest.raises(LdapFailure) as failure:
        client.caller(profile, tenant)
    assert failure.value.code is ResultCode.INSUFFICIENT_ACCESS_RIGHTS


def test_an_account_of_another_tenant_may_bind_but_not_search(accounts):
    client = bind(accounts, f"uid=ada,ou=default,o={OTHER},dc=directory")
    with pytest.raises(LdapFailure):
        client.caller("default", client.home.tenant_uuid)


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("eve", "right"), ("", "right"), ("cn=,dc=directory", "right")]
)
def test_wrong_credentials_are_refused(accounts, name, password):
    assert refusal(accounts, name, password) is ResultCode.INVALID_CREDENTIALS


@pytest.mark.parametrize("name", ["ada", "uid=ada,ou=default,dc=directory", "x" * 100_000])
def test_a_name_without_a_password_is_refused_unverified(accounts, authenticator, name):
    assert refusal(accounts, name, "") is ResultCode.UNWILLING_TO_PERFORM
    assert authenticator.asked == []


def test_wrong_passwords_are_limited_by_address(accounts, authenticator):
    for _ in range(3):
        assert refusal(accounts, "ada", "wrong") is ResultCode.INVALID_CREDENTIALS
    asked = len(authenticator.asked)
    with pytest.raises(TooManyRequests):
        bind(accounts)
    assert len(authenticator.asked) == asked
    assert bind(accounts, address="192.0.2.2").name == "ada"


def test_a_missing_permission_is_no_wrong_password(authenticator):
    accounts = new_accounts(authenticator, max_failures=1)
    for _ in range(3):
        bind(accounts, f"uid=ada,ou=other,o={OTHER},dc=directory")
    assert bind(accounts).name == "ada"


def test_a_password_in_the_clear_is_not_verified(accounts, authenticator):
    assert refusal(accounts, is_encrypted=False) is ResultCode.CONFIDENTIALITY_REQUIRED
    assert authenticator.asked == []
    assert bind(new_accounts(authenticator, require_tls=False), is_encrypted=False).name == "ada"


@pytest.mark.parametrize("version", [0, 1, 4, 127])
def test_another_version_is_refused(accounts, version):
    assert refusal(accounts, version=version) is ResultCode.PROTOCOL_ERROR
    assert bind(accounts, version=2).name == "ada"


def test_another_method_is_refused(accounts):
    assert refusal(accounts, password=None) is ResultCode.AUTH_METHOD_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("address", "profile", "tenant"),
    [
        ("10.2.3.4", "wide", TENANT),
        ("10.1.3.4", "narrow", OTHER),
        ("::ffff:10.1.3.4", "narrow", OTHER),
        ("2001:db8::1", "default", TENANT),
    ],
)
def test_the_most_specific_network_counts(accounts, address, profile, tenant):
    guest = bind(accounts, "", "", address=address)
    assert guest.caller(profile, None) == guest.caller(profile, tenant) == Caller("", tenant)
    assert guest.home == Place(None, profile)
    for other_profile, other_tenant in ((profile, TENANT if tenant == OTHER else OTHER), ("other", None)):
        with pytest.raises(LdapFailure) as failure:
            guest.caller(other_profile, other_tenant)
        assert failure.value.code is ResultCode.INSUFFICIENT_ACCESS_RIGHTS


@pytest.mark.parametrize("address", ["192.0.2.1", "11.0.0.1", "2001:db9::1", "", "no address"])
def test_other_networks_have_no_access_without_an_account(accounts, address):
    assert refusal(accounts, "", "", address=address) is ResultCode.INAPPROPRIATE_AUTHENTICATION
    with pytest.raises(LdapFailure) as failure:
        accounts.without_account(address).caller("default", None)
    assert failure.value.code is ResultCode.INSUFFICIENT_ACCESS_RIGHTS


def test_an_account_that_is_no_longer_valid_may_search_nothing(accounts, authenticator, monkeypatch):
    client = bind(accounts)

    def refuse(*_):
        raise Unauthorized("expired")

    monkeypatch.setattr(authenticator, "authenticate_password", refuse)
    with pytest.raises(LdapFailure) as failure:
        client.caller("default", None)
    assert failure.value.code is ResultCode.INSUFFICIENT_ACCESS_RIGHTS
