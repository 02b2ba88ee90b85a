"""Sends WebDAV requests with the credentials of a source, and follows redirects with the same method and body."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from xivo_dird.backend import (
    Deadline,
    HttpClient,
    HttpResponse,
    RequestFailed,
    parse_url,
    printable_excerpt,
)
from xivo_dird_backends.carddav.bodies import XML_HEADERS
from xivo_dird_backends.carddav.credentials import WebDavAccount
from xivo_dird_backends.carddav.multistatus import ERROR, MULTISTATUS, DavAnswer, MalformedXml, parse_answer

GONE_STATUSES = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
MAX_LOGINS = 3
"""Maximum number of times that a request is sent with other credentials: Basic, Digest, a fresh nonce."""


class UnusableAnswer(RequestFailed):
    """A server has answered, but not what was asked."""


class DavRefused(UnusableAnswer):
    """A server refuses a request.

    Attributes:
        status: The status of the answer.
        conditions: The names of the conditions that do not hold (RFC 4918 section 16).
    """

    def __init__(self, server: object, cause: str, status: int, conditions: Collection[str] = ()) -> None:
        """Create an error for a server, as its origin is written."""
        super().__init__(server, cause)
        self.status = status
        self.conditions = conditions


class LoginFailed(RequestFailed):
    """A server does not accept the credentials."""


class HostNotListed(RequestFailed):
    """A server leads to another one, which may not get the credentials."""


class Located(NamedTuple):
    """The URL that has answered, after redirects, and what it answered."""

    url: str
    answer: DavAnswer


class DavClient:
    """Sends requests to the servers of one source."""

    def __init__(
        self, client: HttpClient, urls: Collection[str], credentials: WebDavAccount, timeout: float
    ) -> None:
        """Store what is needed.

        Args:
            client: A client that follows no redirects.
            urls: The URLs whose servers may get the credentials.
            credentials: The credentials.
            timeout: Seconds for a request, with its redirects.
        """
        self._client = client
        self._origins = {parse_url(url).origin for url in urls}
        self._credentials = credentials
        self._timeout = timeout

    def propfind(self, url: str, depth: int, body: bytes) -> Located:
        """Return the properties of a resource, and of its members if the depth is 1.

        Raises:
            DavRefused: The server refuses the request.
            UnusableAnswer: It answers something else.
            SourceUnavailable: There is no answer.
        """
        return self._ask("PROPFIND", url, {"Depth": str(depth)}, body)

    def report(self, url: str, body: bytes) -> Located:
        """Return what a report says, which always has the depth 0; the errors are those of `propfind`."""
        return self._ask("REPORT", url, {"Depth": "0"}, body)

    def get(self, url: str) -> HttpResponse:
        """Return the answer to a GET request, whatever its status is."""
        return self._send("GET", url, {"Accept": "text/vcard, */*;q=0.5"}, None)[1]

    def resolve(self, base: str, link: str) -> str:
        """Return the URL that a link of a server leads to; its host and port are kept.

        Raises:
            SourceUnavailable: It is no URL of a server that may get the credentials.
        """
        try:
            url = urljoin(base, link)
            origin = parse_url(url).origin
        except ValueError as error:
            raise UnusableAnswer(parse_url(base).origin, f"it has a link that is {error}") from error
        named = {known.target.host for known in self._origins}
        is_upgraded = origin.scheme == "https" and origin.target.port == 443 and origin.target.host in named
        if origin not in self._origins and not is_upgraded:
            raise HostNotListed(
                parse_url(base).origin,
                f"it leads to {origin}, which is not the server of `url`; "
                f"to let it have the credentials, add {origin.target} to allowed_hosts",
            )
        return url

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Located:
        final, response = self._send(method, url, {**XML_HEADERS, **headers}, body)
        what = f"{response.status} to {method} {printable_excerpt(path_of(final))}"
        if response.status != HTTPStatus.MULTI_STATUS:
            conditions = _conditions(response)
            names = "".join(sorted(f", {name.rpartition('}')[2]}" for name in conditions))
            kind = printable_excerpt(response.headers.get("Content-Type", ""))
            detail = printable_excerpt(names) or (
                f", {kind}" if response.status < HTTPStatus.BAD_REQUEST else ""
            )
            raise DavRefused(response.server, f"answered {what}{detail}", response.status, conditions)
        try:
            answer = parse_answer(response.body)
        except MalformedXml as error:
            raise UnusableAnswer(
                response.server, f"answered {what} with XML that can't be used: {error}"
            ) from error
        if answer.root != MULTISTATUS:
            raise UnusableAnswer(response.server, f"answered {what} with XML of another kind")
        return Located(final, answer)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[str, HttpResponse]:
        deadline = Deadline.after(self._timeout)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._log_in(method, url, headers, body, deadline)
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or location is None:
                return url, response
            url = self.resolve(url, location)
        raise UnusableAnswer(parse_url(url).origin, f"redirects more than {MAX_REDIRECTS} times")

    def _log_in(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> HttpResponse:
        """Return the answer to a request, which is repeated if the server wants another scheme."""
        for _ in range(MAX_LOGINS):
            sent = {**headers, **self._credentials.headers(method, url)}
            response = self._client.request(method, url, headers=sent, body=body, deadline=deadline)
            if response.status != HTTPStatus.UNAUTHORIZED:
                return response
            if not self._credentials.learn(url, response.headers.get("WWW-Authenticate", "")):
                break
        cause = (
            "wrong user name or password"
            if self._credentials.are_given
            else "it needs a user name and password"
        )
        raise LoginFailed(parse_url(url).origin, f"answered 401 Unauthorized: {cause}")


def path_of(url: str) -> str:
    """Return the decoded path of a URL or path, with `\\xff` for a byte that is no UTF-8; another text as it is."""
    try:
        return unquote(parse_url(urljoin("http://host/", url)).path, errors="backslashreplace")
    except ValueError:
        return url


def _conditions(response: HttpResponse) -> Collection[str]:
    """Return the names of the conditions that an error names, none if it names none."""
    try:
        answer = parse_answer(response.body)
    except MalformedXml:
        return ()
    return answer.conditions if answer.root == ERROR else ()
