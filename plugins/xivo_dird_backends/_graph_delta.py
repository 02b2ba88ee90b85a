"""Reads delta queries of Microsoft Graph: pages of what has changed, then a link for the next time."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count

from xivo_dird.backend import CursorRefused, Entry, PageGuard, SourceUnavailable, SyncPage
from xivo_dird_backends._cloud_answers import CloudRefused, as_it_is, listed_objects, next_page
from xivo_dird_backends._json_fields import JsonObject, json_text

RESET_CODES = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})
RESET_STATUSES = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Statuses with which a delta link is refused: it has expired, or the folder is gone, as in another mailbox."""

GetAnswer = Callable[[str], JsonObject]
"""Returns the answer to a link; raises `CloudRefused` if its status is not 2xx."""

Convert = Callable[[JsonObject], Entry | None]
"""Returns what is stored of an item, None for one that is left out."""


def delta_pages(
    answer: JsonObject, get: GetAnswer, server: str, convert: Convert = as_it_is
) -> Iterator[SyncPage]:
    """Yield the pages that begin with an answer. They may be empty; the last one has a delta link.

    Args:
        answer: The first answer.
        get: Requests the next ones.
        server: Where they come from, for errors.
        convert: What is stored of an item.

    Raises:
        CursorRefused: A link has expired.
        SourceUnavailable: The list is incomplete.
    """
    guard, numbers = PageGuard(server), count(1)
    while True:
        items = graph_items(answer, server)
        changes = [item_change(item, next(numbers), convert) for item in items]
        yield SyncPage(changes, json_text(answer.get("@odata.deltaLink")) or None)
        link = next_page(answer, "@odata.nextLink", server)
        if not link:
            return
        answer = followed_link(guard.check(link), get)


def graph_items(answer: JsonObject, server: str) -> list[JsonObject]:
    """Return the items of a page; one without any has an empty list.

    Raises:
        SourceUnavailable: It has no list, so nobody may be removed for not being in it.
    """
    if "value" not in answer:
        raise SourceUnavailable(f"{server} answered no list 'value'")
    return listed_objects(answer, "value", server)


def followed_link(link: str, get: GetAnswer) -> JsonObject:
    """Return the answer to a link of a delta query.

    Raises:
        CursorRefused: It has expired.
        SourceUnavailable: There is no answer.
    """
    try:
        return get(link)
    except CloudRefused as error:
        if error.status in RESET_STATUSES or {code.lower() for code in error.codes} & RESET_CODES:
            raise CursorRefused(f"the delta link has expired: {error}") from error
        raise


def item_change(item: JsonObject, number: int, convert: Convert = as_it_is) -> tuple[str, Entry | None]:
    """Return the change that an item stands for; `number` replaces a missing id."""
    key = json_text(item.get("id")) or f"#{number}"
    return key, None if "@removed" in item else convert(item)
