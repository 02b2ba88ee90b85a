"""Access by network: in which tenant a request of an authorized network is answered, whatever its protocol."""

from collections.abc import Iterable
from typing import Generic

from xivo_dird.authenticator import AnyAuthenticator
from xivo_dird.caller import Caller
from xivo_dird.client_address import Address
from xivo_dird.config.access import AuthorizedSubnet, SubnetT
from xivo_dird.exceptions import UnknownUser


class AuthorizedNetworks(Generic[SubnetT]):
    """The networks whose hosts need no credentials."""

    def __init__(self, subnets: Iterable[SubnetT]) -> None:
        """Initialize with the networks of the configuration, in any order."""
        self._subnets = sorted(subnets, key=lambda authorized: authorized.subnet.prefixlen, reverse=True)

    def find(self, address: Address | None) -> SubnetT | None:
        """Return the most specific network that an address is in, None if it is in none."""
        if address is None:
            return None
        return next((authorized for authorized in self._subnets if address in authorized.subnet), None)


def tenant_of_subnet(user_uuid: str, tenant_uuid: str | None, subnet: AuthorizedSubnet) -> str | None:
    """Return the tenant that a request from an authorized network asks for, None if neither of them names one.

    Args:
        user_uuid: The user whom the request names.
        tenant_uuid: The tenant that it names, if any.
        subnet: The network.

    Raises:
        UnknownUser: The request names another tenant than that of its network.
    """
    bound_to = subnet.tenant_uuid
    if tenant_uuid and bound_to and tenant_uuid != bound_to:
        raise UnknownUser(user_uuid)
    return bound_to or tenant_uuid


def caller_of_network(
    authenticator: AnyAuthenticator, user_uuid: str, tenant_uuid: str | None, subnet: AuthorizedSubnet | None
) -> Caller:
    """Return the caller of a request without credentials: the user whom it names.

    Args:
        authenticator: Knows the tenants of users.
        user_uuid: The user, any text.
        tenant_uuid: The tenant that the user must be in; None: any.
        subnet: The network of the request. A user whom the authenticator does not know is in its tenant.

    Raises:
        UnknownUser: No user of this name may be asked for from this network.
        AuthServerUnreachable: The authentication server does not answer.
    """
    of_user = authenticator.tenant_of_user(user_uuid)
    if of_user is not None and tenant_uuid in {None, of_user}:
        return Caller("", of_user, user_uuid)
    bound_to = subnet.tenant_uuid if subnet else None
    if of_user is not None or bound_to is None:
        raise UnknownUser(user_uuid)
    return Caller("", bound_to, user_uuid, is_other_user=True)
