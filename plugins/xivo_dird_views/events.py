"""The event feed: the events of the bus over HTTP, for clients without access to the broker."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from xivo_dird.events.model import EventFilter, EventScope
from xivo_dird.view import MAX_INTEGER, Access, Query, Resource, Routes, Services, Storable, operation

WHOLE_TENANT_ACL = "dird.events.tenant.read"
MAX_PAGE_SIZE = 1000
MAX_NAMES = 100


def _check_names(names: str) -> str:
    if names.count(",") >= MAX_NAMES:
        raise PydanticCustomError("names", "More than {limit} event names.", {"limit": MAX_NAMES})
    return names


class EventsQuery(Query):
    """The query parameters of the feed.

    `after` is the cursor to read from: 0 for the oldest stored event, `now` for future events only. `names` are
    the event names to return, at most 100, separated by commas; empty for all. `wait` is the maximum number of
    seconds to wait for an event.
    """

    after: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | Literal["now"] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = 100
    names: Annotated[Storable, AfterValidator(_check_names)] = ""
    wait: Annotated[float, Field(ge=0, le=30)] = 0.0


@dataclass(frozen=True, slots=True)
class EventsAnswer:
    """Events in the order in which they happened, each as it is on the bus.

    A page of large events has fewer of them than requested. `next` is the cursor of the next request. `expired`:
    events after the given cursor have been removed; the client must read the resources again.
    """

    items: list[dict[str, object]]
    next: int
    expired: bool


class EventsResource(Resource):
    """The events of the token's user and, with `dird.events.tenant.read`, all events of the tenant."""

    @operation("Follow changes", acl="dird.events.read", errors=(400,))
    def get(self, access: Access, query: EventsQuery) -> EventsAnswer:
        """Return the next events, waiting for them if requested."""
        caller, events = access.caller, self.services.events
        scope = EventScope(
            caller.user_uuid, caller.tenant_uuid if access.has_permission(WHOLE_TENANT_ACL) else None
        )
        after = events.counters().recorded if query.after == "now" else query.after
        names = frozenset(filter(None, query.names.split(",")))
        owner = caller.user_uuid or caller.tenant_uuid
        page = events.find_or_wait(scope, EventFilter(after, query.limit, names), query.wait, owner)
        items = [events.to_envelope(recorded) for recorded in page.items]
        return EventsAnswer(items, page.next, page.expired)


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/events", EventsResource(services))
