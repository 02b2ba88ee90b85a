"""Networks in the configuration."""

from ipaddress import IPv4Network, IPv6Network, ip_interface
from typing import Annotated

from pydantic import BeforeValidator

_IPV4_MAPPED = IPv6Network("::ffff:0:0/96")


def _parse_network(value: object) -> object:
    """Return the network that a CIDR text stands for; an address is a network of its own."""
    try:
        interface = ip_interface(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError(f"{value!r} is no network such as 10.20.0.0/16") from error
    network = interface.network
    if int(interface.ip) != int(network.network_address):
        raise ValueError(f"{value!r} has bits set behind its prefix: write {network}")
    if isinstance(network, IPv6Network) and network.subnet_of(_IPV4_MAPPED):
        raise ValueError(f"{value!r} is a network of IPv4 addresses: write it as such")
    return network


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_parse_network)]
"""A network (CIDR), or an address."""
