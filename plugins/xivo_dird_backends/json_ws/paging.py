"""Lists that the service divides into pages."""

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from urllib.parse import urljoin

from xivo_dird.backend import HttpResponse, InvalidSource, PageGuard, RequestFailed, parse_url
from xivo_dird_backends.json_ws.answers import JsonAnswer
from xivo_dird_backends.json_ws.paths import JsonPath, describe_json, is_true
from xivo_dird_backends.json_ws.request_options import JsonPaging
from xivo_dird_backends.json_ws.requests import FilledRequest, RequestTemplate
from xivo_dird_backends.json_ws.templates import Values

NEEDED_VARIABLES: Mapping[str, frozenset[str]] = {
    "page": frozenset({"page"}),
    "offset": frozenset({"offset", "last"}),
    "cursor": frozenset({"cursor"}),
    "last_id": frozenset({"cursor"}),
}
"""The variables of which the request of a list must have one, by the kind of its paging."""

PAGING_VARIABLES = ("limit", "page", "offset", "last", "cursor")

_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_RELATION = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([\w-]+))""", re.IGNORECASE)

Fill = Callable[[Values], FilledRequest]
AskPage = Callable[[Fill, Values], tuple[HttpResponse, JsonAnswer]]
"""Sends the request of a page; returns the response and what it says."""


class _PageRequest:
    """Fills the request of a page, and remembers its URL: links in the answer are relative to it."""

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self.url = ""

    def __call__(self, values: Values) -> FilledRequest:
        filled = self._fill(values)
        self.url = filled.url
        return filled


class JsonPages:
    """Asks for one page after the other."""

    def __init__(self, template: RequestTemplate, paging: JsonPaging) -> None:
        """Check that the pages can be asked for.

        Raises:
            InvalidSource: The request lacks the variable that tells pages apart, or there is no path of a cursor.
        """
        needed = NEEDED_VARIABLES.get(paging.kind, frozenset())
        if needed and not needed & template.names:
            names = " or ".join(f"{{{name}}}" for name in sorted(needed, reverse=True))
            raise InvalidSource(f"{template.option}.paging: {paging.kind} needs {names} in the request")
        if paging.kind in {"cursor", "next_url", "last_id"} and paging.cursor is None:
            raise InvalidSource(f"{template.option}.paging.cursor: {paging.kind} needs it")
        self._template = template
        self._paging = paging
        self._cursor = None if paging.cursor is None else JsonPath(paging.cursor)
        self._more = None if paging.more is None else JsonPath(paging.more)
        self._total = None if paging.total is None else JsonPath(paging.total)

    def items(self, ask: AskPage, values: Values) -> Iterator[list[object]]:
        """Yield the items of each page.

        Args:
            ask: Sends a request.
            values: The values of the variables that are not about pages.

        Raises:
            SourceUnavailable: The pages have no end, repeat, or lead to another server.
        """
        paging, count, number = self._paging, 0, 0
        guard: PageGuard | None = None
        cursor: object = paging.start if paging.kind == "last_id" else None
        request = _PageRequest(self._template.fill)
        while True:
            page = {**values, **self._page_values(number, cursor)}
            response, answer = ask(request, page)
            guard = guard or PageGuard(response.server, paging.max_pages)
            count += len(answer.items)
            if count > paging.max_items:
                raise RequestFailed(response.server, f"has more than {paging.max_items} items: max_items")
            yield [*answer.items]
            following = self._next(response, answer, count, guard)
            if following is None:
                return
            number, cursor = number + 1, following
            if paging.kind in {"next_url", "link_header"}:
                request = self._follow(response, request.url, str(following))

    def _page_values(self, number: int, cursor: object) -> Values:
        size = self._paging.size
        return {
            "limit": size,
            "page": self._paging.start + number,
            "offset": number * size,
            "last": (number + 1) * size - 1,
            "cursor": cursor,
        }

    def _next(self, response: HttpResponse, answer: JsonAnswer, count: int, guard: PageGuard) -> object:
        """Return what leads to the next page, None after the last one."""
        paging = self._paging
        total = None if self._total is None else self._total.find(answer.tree)
        if not answer.items or (paging.short_page_ends and len(answer.items) < paging.size):
            return None
        if self._more is not None and not is_true(self._more.find(answer.tree)):
            return None
        if isinstance(total, int | float) and count >= total:
            return None
        if paging.kind in {"page", "offset"}:
            return guard.check(blake2b(response.body).hexdigest())
        found = self._link(response, answer)
        if found is None or found == "":
            return None
        guard.check(str(found))
        return found

    def _link(self, response: HttpResponse, answer: JsonAnswer) -> object:
        if self._paging.kind == "link_header":
            return next_link(response.headers.get("Link", ""))
        if self._cursor is None:
            return None
        is_last_id = self._paging.kind == "last_id"
        found = self._cursor.find(answer.items[-1] if is_last_id else answer.tree)
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            return found
        if is_last_id or self._more is not None or is_true(found):  # or the list would end too early
            cause = f"{self._cursor.text}, which leads to the next page, is {describe_json(found)}"
            raise RequestFailed(response.server, cause)
        return None

    def _follow(self, response: HttpResponse, base: str, link: str) -> _PageRequest:
        """Return what fills the request for a link, which must be one of the same server."""
        try:
            url = urljoin(base, link)
            server = str(parse_url(url).origin)
        except ValueError as error:
            raise RequestFailed(response.server, f"the link to the next page is {error}") from error
        if server != response.server:
            raise RequestFailed(response.server, f"the next page is on another server, {server}")
        return _PageRequest(lambda values: self._template.follow(url, values))


def next_link(header: str) -> str | None:
    """Return the link to the next page in a header `Link` (RFC 8288), None if there is none."""
    for link in _LINK.finditer(header):
        relations = _RELATION.search(link[2])
        if relations is not None and "next" in (relations[1] or relations[2] or "").lower().split():
            return link[1]
    return None
