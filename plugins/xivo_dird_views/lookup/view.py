"""Lookup: all contacts that match a text, in the columns of the profile's display (contract section 2.1)."""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from pydantic import Field

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.presentation import Result
from xivo_dird.lookup.model import ContactPosition, LookupOptions, Order, SourcePart, StreamedAnswer
from xivo_dird.view import (
    CUT,
    Caller,
    ErrorFamily,
    Header,
    NdjsonResponse,
    Query,
    Resource,
    Routes,
    Services,
    operation,
    prefers_ndjson,
)
from xivo_dird_views._contact_list import display_contacts
from xivo_dird_views.lookup.merged_results import MergedResult, merged_results

SamePeople = Callable[[Mapping[int, Sequence[Contact]]], list[list[ContactPosition]]]
"""Returns the contacts that are one person, see `LookupService.same_people`."""

Accept = Annotated[str, Header("Accept")]


class LookupQuery(Query):
    """The query parameters of a lookup."""

    has_parsing_errors = True

    term: Annotated[str, Field(description="The text to look for; an empty one matches all contacts.")]
    sources: Annotated[bool, Field(description="Add the outcome of each source.")] = False
    order: Annotated[
        Order,
        Field(description="The order within a source: its own, or whole-word matches before prefix matches."),
    ] = "source"
    limit: Annotated[
        int | None,
        Field(
            ge=1,
            description="Maximum number of results of the whole response.",
        ),
        CUT,
    ] = None
    source_limit: Annotated[
        int | None,
        Field(
            ge=1,
            description="Maximum number of contacts of a source: the first ones in its order."
            " A source that has more is `truncated`.",
        ),
        CUT,
    ] = None
    t9: Annotated[
        bool, Field(description="Digits of the term may stand for letters, as typed on a phone keypad.")
    ] = False
    fuzzy: Annotated[
        bool, Field(description="If no contact matches, find contacts that differ by a typing error.")
    ] = False
    merge: Annotated[
        bool, Field(description="Merge the results of several sources for one person into one result.")
    ] = False

    def options(self, *, has_counts: bool) -> LookupOptions:
        """Return the options for the lookup service.

        Args:
            has_counts: Whether the response has the number of contacts of each source. If not, and nothing is sorted or
                merged, no contact of a source beyond `limit` can be in the response.
        """
        needs_all = has_counts or self.merge or self.order != "source"
        limits = [self.source_limit, None if needs_all else self.limit]
        max_contacts = min((limit for limit in limits if limit is not None), default=None)
        return LookupOptions(self.order, self.limit, self.t9, self.fuzzy, self.merge, max_contacts)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The response to a lookup."""

    term: str
    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result] | list[MergedResult]


@dataclass(frozen=True, slots=True)
class LookupWithSources(Lookup):
    """The response to a lookup, with the outcome of each source in the order of the profile."""

    sources: list[SourcePart]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a streamed response: the results of one source, in the form of a whole response."""

    source: str
    backend: str
    term: str
    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result]


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """The last line of a streamed response: the outcome of each source, in the order of the profile."""

    sources: list[SourcePart]


@dataclass(frozen=True, slots=True)
class ResultPosition:
    """A result in the last line of a source: the name of the source, and the index among its results."""

    source: str
    result: int


@dataclass(frozen=True, slots=True)
class MergingLine(ClosingLine):
    """The last line with `merge`: also the results that are one person, for each person with several results."""

    people: list[list[ResultPosition]]


class LookupResource(Resource):
    """The lookup for the token's user."""

    error_family = ErrorFamily.LEGACY

    @operation("Find people by text", acl="dird.directories.lookup.{profile}.read", errors=(400, 404))
    def get(
        self, caller: Caller, profile: str, query: LookupQuery, accept: Accept
    ) -> Lookup | LookupWithSources | NdjsonResponse[SourceLine | ClosingLine | MergingLine]:
        """Return the contacts that match the term."""
        return _lookup(self.services, caller, profile, query, accept)


class UserLookupResource(Resource):
    """The lookup for the user in the path, with the token of the caller."""

    error_family = ErrorFamily.MODERN

    @operation(
        "Find people by text, for a user",
        acl="dird.directories.lookup.{profile}.{user_uuid}.read",
        errors=(400, 404),
    )
    def get(
        self, caller: Caller, profile: str, user_uuid: str, query: LookupQuery, accept: Accept
    ) -> Lookup | LookupWithSources | NdjsonResponse[SourceLine | ClosingLine | MergingLine]:
        """Return the contacts that match the term."""
        return _lookup(self.services, caller.for_user(user_uuid), profile, query, accept)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/directories/lookup/<profile>", LookupResource(services), "lookup")
    routes.add("/directories/lookup/<profile>/<id:user_uuid>", UserLookupResource(services), "lookup_user")


def _lookup(
    services: Services, caller: Caller, profile: str, query: LookupQuery, accept: str
) -> Lookup | NdjsonResponse[SourceLine | ClosingLine | MergingLine]:
    if prefers_ndjson(accept):
        return _stream(services, caller, profile, query)
    answer = services.lookup.lookup(caller, profile, query.term, query.options(has_counts=query.sources))
    favorites = services.favorites.marks(caller, answer.profile, answer.deadline)
    displayed = display_contacts(answer.profile, answer.contacts, favorites)
    results: list[Result] | list[MergedResult] = displayed.results
    if answer.people is not None:
        results = list(merged_results(displayed.results, map(len, answer.people)))
    response = (query.term, displayed.column_headers, displayed.column_types, results)
    return LookupWithSources(*response, answer.parts) if query.sources else Lookup(*response)


def _stream(
    services: Services, caller: Caller, profile: str, query: LookupQuery
) -> NdjsonResponse[SourceLine | ClosingLine | MergingLine]:
    """Return a streamed response; errors in the request are raised before its first line."""
    answer = services.lookup.stream(caller, profile, query.term, query.options(has_counts=True))
    favorites = services.favorites.marks(caller, answer.profile)
    same_people = partial(services.lookup.same_people, answer) if query.merge else None
    return NdjsonResponse(_lines(answer, query.term, favorites, same_people))


def _lines(
    answer: StreamedAnswer, term: str, favorites: Collection[tuple[str, str]], same_people: SamePeople | None
) -> Generator[SourceLine | ClosingLine | None]:
    parts: dict[int, SourcePart] = {}
    found: dict[int, Sequence[Contact]] = {}
    with closing(answer.source_results) as source_results:
        for source_result in source_results:
            if source_result is None:
                yield None
                continue
            part = parts[source_result.position] = source_result.part
            found[source_result.position] = source_result.contacts
            if part.status == "ok":
                displayed = display_contacts(answer.profile, source_result.contacts, favorites)
                columns = (displayed.column_headers, displayed.column_types)
                yield SourceLine(part.name, part.backend, term, *columns, displayed.results)
    sources = [parts[position] for position in sorted(parts)]
    if same_people is None:
        yield ClosingLine(sources)
        return
    people = [
        [ResultPosition(parts[contact.source].name, contact.result) for contact in person]
        for person in same_people(found)
    ]
    yield MergingLine(sources, people)
