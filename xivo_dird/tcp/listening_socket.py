"""The TCP sockets on which servers of the daemon listen."""

import socket

from xivo_dird.exceptions import InvalidConfiguration, Unavailable

BACKLOG = 1024
"""Maximum number of clients that wait until they are accepted."""

_Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]


def resolve_listen_address(host: str, port: int, key: str) -> tuple[socket.AddressFamily, _Address]:
    """Return the address family and the address to bind.

    Args:
        host: An address or a name of this machine.
        port: A port; 0: any free one.
        key: The key of the configuration that has the host, for the error.

    Raises:
        InvalidConfiguration: The host can't be resolved.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise InvalidConfiguration(f"{key}: {host!r} is not an address of this machine") from error
    return family, address


def bind_listen_address(host: str, port: int, key: str, where: str) -> socket.socket:
    """Return a socket that is bound and does not listen yet. `::` is every address, also of IPv4.

    Args:
        host: An address or a name of this machine.
        port: A port; 0: any free one.
        key: The key of the configuration that has the host, for the error.
        where: Host and port with the keys of both, for the error.

    Raises:
        InvalidConfiguration: The host can't be resolved.
        Unavailable: The port can't be bound, for example because it is in use.
    """
    family, address = resolve_listen_address(host, port, key)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
    try:
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise Unavailable(f"Can't listen on {where}: {error.strerror}") from error
    return sock


def start_listening(sock: socket.socket) -> None:
    """Start to listen. Clients that connect before a server accepts them wait and are not refused.

    The socket is made non-blocking, because another process may accept a client first.
    """
    sock.setblocking(False)
    sock.listen(BACKLOG)
