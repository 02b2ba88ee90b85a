"""The limits of HTTP requests."""

from dataclasses import dataclass

DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """The limits of the requests of one client.

    Attributes:
        timeout: Seconds for a whole request, with its redirects and the body of the response.
        max_idle_connections: Number of connections to one server that are kept for the next requests.
        max_redirects: Number of redirects that are followed.
        obeys_throttling: Whether nothing is sent during a pause that the server asked for (429, `Retry-After`).
    """

    timeout: float = 10.0
    max_idle_connections: int = 4
    max_redirects: int = 5
    obeys_throttling: bool = True
