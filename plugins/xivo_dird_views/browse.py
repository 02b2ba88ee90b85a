"""Browsing: all contacts of a profile in one order, a part at a time, and the groups of the whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from xivo_dird.browsing.model import BrowseOptions, CountedGroup, GroupKind, GroupStart
from xivo_dird.displays.presentation import Result
from xivo_dird.lookup.model import SourcePart
from xivo_dird.view import PLAIN_DIGITS, Caller, ErrorFamily, Query, Resource, Routes, Services, operation
from xivo_dird_views._contact_list import display_contacts

MAX_RESULTS = 500

_ACL = "dird.directories.lookup.{profile}.read"
"""That of lookups: an empty term finds all contacts."""

_By = Annotated[
    str,
    Field(
        description="The field of a column by which contacts are sorted; by default, that of the column of type"
        " `name`, or else the first one."
    ),
]


class GroupsQuery(Query):
    """The order of the list whose groups are counted, and their kind."""

    has_parsing_errors = True

    by: _By = ""
    kind: Annotated[
        GroupKind | None,
        Field(
            description="What contacts of a group have in common: a first letter or a value. By default, a value"
            " unless there are many; then a letter in any case."
        ),
    ] = None


class BrowseQuery(Query):
    """The order of the list, the position in it, and the number of contacts."""

    has_parsing_errors = True

    by: _By = ""
    begin: Annotated[
        str,
        Field(alias="from", description="Begin at the first contact whose value is at or after this text."),
    ] = ""
    after: Annotated[
        str,
        Field(
            description="Begin here: `next` of an answer, or `after` of a group. Not together with `from`."
        ),
    ] = ""
    limit: Annotated[
        int, Field(ge=1, le=MAX_RESULTS, description="Maximum number of results."), PLAIN_DIGITS
    ] = 100
    kind: Annotated[
        GroupKind, Field(description="What contacts of a group have in common: a first letter or a value.")
    ] = "initials"

    def options(self) -> BrowseOptions:
        """Return the options for the browsing service."""
        return BrowseOptions(self.by, self.begin, self.after, self.limit, self.kind)


@dataclass(frozen=True, slots=True)
class BrowsedContacts:
    """A part of the list; `column_fields` has what `by` may be, null for a column that nothing can be sorted by."""

    by: str
    column_headers: list[str | None]
    column_types: list[str | None]
    column_fields: Sequence[str | None]
    results: list[Result]
    groups: Sequence[GroupStart]
    next: str | None
    sources: Sequence[SourcePart]


@dataclass(frozen=True, slots=True)
class ListGroups:
    """The groups of the whole list, in its order, with the number of their contacts."""

    by: str
    kind: GroupKind
    items: Sequence[CountedGroup]
    sources: Sequence[SourcePart]


class BrowseResource(Resource):
    """The list of all contacts."""

    error_family = ErrorFamily.LEGACY

    @operation("List the people of a profile in an order", acl=_ACL, errors=(400, 404))
    def get(self, caller: Caller, profile: str, query: BrowseQuery) -> BrowsedContacts:
        """Return the contacts that come next."""
        answer = self.services.browsing.browse(caller, profile, query.options())
        favorites = self.services.favorites.marks(caller, answer.profile, answer.deadline)
        displayed = display_contacts(answer.profile, answer.contacts, favorites)
        return BrowsedContacts(
            answer.by,
            displayed.column_headers,
            displayed.column_types,
            answer.fields,
            displayed.results,
            answer.groups,
            answer.next,
            answer.parts,
        )


class BrowseGroupsResource(Resource):
    """The groups of all contacts."""

    error_family = ErrorFamily.LEGACY

    @operation("Count the people of a profile by first letter or by value", acl=_ACL, errors=(400, 404))
    def get(self, caller: Caller, profile: str, query: GroupsQuery) -> ListGroups:
        """Return the groups, in the order of the list."""
        answer = self.services.browsing.count_groups(caller, profile, query.by, query.kind)
        return ListGroups(answer.by, answer.kind, answer.groups, answer.parts)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/directories/browse/<profile>", BrowseResource(services), "browse")
    routes.add("/directories/browse/<profile>/groups", BrowseGroupsResource(services), "browse_groups")
