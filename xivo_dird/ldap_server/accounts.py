"""Who a client is, and what it may search: an account, or a network in which clients need none."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from xivo_dird.acl import fill_acl
from xivo_dird.authenticator import (
    MISSING_PERMISSION,
    AnyAuthenticator,
    Unauthorized,
    authenticate_user_or_token,
)
from xivo_dird.caller import Caller
from xivo_dird.client_address import origin_of, parse_address
from xivo_dird.config.ldap_server import AnonymousNetwork, LdapServerSection
from xivo_dird.distinguished_names import parse_name
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.ldap_server.model import LdapFailure, ResultCode
from xivo_dird.ldap_server.requests import BindRequest
from xivo_dird.ldap_server.tree import DirectoryTree, Place
from xivo_dird.network_access import AuthorizedNetworks

SEARCH_ACL = "dird.directories.lookup.{profile}.read"
"""What an account needs to search a profile: the same as for a lookup."""

_NO_ACCESS = "bind with an account of the directory, or from a network of ldap_server.anonymous"
_VERSIONS = (2, 3)


class GuestClient(NamedTuple):
    """A client without an account.

    Attributes:
        network: Its network, in which it may search one profile; None: it needs an account.
        name: Empty, as "Who am I?" answers (RFC 4532).
        home: The base and profile of searches that name none.
    """

    network: AnonymousNetwork | None
    name: str = ""
    home: Place = Place()

    def caller(self, profile: str, tenant_uuid: str | None) -> Caller:
        """Return the caller of a search of the profile of the network; see `AccountClient.caller`."""
        network = self.network
        if network is None:
            raise LdapFailure(ResultCode.INSUFFICIENT_ACCESS_RIGHTS, _NO_ACCESS)
        if profile != network.profile or tenant_uuid not in {None, network.tenant_uuid}:
            message = f"without an account only the profile {network.profile} can be searched"
            raise LdapFailure(ResultCode.INSUFFICIENT_ACCESS_RIGHTS, message)
        return Caller("", network.tenant_uuid)


class AccountClient(NamedTuple):
    """A client with an account, whose right to search is verified for each search.

    Attributes:
        name: The user name.
        home: The base and profile of searches that name none.
        authenticate: Returns the caller if the account has an ACL and access to a tenant.
    """

    name: str
    home: Place
    authenticate: Callable[[str, str | None], Caller]

    def caller(self, profile: str, tenant_uuid: str | None) -> Caller:
        """Return the caller of a search of a profile.

        Args:
            profile: The profile.
            tenant_uuid: The tenant of the profile; None: that of the account.

        Raises:
            LdapFailure: The client may not search it.
            AuthServerUnreachable: The authentication server does not answer.
        """
        acl = fill_acl(SEARCH_ACL, {"profile": profile})
        try:
            return self.authenticate(acl, tenant_uuid)
        except Unauthorized as error:
            message = f"the account lacks {acl}, or is no longer valid"
            raise LdapFailure(ResultCode.INSUFFICIENT_ACCESS_RIGHTS, message) from error


Client = GuestClient | AccountClient


class Accounts:
    """Verifies binds."""

    def __init__(
        self,
        settings: LdapServerSection,
        tree: DirectoryTree,
        authenticator: AnyAuthenticator,
        failures: FailureLimit,
    ) -> None:
        """Initialize with the settings, and what verifies accounts and counts wrong credentials."""
        self._settings = settings
        self._tree = tree
        self._authenticator = authenticator
        self._failures = failures
        self._networks = AuthorizedNetworks(settings.anonymous)

    def without_account(self, address: str) -> GuestClient:
        """Return a client without an account."""
        network = self._networks.find(parse_address(address))
        return GuestClient(network, home=Place(None, network.profile if network else None))

    def bind(self, request: BindRequest, address: str, *, is_encrypted: bool) -> Client:
        """Return the client that binds.

        Args:
            request: The request.
            address: The address of the client.
            is_encrypted: Whether the connection has TLS.

        Raises:
            LdapFailure: The credentials are wrong, or not accepted.
            AuthServerUnreachable: The authentication server does not answer.
            TooManyRequests: The client has sent too many wrong credentials.
            TooBusy: Too many clients bind at once.
        """
        if request.version not in _VERSIONS:
            raise LdapFailure(ResultCode.PROTOCOL_ERROR, "the version of LDAP is 2 or 3")
        if request.password is None:
            message = "only simple binds, with a name and a password"
            raise LdapFailure(ResultCode.AUTH_METHOD_NOT_SUPPORTED, message)
        if not request.name and not request.password:
            return self._anonymous(address)
        if not request.password:  # RFC 4513 section 5.1.2: it would look like a verified account
            raise LdapFailure(ResultCode.UNWILLING_TO_PERFORM, "a name without a password")
        if self._settings.require_tls and not is_encrypted:
            message = "a password needs StartTLS or LDAPS (or ldap_server.require_tls: false)"
            raise LdapFailure(ResultCode.CONFIDENTIALITY_REQUIRED, message)
        return self._account(request.name, request.password, origin_of(address))

    def _anonymous(self, address: str) -> GuestClient:
        client = self.without_account(address)
        if client.network is None:
            raise LdapFailure(ResultCode.INAPPROPRIATE_AUTHENTICATION, _NO_ACCESS)
        return client

    def _account(self, name: str, password: str, origin: str) -> AccountClient:
        username, home = self._named(name)
        authenticate = partial(authenticate_user_or_token, self._authenticator, username, password)
        account = AccountClient(username, home, authenticate)
        acl = fill_acl(SEARCH_ACL, {"profile": home.profile or self._settings.profile})
        try:
            with self._failures.counting(origin):
                _verify(account, acl, home.tenant_uuid)
        except Unauthorized as error:
            raise LdapFailure(ResultCode.INVALID_CREDENTIALS, "wrong name or password") from error
        return account

    def _named(self, name: str) -> tuple[str, Place]:
        """Return the user name of a bind, and where its DN is if it is in the tree; a name may also be no DN."""
        try:
            parsed = parse_name(name)
        except ValueError:
            parsed = ()
        if not parsed:
            return name, Place()
        username = parsed[0][0][1]
        try:
            return username, self._tree.locate(parsed[1:])._replace(uid=None)
        except LdapFailure:
            return username, Place()


def _verify(account: AccountClient, acl: str, tenant_uuid: str | None) -> None:
    """Raise `Unauthorized` if the credentials are wrong.

    An account without this permission may have others, which each search verifies.
    """
    try:
        account.authenticate(acl, tenant_uuid)
    except Unauthorized as error:
        if error.details.get("reason") != MISSING_PERMISSION:
            raise
