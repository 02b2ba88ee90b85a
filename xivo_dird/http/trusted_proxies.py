"""WSGI middleware: what proxies say about a client counts only if a trusted one says it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from xivo_dird.client_address import parse_address

FROM_TRUSTED_PROXY = "xivo_dird.from_trusted_proxy"
"""Key of the WSGI environment: whether the request comes from a trusted proxy. No header can set it."""

FORWARDED_HOST = "HTTP_X_FORWARDED_HOST"
FORWARDED_PREFIX = "HTTP_X_FORWARDED_PREFIX"
FORWARDED_PROTO = "HTTP_X_FORWARDED_PROTO"
PROXY_URL = "HTTP_PROXY_URL"
SCHEMES = frozenset(("http", "https"))

_FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
_LISTS = (_FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PREFIX, FORWARDED_PROTO)
_ADDRESS_AND_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")
_MAX_CACHED_PEERS = 1024


class TrustedProxies:
    """Applies `X-Forwarded-*` of trusted proxies, and removes it from the requests of all other peers.

    Each header has the value that the last proxy has added, the trusted one. Host and prefix stay in the environment,
    where `public_url` checks them when a link needs them: Flask would fail for some of them.
    """

    def __init__(self, application: WSGIApplication, proxies: Sequence[IPv4Network | IPv6Network]) -> None:
        """Initialize with the application, and the networks of the trusted proxies."""
        self.app = application
        self._proxies = proxies
        self._is_trusted = lru_cache(_MAX_CACHED_PEERS)(self._is_proxy)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request."""
        is_trusted = self._is_trusted(environ.get("REMOTE_ADDR", ""))
        environ[FROM_TRUSTED_PROXY] = is_trusted
        if is_trusted:
            _apply(environ)
        else:
            for name in (*_LISTS, PROXY_URL):
                environ.pop(name, None)
        return self.app(environ, start_response)

    def _is_proxy(self, peer: str) -> bool:
        address = parse_address(peer)
        return address is not None and any(address in network for network in self._proxies)


def _apply(environ: WSGIEnvironment) -> None:
    """Set address and scheme of the client."""
    for name in _LISTS:
        if name in environ:
            environ[name] = environ[name].rpartition(",")[2].strip()
    if _FORWARDED_FOR in environ:
        environ["REMOTE_ADDR"] = _client_address(environ[_FORWARDED_FOR])
    if (scheme := environ.get(FORWARDED_PROTO, "").lower()) in SCHEMES:
        environ["wsgi.url_scheme"] = environ[FORWARDED_PROTO] = scheme


def _client_address(text: str) -> str:
    """Return the address in a value of `X-Forwarded-For`, without a port and an IPv6 zone.

    What is no address becomes "", which is in no network: the address of the proxy would give its client the rights
    of the proxy.
    """
    parts = _ADDRESS_AND_PORT.fullmatch(text)
    address = parse_address(((parts[1] or parts[2] or "") if parts else text).partition("%")[0])
    return "" if address is None else str(address)
