"""The door of one source to other hosts."""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from weakref import WeakSet

from xivo_dird.client_tls import verified_tls_context
from xivo_dird.exceptions import InvalidSource, SourceUnavailable
from xivo_dird.outgoing.addresses import Resolve, is_address, resolved_addresses, system_addresses
from xivo_dird.outgoing.http_client import HttpClient
from xivo_dird.outgoing.limits import DEFAULT_MAX_RESPONSE_BYTES, HttpLimits
from xivo_dird.outgoing.targets import DEFAULT_TARGETS, AllowedTargets, Target, TargetNotAllowed
from xivo_dird.outgoing.urls import Origin, parse_url
from xivo_dird.text.excerpt import printable_excerpt
from xivo_dird.threads.deadline import Deadline

DEFAULT_LIMITS = HttpLimits()


class Outgoing:
    """Opens connections for one source; shared by threads."""

    def __init__(
        self,
        allowed: AllowedTargets = DEFAULT_TARGETS,
        *,
        trusts_options: bool = False,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        resolve: Resolve = system_addresses,
    ) -> None:
        """Create a door.

        Args:
            allowed: What the administrator allows beside public addresses.
            trusts_options: Whether the administrator wrote the options of the source, so that every host that they name
                is allowed.
            max_response_bytes: Size limit of the body of an HTTP response, also when it is decompressed.
            resolve: Resolves host names.
        """
        self._allowed = allowed
        self._trusts_options = trusts_options
        self._max_response_bytes = max_response_bytes
        self._resolve = resolve
        self._clients: WeakSet[HttpClient] = WeakSet()

    def http_client(
        self,
        urls: Mapping[str, str],
        *,
        new_tls_context: Callable[[], ssl.SSLContext] = verified_tls_context,
        limits: HttpLimits = DEFAULT_LIMITS,
    ) -> HttpClient:
        """Create a client for the servers that options name; the first request opens a connection.

        Args:
            urls: URLs by the name of their option. Requests go to their origins only; a redirect is followed to other
                allowed hosts, without the headers of the request.
            new_tls_context: Returns the TLS context of a new connection.
            limits: The limits of a request.

        Raises:
            InvalidSource: A URL is no http or https URL, or its address is not allowed.
        """
        origins = frozenset(self._checked_origin(option, url) for option, url in urls.items())
        client = HttpClient(origins, self.connect, new_tls_context, limits, self._max_response_bytes)
        self._clients.add(client)
        return client

    def pause_seconds(self) -> float:
        """Return the seconds for which a server has asked not to send requests; the longest of several."""
        return max((client.throttle.remaining() for client in self._clients), default=0.0)

    def addresses(self, host: str, port: int, deadline: Deadline, *, is_named: bool = True) -> Sequence[str]:
        """Return the addresses of a host that connections may be made to, at least one.

        Args:
            host: A name or an address.
            port: The port.
            deadline: When to stop waiting for the resolver.
            is_named: Whether an option names the host; False if a server does.

        Raises:
            TargetNotAllowed: The administrator has not allowed it.
            OSError: The name has no address; TimeoutError at the deadline.
            ValueError: It can't be the name of a host.
        """
        found = resolved_addresses(host, port, deadline, self._resolve)
        if is_named and self._trusts_options:
            return found
        return self._allowed.allowed(Target.of(host, port), found, is_named=is_named)

    def check_named(self, option: str, host: str, port: int) -> None:
        """Check a host that an option names, as far as that is possible without resolving it.

        Raises:
            InvalidSource: It is an address that is not allowed.
        """
        if self._trusts_options or not is_address(host):
            return
        try:
            self._allowed.allowed(Target.of(host, port), (host,), is_named=True)
        except TargetNotAllowed as error:
            raise InvalidSource(f"{option}: {error.message}") from error

    def is_trusted(self, host: str, port: int) -> bool:
        """Return True if the administrator names a host, in a declared source or under its name in `outgoing.allow`.

        Only such a host may get a secret of the administrator, which the options of any client can refer to.
        """
        return self._trusts_options or self._allowed.has_host(Target.of(host, port))

    def connect(self, target: Target, timeout: float, *, is_named: bool) -> socket.socket:
        """Return a socket that is connected to the first address of a host that accepts.

        Args:
            target: The host.
            timeout: Seconds that this may take.
            is_named: Whether an option names the host.

        Raises:
            SourceUnavailable: The host is unknown, not allowed, refuses, or does not answer in time.
        """
        deadline = Deadline.after(timeout)
        failure = "it has no address"
        try:
            for address in self.addresses(target.host, target.port, deadline, is_named=is_named):
                try:
                    return _connected_socket(address, target.port, deadline)
                except OSError as error:
                    failure = _reason(error)
        except (OSError, ValueError) as error:
            failure = _reason(error)
        raise SourceUnavailable(f"can't connect to {target}: {failure}")

    def _checked_origin(self, option: str, url: str) -> Origin:
        try:
            origin = parse_url(url).origin
        except ValueError as error:
            raise InvalidSource(f"{option}: {error}") from error
        self.check_named(option, *origin.target)
        return origin


def _connected_socket(address: str, port: int, deadline: Deadline) -> socket.socket:
    connected = socket.create_connection((address, port), max(deadline.remaining(), 0.001))
    connected.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # or each request waits for an acknowledgement
    return connected


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return printable_excerpt(text) or type(error).__name__
