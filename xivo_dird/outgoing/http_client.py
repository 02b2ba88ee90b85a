"""Sends the HTTP requests of one source."""

import socket
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import Protocol, Self

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ProtocolError

from xivo_dird.client_tls import verified_tls_context
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing.connections import NewTlsContext, new_pool
from xivo_dird.outgoing.errors import RequestFailed, describe_http_error
from xivo_dird.outgoing.limits import HttpLimits
from xivo_dird.outgoing.response import HttpResponse, check_head
from xivo_dird.outgoing.targets import Target, TargetNotAllowed
from xivo_dird.outgoing.throttle import Throttle
from xivo_dird.outgoing.urls import HttpUrl, Origin, Query, joined_url, parse_url
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
"""Methods that are repeated if the server has closed an idle connection (RFC 9110 section 9.2.2, RFC 3253)."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_SERVERS = 8
"""Maximum number of servers to which idle connections are kept; redirects may lead to many."""

DEFAULT_HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "xivo-dird"}
HEADERS_FOR_OTHERS = frozenset({"accept", "accept-language"})
"""Headers of a request that may also be sent to another server, by a redirect; the others may be secret."""


class ConnectTarget(Protocol):
    """Opens a socket: `Outgoing.connect`."""

    def __call__(self, target: Target, timeout: float, *, is_named: bool) -> socket.socket:
        """Return a connected socket."""


@dataclass(frozen=True)
class _Call:
    method: str
    url: HttpUrl
    target: str
    headers: Mapping[str, str]
    body: bytes | None

    def redirected(self, url: HttpUrl, status: int, *, is_named: bool) -> Self:
        """Return the call that a redirect asks for (RFC 9110 section 15.4)."""
        becomes_get = status == HTTPStatus.SEE_OTHER or (self.method == "POST" and status in {301, 302})
        method = "GET" if becomes_get and self.method != "HEAD" else self.method
        body = None if becomes_get else self.body
        if is_named:
            headers = self.headers
        elif body is None:
            headers = {
                name: value for name, value in self.headers.items() if name.lower() in HEADERS_FOR_OTHERS
            }
        else:
            raise RequestFailed(
                self.url.origin, f"redirects a {self.method} to another server ({url.origin})"
            )
        return type(self)(method, url, url.request_target(), headers, body)


class HttpClient:
    """Sends requests to the servers that the options of a source name; shared by threads.

    Raises:
        SourceUnavailable: From every request without a complete response within the limits; the message names the
            server. A response with any status is complete.
    """

    def __init__(
        self,
        origins: Collection[Origin],
        connect: ConnectTarget,
        new_tls_context: NewTlsContext,
        limits: HttpLimits,
        max_response_bytes: int,
    ) -> None:
        """Create a client; `Outgoing.http_client` does."""
        self._origins = frozenset(origins)
        self._connect = connect
        self._new_tls_context = new_tls_context
        self._limits = limits
        self._max_response_bytes = max_response_bytes
        self._lock = Lock()
        self._pools: OrderedDict[Origin, HTTPConnectionPool] = OrderedDict()
        self.throttle = Throttle()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            pools = [*self._pools.values()]
            self._pools.clear()
        for pool in pools:
            pool.close()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Query = (),
        deadline: Deadline = NO_DEADLINE,
    ) -> HttpResponse:
        """Send a GET request; see `request`."""
        return self.request("GET", url, headers=headers, query=query, deadline=deadline)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Query = (),
        body: bytes | None = None,
        deadline: Deadline = NO_DEADLINE,
    ) -> HttpResponse:
        """Send a request, follow redirects, and return the complete response, whatever its status is.

        Args:
            method: The method.
            url: An absolute URL of one of the client's servers; a password in it is sent as Basic authentication.
            headers: Further headers.
            query: Further parameters of the query.
            body: The body.
            deadline: When to give up, if that is before the timeout of the limits.

        Raises:
            Throttled: The server has asked for a pause (429, 503 with `Retry-After`).
            TargetNotAllowed: The administrator does not allow the address, or that of a redirect.
            SourceUnavailable: There is no complete response.
        """
        try:
            first = parse_url(url)
        except ValueError as error:
            raise SourceUnavailable(f"a link of the server is {error}") from error
        self.throttle.check(str(first.origin))
        if not self._is_named(first.origin):
            raise SourceUnavailable(f"a link leads to {first.origin}, which is not the configured server")
        authorization = {} if first.authorization is None else {"Authorization": first.authorization}
        sent = {**DEFAULT_HEADERS, **authorization, **(headers or {})}
        call = _Call(method, first, first.request_target(query), sent, body)
        response = self._follow(call, deadline.within(self._limits.timeout))
        if self._limits.obeys_throttling:
            self.throttle.record(response.status, response.headers)
        return response

    def _follow(self, first: _Call, deadline: Deadline) -> HttpResponse:
        """Return the first response that is no redirect."""
        server, call = first.url.origin, first
        for _ in range(self._limits.max_redirects + 1):
            try:
                response = self._exchange(call, deadline)
            except TargetNotAllowed as error:
                if call is first:
                    raise
                raise TargetNotAllowed(f"{server}: redirects to {call.url.origin}: {error}") from error
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or location is None or not self._limits.max_redirects:
                return response
            call = self._redirected(call, location, response.status)
        raise RequestFailed(server, f"redirects more than {self._limits.max_redirects} times")

    def _redirected(self, call: _Call, location: str, status: int) -> _Call:
        try:
            url = joined_url(f"{call.url.origin}{call.target}", location)
        except ValueError as error:
            raise RequestFailed(call.url.origin, f"redirects to {error}") from error
        if call.url.origin.scheme == "https" and url.origin.scheme == "http":
            raise RequestFailed(call.url.origin, f"redirects from https to http ({url.origin})")
        return call.redirected(url, status, is_named=self._is_named(url.origin))

    def _is_named(self, origin: Origin) -> bool:
        """Return True for a server of the options, also if it moves from http to the usual port of https."""
        if origin in self._origins:
            return True
        is_usual_https = origin == Origin("https", Target(origin.target.host, 443))
        return is_usual_https and any(origin.target.host == named.target.host for named in self._origins)

    def _exchange(self, call: _Call, deadline: Deadline) -> HttpResponse:
        try:
            return self._receive(call, deadline)
        except (HTTPError, OSError, ValueError) as error:
            raise RequestFailed(call.url.origin, describe_http_error(error, deadline.timeout)) from error

    def _receive(self, call: _Call, deadline: Deadline) -> HttpResponse:
        limit = self._max_response_bytes
        response = self._send_with_retry(call, deadline)
        try:
            check_head(str(call.url.origin), response)
            body = response.read(limit + 1)
        except BaseException:
            response.close()
            raise
        if len(body) > limit:
            response.close()
            raise RequestFailed(call.url.origin, f"answered more than {limit} bytes")
        response.release_conn()
        return HttpResponse(str(call.url.origin), response.status, response.headers, body)

    def _send_with_retry(self, call: _Call, deadline: Deadline) -> BaseHTTPResponse:
        try:
            return self._send(call, deadline)
        except ProtocolError:
            if call.method not in IDEMPOTENT_METHODS or deadline.is_expired:
                raise
        # The server has closed an idle connection; the others to it are probably closed, too.
        with self._lock:
            self._pools.pop(call.url.origin, None)
        return self._send(call, deadline)

    def _send(self, call: _Call, deadline: Deadline) -> BaseHTTPResponse:
        return self._pool(call.url.origin).urlopen(
            call.method,
            call.target,
            body=call.body,
            headers=call.headers,
            timeout=Timeout(total=max(deadline.remaining(), 0.001)),
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=True,
        )

    def _pool(self, origin: Origin) -> HTTPConnectionPool:
        with self._lock:
            pool = self._pools.get(origin)
            if pool is None:
                is_named = self._is_named(origin)
                pool = self._pools[origin] = new_pool(
                    origin.scheme,
                    origin.target,
                    partial(self._connect, is_named=is_named),
                    self._new_tls_context if is_named else verified_tls_context,
                    self._limits.max_idle_connections,
                )
            self._pools.move_to_end(origin)
            if len(self._pools) > MAX_SERVERS:
                self._pools.popitem(last=False)
            return pool
