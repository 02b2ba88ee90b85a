"""The client of the current request: the one behind a trusted proxy, if there is one."""

from flask import request

from xivo_dird.client_address import origin_of, parse_address


def client_origin() -> str:
    """Return where the client is, for the limits of what one client may do (`client_address.origin_of`)."""
    return origin_of(request.remote_addr)


def is_loopback_client() -> bool:
    """Return whether the client is a program of this host."""
    address = parse_address(request.remote_addr)
    return address is not None and address.is_loopback
