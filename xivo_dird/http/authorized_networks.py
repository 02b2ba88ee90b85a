"""The method `network`: the network from which the current request comes, if no page of another site sends it."""

from collections.abc import Collection, Sequence

from flask import request

from xivo_dird.client_address import parse_address
from xivo_dird.config.access import AuthorizedSubnet
from xivo_dird.exceptions import InvalidArgument, UnauthorizedNetwork, UnknownHost
from xivo_dird.http.public_url import requested_hosts
from xivo_dird.network_access import AuthorizedNetworks
from xivo_dird.url_syntax import parse_authority

LOCALHOST = "localhost"
"""A name that leads to the host itself, whatever a name server says (RFC 6761 section 6.3)."""

_OWN_SITE = frozenset(("none", "same-origin"))
"""The values of `Sec-Fetch-Site` for what a person has opened, and for what a page of the daemon loads."""


class RequestNetworks:
    """The authorized networks of a view, as the current request may use them."""

    def __init__(self, subnets: Sequence[AuthorizedSubnet], host_names: Collection[str]) -> None:
        """Initialize.

        Args:
            subnets: The networks, of which the most specific one counts.
            host_names: The names under which phones use the daemon, as `url_syntax.Host` has them.
        """
        self._networks = AuthorizedNetworks(subnets)
        self._host_names = frozenset((*host_names, LOCALHOST))

    def find(self) -> AuthorizedSubnet:
        """Return the network from which the current request comes.

        Raises:
            UnknownHost: It names a host by another name than those of the daemon.
            UnauthorizedNetwork: It comes from no authorized network, or from a page of another site in a browser.
        """
        headers = request.headers
        if "Origin" in headers or headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE:
            raise UnauthorizedNetwork
        self._check_hosts()
        subnet = self._networks.find(parse_address(request.remote_addr))
        if subnet is None:
            raise UnauthorizedNetwork
        return subnet

    def _check_hosts(self) -> None:
        """Check that the request is for an address, or for a name of the daemon.

        A page can give its own name the address of the daemon (DNS rebinding). For the browser the daemon is then the
        page's own site: the page may read the answer, the request has no `Origin`, and a script may add any
        `X-Forwarded-Host`, which a careless proxy passes on. It can't change `Host`, so that counts as well.
        """
        try:
            hosts = list(map(parse_authority, requested_hosts()))
        except InvalidArgument as error:
            raise UnknownHost(None) from error
        for host in hosts:
            if not host.is_address and host.name not in self._host_names:
                raise UnknownHost(host.name)
