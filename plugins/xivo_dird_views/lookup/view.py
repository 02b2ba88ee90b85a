"""Lookup: everybody with a text, as the profile's display shows them (contract section 2.1)."""

from collections.abc import Collection, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from xivo_dird.displays.presentation import Result
from xivo_dird.exceptions import InvalidArgument
from xivo_dird.lookup.model import ArrivingAnswer, LookupOptions, Order, SourcePart
from xivo_dird.view import (
    Caller,
    ErrorFamily,
    Header,
    Lines,
    Query,
    Resource,
    Routes,
    Services,
    operation,
    prefers_lines,
)
from xivo_dird_views._contact_list import contact_list
from xivo_dird_views.lookup.merged_results import MergedResult, merged_results

Accept = Annotated[str, Header("Accept")]


class LookupQuery(Query):
    """What to look for, and what is wanted beyond the plain answer."""

    parsing_errors = True

    term: Annotated[str, Field(description="The text to look for; an empty one matches everybody.")]
    sources: Annotated[bool, Field(description="Tell what each source did.")] = False
    order: Annotated[
        Order,
        Field(description="Of the contacts within a source: its own, or whole words first, then beginnings."),
    ] = "source"
    limit: Annotated[
        int | None, Field(ge=1, description="The most results of the whole answer, the first in order.")
    ] = None
    t9: Annotated[
        bool, Field(description="Digits of the term may be letters, as they are typed on a keypad.")
    ] = False
    fuzzy: Annotated[
        bool, Field(description="If nobody has the term, find who has it but for a typing error.")
    ] = False
    merge: Annotated[
        bool, Field(description="Show what several sources have of one person as one result.")
    ] = False

    def options(self) -> LookupOptions:
        """Return how to look."""
        return LookupOptions(self.order, self.limit, self.t9, self.fuzzy, self.merge)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a client gets."""

    term: str
    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result] | list[MergedResult]


@dataclass(frozen=True, slots=True)
class LookupWithSources(Lookup):
    """The same with what each source did, in the order of the profile."""

    sources: list[SourcePart]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a streamed answer: what one source found, in the shape of a whole answer."""

    source: str
    backend: str
    term: str
    column_headers: list[str | None]
    column_types: list[str | None]
    results: list[Result]


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """The last line of a streamed answer: what each source did, in the order of the profile."""

    sources: list[SourcePart]


class LookupResource(Resource):
    """Looks up for the token's own user."""

    errors = ErrorFamily.LEGACY

    @operation("Find people by text", acl="dird.directories.lookup.{profile}.read", errors=(400, 404))
    def get(
        self, caller: Caller, profile: str, query: LookupQuery, accept: Accept
    ) -> Lookup | LookupWithSources | Lines[SourceLine | ClosingLine]:
        """Return who has the term."""
        return _lookup(self.services, caller, profile, query, accept)


class UserLookupResource(Resource):
    """Looks up for the user of the path; the token stays the caller's."""

    errors = ErrorFamily.MODERN

    @operation(
        "Find people by text, for a user",
        acl="dird.directories.lookup.{profile}.{user_uuid}.read",
        errors=(400, 404),
    )
    def get(
        self, caller: Caller, profile: str, user_uuid: str, query: LookupQuery, accept: Accept
    ) -> Lookup | LookupWithSources | Lines[SourceLine | ClosingLine]:
        """Return who has the term."""
        return _lookup(self.services, replace(caller, user_uuid=user_uuid), profile, query, accept)


def register(routes: Routes, services: Services) -> None:
    """Add both forms of the lookup."""
    routes.add("/directories/lookup/<profile>", LookupResource(services), "lookup")
    routes.add("/directories/lookup/<profile>/<user_uuid>", UserLookupResource(services), "lookup_user")


def _lookup(
    services: Services, caller: Caller, profile: str, query: LookupQuery, accept: str
) -> Lookup | Lines[SourceLine | ClosingLine]:
    if prefers_lines(accept):
        return _streamed(services, caller, profile, query)
    answer = services.lookup.lookup(caller, profile, query.term, query.options())
    marks = services.favorites.marks(caller, answer.profile)
    listed = contact_list(answer.profile, answer.contacts, marks)
    results: list[Result] | list[MergedResult] = listed.results
    if answer.people is not None:
        results = list(merged_results(listed.results, map(len, answer.people)))
    shown = (query.term, listed.column_headers, listed.column_types, results)
    return LookupWithSources(*shown, answer.parts) if query.sources else Lookup(*shown)


def _streamed(
    services: Services, caller: Caller, profile: str, query: LookupQuery
) -> Lines[SourceLine | ClosingLine]:
    """Return lines; an error in the request is raised before the first one."""
    if query.merge:
        problem = {"merge": "An answer in lines can't be merged: each source is shown as soon as it answers."}
        raise InvalidArgument("Invalid query arguments", problem)
    answer = services.lookup.arriving(caller, profile, query.term, query.options())
    marks = services.favorites.marks(caller, answer.profile)
    return Lines(_lines(answer, query.term, marks))


def _lines(
    answer: ArrivingAnswer, term: str, marks: Collection[tuple[str, str]]
) -> Generator[SourceLine | ClosingLine | None]:
    parts: dict[int, SourcePart] = {}
    with closing(answer.arrivals) as arrivals:
        for arrival in arrivals:
            if arrival is None:
                yield None
                continue
            part = parts[arrival.position] = arrival.part
            if part.status == "ok":
                shown = contact_list(answer.profile, arrival.contacts, marks)
                columns = (shown.column_headers, shown.column_types)
                yield SourceLine(part.name, part.backend, term, *columns, shown.results)
    yield ClosingLine([parts[position] for position in sorted(parts)])
