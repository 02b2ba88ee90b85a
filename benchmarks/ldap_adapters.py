"""The LDAP clients that `ldap_clients.py` compares: each reads the raw bytes of the values."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from xivo_dird.backend import Deadline, Outgoing
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.credentials import PasswordGuard
from xivo_dird_backends.ldap.options import LdapOptions, servers_from_options
from xivo_dird_backends.ldap.searches import LdapSearch

ATTRIBUTES = (
    *("uid", "cn", "givenName", "sn", "mail"),
    *("telephoneNumber", "mobile", "objectClass", "jpegPhoto", "guid"),
)
ALL = "(objectClass=inetOrgPerson)"


class Account(BaseModel):
    """A server, an account on it, the certificate authority of the server, and the timeout in seconds."""

    model_config = ConfigDict(frozen=True)

    uri: str
    user: str
    password: str
    base_dn: str
    ca_file: str
    start_tls: bool = False
    timeout: float = 30.0


class Adapter(Protocol):
    """A connection on which one thread at a time searches."""

    def search(self, text: str) -> int:
        """Return how many entries a filter finds."""

    def pages(self, size: int) -> Iterator[int]:
        """Yield how many entries each page of a list of everybody has."""

    def close(self) -> None:
        """Close the connection."""


class BackendClient:
    """The connection of the `ldap` backend: ldap3, but with our own requests of searches and our own BER."""

    def __init__(self, account: Account) -> None:
        """Connect and bind."""
        options = LdapOptions.model_validate(
            {
                "name": "measured",
                "ldap_uri": account.uri,
                "ldap_base_dn": account.base_dn,
                "ldap_username": account.user,
                "ldap_password": account.password,
                "ldap_start_tls": account.start_tls,
                "ldap_timeout": account.timeout,
                "ldap_verify_certificate": account.ca_file,
            }
        )
        settings = CertificateSettings(certificate_folders=(str(Path(account.ca_file).parent),))
        server = servers_from_options(options, settings)[0]
        self._timeout = account.timeout
        deadline = Deadline.after(self._timeout)
        self._connection = LdapConnection(Outgoing(), PasswordGuard(), server, deadline)

    def search(self, text: str) -> int:
        """Return how many entries a filter finds."""
        found = self._connection.search(LdapSearch(text, ATTRIBUTES), Deadline.after(self._timeout))
        return len(found.entries)

    def pages(self, size: int) -> Iterator[int]:
        """Yield how many entries each page of a list of everybody has."""
        cookie = b""
        while True:
            request = LdapSearch(ALL, ATTRIBUTES, page_size=size, cookie=cookie)
            page = self._connection.search(request, Deadline.after(self._timeout))
            yield len(page.entries)
            cookie = page.cookie
            if not cookie:
                return

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class BonsaiClient:
    """bonsai."""

    def __init__(self, account: Account) -> None:
        """Connect and bind."""
        self._bonsai: Any = importlib.import_module("bonsai")
        client = self._bonsai.LDAPClient(account.uri, account.start_tls)
        client.set_ca_cert(account.ca_file)
        client.set_cert_policy("demand")
        client.set_credentials("SIMPLE", user=account.user, password=account.password)
        client.set_raw_attributes(list(ATTRIBUTES))
        client.set_server_chase_referrals(False)
        self._base_dn, self._timeout = account.base_dn, account.timeout
        self._connection = client.connect(timeout=account.timeout)

    def search(self, text: str) -> int:
        """Return how many entries a filter finds."""
        subtree = self._bonsai.LDAPSearchScope.SUBTREE
        return len(self._connection.search(self._base_dn, subtree, text, list(ATTRIBUTES), self._timeout))

    def pages(self, size: int) -> Iterator[int]:
        """Yield how many entries each page of a list of everybody has."""
        subtree = self._bonsai.LDAPSearchScope.SUBTREE
        message_id = self._connection.paged_search(
            self._base_dn, subtree, ALL, list(ATTRIBUTES), page_size=size
        )
        yield sum(1 for _ in message_id)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PythonLdapClient:
    """python-ldap."""

    def __init__(self, account: Account) -> None:
        """Connect and bind."""
        self._ldap: Any = importlib.import_module("ldap")
        self._controls: Any = importlib.import_module("ldap.controls.libldap")
        self._base_dn, self._timeout = account.base_dn, account.timeout
        self._connection = self._ldap.initialize(account.uri)
        options: Mapping[int, object] = {
            self._ldap.OPT_REFERRALS: 0,
            self._ldap.OPT_NETWORK_TIMEOUT: account.timeout,
            self._ldap.OPT_TIMEOUT: account.timeout,
            self._ldap.OPT_X_TLS_CACERTFILE: account.ca_file,
            self._ldap.OPT_X_TLS_REQUIRE_CERT: self._ldap.OPT_X_TLS_DEMAND,
            self._ldap.OPT_X_TLS_NEWCTX: 0,  # the last one: it applies the others
        }
        for option, value in options.items():
            self._connection.set_option(option, value)
        if account.start_tls:
            self._connection.start_tls_s()
        self._connection.simple_bind_s(account.user, account.password)

    def search(self, text: str) -> int:
        """Return how many entries a filter finds."""
        found = self._connection.search_ext_s(
            self._base_dn, self._ldap.SCOPE_SUBTREE, text, ATTRIBUTES, timeout=self._timeout
        )
        return sum(1 for dn, _ in found if dn is not None)

    def pages(self, size: int) -> Iterator[int]:
        """Yield how many entries each page of a list of everybody has."""
        control = self._controls.SimplePagedResultsControl(True, size, "")
        while True:
            message_id = self._connection.search_ext(
                self._base_dn, self._ldap.SCOPE_SUBTREE, ALL, ATTRIBUTES, serverctrls=[control]
            )
            _, found, _, controls = self._connection.result3(message_id, timeout=self._timeout)
            yield sum(1 for dn, _ in found if dn is not None)
            control.cookie = controls[0].cookie
            if not control.cookie:
                return

    def close(self) -> None:
        """Close the connection."""
        self._connection.unbind_s()


ADAPTERS: Mapping[str, Callable[[Account], Adapter]] = {
    "ldap3 (ours)": BackendClient,
    "bonsai": BonsaiClient,
    "python-ldap": PythonLdapClient,
}
