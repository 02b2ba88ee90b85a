"""Which hosts and addresses outgoing connections may reach."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple, Self

from xivo_dird.exceptions import SourceUnavailable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ANY_PORT = 0

_HOST_AND_PORT = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_TRANSLATED_IPV4 = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""IPv6 addresses whose last 32 bits are an IPv4 address: NAT64 (RFC 6052, RFC 8215), IPv4-compatible (RFC 4291), and
IPv4-translated (RFC 2765)."""


class TargetNotAllowed(SourceUnavailable):
    """The administrator has not allowed connections to this host."""


class Target(NamedTuple):
    """A host, in lower case and without brackets or a final dot, and a port."""

    host: str
    port: int

    @classmethod
    def of(cls, host: str, port: int) -> Self:
        """Return the target with the host in its comparable spelling."""
        return cls(host.strip("[]").lower().removesuffix("."), port)

    def __str__(self) -> str:
        """Return host and port as in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class AllowedTargets:
    """The targets that the administrator allows beside public addresses.

    Attributes:
        hosts: Hosts that a source may name, with a port or with `ANY_PORT`, whatever addresses they have. A redirect to
            another host does not count as named by the source.
        networks: Addresses that are allowed whichever name or redirect leads to them.
    """

    hosts: frozenset[Target] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """Return the targets of a list: networks (`10.0.0.0/8`), hosts (`crm.lan`), hosts with a port (`crm.lan:8080`).

        Raises:
            ValueError: An entry is none of these; the message names it.
        """
        items = [_parse_entry(entry) for entry in entries]
        return cls(
            frozenset(item for item in items if isinstance(item, Target)),
            tuple(item for item in items if not isinstance(item, Target)),
        )

    def has_host(self, target: Target) -> bool:
        """Return True if a source may name this host."""
        return target in self.hosts or Target(target.host, ANY_PORT) in self.hosts

    def has_address(self, address: str) -> bool:
        """Return True if an address is public, or in one of the networks."""
        effective = effective_address(ip_address(address))
        return is_public(effective) or any(effective in network for network in self.networks)

    def allowed(self, target: Target, addresses: Sequence[str], *, is_named: bool) -> Sequence[str]:
        """Return those of the addresses of a host that a connection may be made to, at least one.

        Args:
            target: The host.
            addresses: Its addresses.
            is_named: Whether the source names the host; False for a redirect to another host.

        Raises:
            TargetNotAllowed: There is none.
        """
        if is_named and self.has_host(target):
            return addresses
        found = [address for address in addresses if self.has_address(address)]
        if not found:
            what = "the host or its network" if is_named else "its network"
            raise TargetNotAllowed(
                f"{target.host} has no public address; to let sources reach it, add {what} to outgoing.allow"
            )
        return found


def effective_address(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    embedded = address.ipv4_mapped or address.sixtofour
    if embedded is not None:
        return embedded
    if any(address in network for network in _TRANSLATED_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Return True if an address belongs to the internet: neither private, loopback, link-local nor multicast."""
    is_site_local = isinstance(address, IPv6Address) and address.is_site_local  # global for `ipaddress`
    return address.is_global and not address.is_multicast and not is_site_local


def _parse_entry(entry: str) -> Target | Network:
    if "/" in entry:
        return ip_network(entry)
    try:
        return Target.of(str(ip_address(entry.strip("[]"))), ANY_PORT)
    except ValueError:
        parts = _HOST_AND_PORT.fullmatch(entry)
    if parts is None or int(parts["port"] or 0) > 0xFFFF:
        raise ValueError(
            f"{entry!r} is no network, such as 10.0.0.0/8, and no host, such as crm.lan or crm.lan:8080"
        )
    return Target.of(parts["host"], int(parts["port"] or ANY_PORT))


DEFAULT_ALLOW = ("localhost", "127.0.0.1", "::1")
"""The contract's default host of the servers of a PBX (contract section 2.9), in its spellings."""

DEFAULT_TARGETS = AllowedTargets.parse(DEFAULT_ALLOW)
