"""Verification of a request by the rules of its view: phones send HTTP Basic, or come from a known network."""

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import NamedTuple

from flask import request

from xivo_dird.acl import fill_acl
from xivo_dird.authenticator import (
    MISSING_PERMISSION,
    AnyAuthenticator,
    authenticate_user_or_token,
    without_token,
)
from xivo_dird.caller import Caller
from xivo_dird.config.access import CREDENTIALS, QUERY_TOKEN, AccessMethod, AccessSection, ViewAccess
from xivo_dird.exceptions import DirdError, Unauthorized, UnauthorizedNetwork, UnknownHost, UnknownUser
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.http.authorized_networks import RequestNetworks
from xivo_dird.http.basic_credentials import CHALLENGE, read_basic_credentials
from xivo_dird.http.client import client_origin
from xivo_dird.http.identity import TOKEN_HEADER, Access, Authenticate
from xivo_dird.http.named_user import PATH_USER, QUERY_USER, check_lengths, named_user
from xivo_dird.network_access import caller_of_network, tenant_of_subnet
from xivo_dird.validation import canonical_uuid

logger = logging.getLogger(__name__)


class MissingCredentials(Unauthorized):
    """The request has none of the credentials that an alternative requires."""

    def __init__(self, required_acl: str) -> None:
        """Create the error."""
        super().__init__("Unauthorized", {"reason": "missing_credentials", "required_access": required_acl})


class Attempt(NamedTuple):
    """What a request asks for.

    Attributes:
        required_acl: The ACL that the caller needs.
        user_uuid: The user for whom it is answered, any text.
        tenant_uuid: The tenant that it names; None: that of the caller.
    """

    required_acl: str
    user_uuid: str
    tenant_uuid: str | None


class ConfiguredAccess:
    """Verifies the callers of one view."""

    def __init__(
        self,
        rules: ViewAccess,
        authenticator: AnyAuthenticator,
        failures: FailureLimit,
        host_names: Collection[str],
    ) -> None:
        """Initialize with the rules of the view; failures of clients and names of the daemon are those of all views."""
        self.rules = rules
        self._authenticator = authenticator
        self._failures = failures
        self._networks = RequestNetworks(rules.authorized_subnets, host_names)

    def verify(self, acl_pattern: str, path_arguments: Mapping[str, object]) -> Access:
        """Return the access by the first alternative that holds.

        Args:
            acl_pattern: The required ACL; `{name}` is replaced with the path argument of that name, and `{user_uuid}`
                with the user whom the query names if the path names none.
            path_arguments: The arguments that the method gets.

        Raises:
            TooManyRequests: The client has sent too many wrong credentials.
            InvalidArgument: The request names no user, or a name in it is too long.
            Unauthorized: No alternative holds, and credentials could help.
            UnknownUser: No user of this name may be asked for from this network.
            UnauthorizedNetwork: The client is in no authorized network, or the request is for an unknown host.
            AuthServerUnreachable: The authentication server does not answer.
        """
        origin = client_origin()
        self._failures.check(origin)
        attempt = _attempt(acl_pattern, path_arguments)
        refusals: list[DirdError] = []
        access = self._first_access(attempt, refusals)
        # Again: with many requests at once, a client would otherwise learn more than the limit allows.
        if any(map(_has_wrong_credentials, refusals)):
            self._failures.add(origin)
        else:
            self._failures.check(origin)
        if access is None:
            reasons = ", ".join(map(_logged_reason, refusals))
            logger.debug("%s has no access to %r: %s", origin, attempt.required_acl, reasons)
            raise self._answer(refusals)
        return access

    def _first_access(self, attempt: Attempt, refusals: list[DirdError]) -> Access | None:
        """Return the access by the first alternative that holds; add to `refusals` why those before it do not."""
        for methods in self.rules.methods:
            try:
                return self._access(methods, attempt)
            except (Unauthorized, UnauthorizedNetwork, UnknownUser) as refusal:
                refusals.append(refusal)
        return None

    def _access(self, methods: tuple[AccessMethod, ...], attempt: Attempt) -> Access:
        def verify(acl: str) -> Caller:
            return self._caller(methods, attempt._replace(required_acl=acl))

        has_credentials = not set(methods).isdisjoint(CREDENTIALS)
        caller = self._caller(methods, attempt)
        return Access(self._authenticator, caller, verify, has_credentials=has_credentials)

    def _caller(self, methods: tuple[AccessMethod, ...], attempt: Attempt) -> Caller:
        """Return the caller if all of `methods` hold; from other networks, no credentials are looked at."""
        subnet = self._networks.find() if "network" in methods else None
        tenant_uuid = attempt.tenant_uuid
        if subnet is not None:
            tenant_uuid = tenant_of_subnet(attempt.user_uuid, tenant_uuid, subnet)
        if "token" in methods:
            return self._caller_of_token(request.environ.get(TOKEN_HEADER, ""), attempt, tenant_uuid)
        if "basic" in methods:
            return self._caller_of_basic(attempt, tenant_uuid)
        if "query_token" in methods:
            return self._caller_of_token(request.args.get(QUERY_TOKEN, ""), attempt, tenant_uuid)
        return caller_of_network(self._authenticator, attempt.user_uuid, tenant_uuid, subnet)

    def _caller_of_token(self, token: str, attempt: Attempt, tenant_uuid: str | None) -> Caller:
        if not token:
            raise MissingCredentials(attempt.required_acl)
        return _authenticated(partial(self._authenticator.authenticate, token), attempt, tenant_uuid)

    def _caller_of_basic(self, attempt: Attempt, tenant_uuid: str | None) -> Caller:
        credentials = read_basic_credentials()
        if credentials is None:
            raise MissingCredentials(attempt.required_acl)
        authenticate = partial(authenticate_user_or_token, self._authenticator, *credentials)
        return _authenticated(authenticate, attempt, tenant_uuid)

    def _answer(self, refusals: list[DirdError]) -> DirdError:
        """Return the error that helps the client most: whether it should send credentials, and if not, why."""
        unauthorized = [refusal for refusal in refusals if isinstance(refusal, Unauthorized)]
        if unauthorized:
            error = min(unauthorized, key=lambda refusal: isinstance(refusal, MissingCredentials))
            if any("basic" in methods for methods in self.rules.methods):
                error.challenge = CHALLENGE
            return error
        return next((refusal for refusal in refusals if isinstance(refusal, UnknownUser)), refusals[0])


class AccessControl:
    """The rules of all views, and what they share."""

    def __init__(
        self, settings: AccessSection, authenticator: AnyAuthenticator, host_names: Collection[str]
    ) -> None:
        """Initialize with the section `access` of the configuration; `host_names` are the names of the daemon."""
        self._settings = settings
        self._authenticator = authenticator
        self._host_names = host_names
        self._failures = FailureLimit(settings.max_failures_per_minute)

    def of_view(self, name: str) -> ConfiguredAccess:
        """Return the verification by the rules of a view."""
        rules = self._settings.rules_of(name)
        return ConfiguredAccess(rules, self._authenticator, self._failures, self._host_names)


def _attempt(acl_pattern: str, path_arguments: Mapping[str, object]) -> Attempt:
    check_lengths(path_arguments)
    user_uuid = named_user(path_arguments, request.args.get(QUERY_USER, ""))
    return Attempt(
        fill_acl(acl_pattern, {**path_arguments, PATH_USER: user_uuid}),
        user_uuid,
        canonical_uuid(request.environ.get("HTTP_WAZO_TENANT", "")) or None,
    )


def _logged_reason(refusal: DirdError) -> str:
    """Return why an alternative does not hold, and for an unknown host which keys have the known ones."""
    reason = str(refusal.details.get("reason", refusal.error_id))
    if isinstance(refusal, UnknownHost) and refusal.name is not None:
        return f"{reason} (set rest_api.public_url, or add {refusal.name!r} to rest_api.host_names)"
    return reason


def _authenticated(authenticate: Authenticate, attempt: Attempt, tenant_uuid: str | None) -> Caller:
    """Return the caller with these credentials; the error for wrong ones does not repeat them."""
    try:
        return authenticate(attempt.required_acl, tenant_uuid)
    except Unauthorized as error:
        raise without_token(error) from error


def _has_wrong_credentials(refusal: DirdError) -> bool:
    """Return whether a client may have guessed; right credentials without the permission are no guess."""
    if not isinstance(refusal, Unauthorized) or isinstance(refusal, MissingCredentials):
        return False
    return refusal.details.get("reason") != MISSING_PERMISSION
