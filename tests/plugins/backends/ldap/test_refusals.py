"""Tests of what servers refuse: the error says what it means and what to do, and no password is tried twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers.active_directory import ACCOUNT, DOMAIN, PASSWORD, ActiveDirectory, user
from servers.slapd import Slapd
from xivo_dird.backend import Caller, SourceUnavailable
from xivo_dird_backends.ldap.backend import LdapBackend

OpenBackend = Callable[..., LdapBackend]

MEANINGS = {
    "525": "there is no such account",
    "52e": "wrong password",
    "530": "the account may not log on at this time",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the password must be changed first",
    "775": "the account is locked",
}


@pytest.fixture
def domain() -> Iterator[ActiveDirectory]:
    """Yield a domain with one user."""
    with ActiveDirectory([user("Ada Stern", telephoneNumber=["2045"])]) as server:
        yield server


@pytest.fixture
def in_domain(domain: ActiveDirectory, open_backend: OpenBackend) -> OpenBackend:
    """Return a function that opens a source in the domain."""

    def open_source(**options: object) -> LdapBackend:
        account = {"ldap_username": ACCOUNT, "ldap_password": PASSWORD}
        place = {"preset": "active_directory", "ldap_uri": domain.uri, "ldap_base_dn": DOMAIN}
        return open_backend(**{**place, **account, **options})

    return open_source


def failure(backend: LdapBackend, caller: Caller) -> str:
    with pytest.raises(SourceUnavailable) as raised:
        backend.search("stern", caller)
    return raised.value.message


@pytest.mark.parametrize(("data", "meaning"), MEANINGS.items())
def test_a_refused_bind_is_explained(
    domain: ActiveDirectory, in_domain: OpenBackend, caller: Caller, data: str, meaning: str
) -> None:
    domain.bind_data = data
    message = failure(in_domain(), caller)
    assert f"{domain.uri} refuses the bind as {ACCOUNT}: {meaning}: invalidCredentials" in message
    assert PASSWORD not in message


def test_a_server_that_needs_encryption_says_so(
    domain: ActiveDirectory, in_domain: OpenBackend, caller: Caller
) -> None:
    domain.requires_encryption = True
    message = failure(in_domain(), caller)
    assert "only on an encrypted connection: use ldaps:// or ldap_start_tls: strongerAuthRequired" in message


def test_a_server_that_needs_an_account_says_so(in_domain: OpenBackend, caller: Caller) -> None:
    message = failure(in_domain(ldap_username=None, ldap_password=None), caller)
    assert "it answers nobody without an account: set ldap_username and ldap_password" in message


def test_a_rejected_password_is_sent_once(
    domain: ActiveDirectory, in_domain: OpenBackend, caller: Caller
) -> None:
    backend = in_domain(ldap_password="another")
    with ThreadPoolExecutor(8) as executor:
        messages = list(executor.map(lambda _: failure(backend, caller), range(24)))
    assert domain.binds == 1
    assert all("wrong password" in message for message in messages)
    assert sum("is not sent again before 30 minutes have passed" in message for message in messages) == 23


def test_a_changed_source_sends_its_password(
    domain: ActiveDirectory, in_domain: OpenBackend, caller: Caller
) -> None:
    failure(in_domain(ldap_password="another"), caller)
    assert len(list(in_domain().search("stern", caller))) == 1


def test_a_password_that_is_rejected_later_is_sent_once_more(
    domain: ActiveDirectory, in_domain: OpenBackend, caller: Caller
) -> None:
    backend = in_domain()
    assert list(backend.search("stern", caller))
    domain.bind_data = "775"
    assert list(backend.search("stern", caller))  # the connection is still bound
    domain.disconnect()
    before = domain.binds
    for _ in range(3):
        assert "the account is locked" in failure(backend, caller)
    assert domain.binds == before + 1


def test_a_rejected_password_is_not_sent_to_the_next_server(
    domain: ActiveDirectory, slapd: Slapd, in_domain: OpenBackend, caller: Caller
) -> None:
    message = failure(in_domain(ldap_uri=f"{domain.uri} {slapd.uri}", ldap_password="another"), caller)
    assert "wrong password" in message
    assert slapd.uri not in message


@pytest.mark.parametrize("pasted", ["(|(cn=%)(sn=%))", "(&(telephoneNumber=*)(sn=*%s*))"])
def test_a_filter_pasted_from_a_phone_is_noticed(
    open_backend: OpenBackend, caplog: pytest.LogCaptureFixture, pasted: str
) -> None:
    options = {"ldap_uri": "ldap://h", "ldap_base_dn": "dc=x", "searched_columns": ["cn"]}
    open_backend(**options, ldap_custom_filter=pasted)
    assert "ldap_custom_filter has % or %s" in caplog.text
    assert "write %Q instead" in caplog.text
    caplog.clear()
    open_backend(**options, ldap_custom_filter="(|(cn=*%Q*)(description=100% sure))")
    assert caplog.text == ""
