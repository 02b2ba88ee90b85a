"""The address of a client."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

UNKNOWN = "unknown"
"""The origin of clients without a valid address."""

_HOST_BITS = 64
"""Bits of an IPv6 address that a client chooses itself: its provider gives it a whole network."""


@lru_cache(maxsize=1024)  # phones ask again and again
def parse_address(text: str | None) -> Address | None:
    """Return an address, None if the text is none; an IPv4 address that is mapped to IPv6 is the IPv4 address."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)
def origin_of(text: str | None) -> str:
    """Return what a client can hardly change of its address: an IPv4 address, or the /64 network of an IPv6 address."""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> _HOST_BITS << _HOST_BITS, 128 - _HOST_BITS)))
    return UNKNOWN if address is None else str(address)
