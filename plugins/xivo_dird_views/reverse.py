"""Reverse lookup: the contacts with one number (contract section 2.1), or with each of many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.model import SourcePart, source_part
from xivo_dird.reverse.model import (
    MAX_NUMBER_CHARACTERS,
    MAX_NUMBERS,
    ReverseAnswers,
    ReverseQuestion,
)
from xivo_dird.view import Caller, ErrorFamily, Query, Resource, Routes, Services, operation
from xivo_dird_views._caller_name import CallerNameResource, ExtenQuery


class ManyQuery(Query):
    """The query parameters of a reverse lookup of many numbers."""

    has_parsing_errors = True

    sources: Annotated[
        bool, Field(description="Add the outcome of each source; `late`: it had no time for some numbers.")
    ] = False


class Numbers(BaseModel):
    """The numbers to look for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    extens: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=MAX_NUMBER_CHARACTERS)], ...],
        Field(min_length=1, max_length=MAX_NUMBERS),
    ]


@dataclass(frozen=True, slots=True)
class Reverse:
    """The contact with the number; nulls and no fields if there is none."""

    exten: str
    display: object = None
    fields: Mapping[str, object] = field(default_factory=dict)
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ManyReverse:
    """The contacts with many numbers: one result per distinct number, in the order of the request."""

    results: list[Reverse]


@dataclass(frozen=True, slots=True)
class ManyReverseWithSources(ManyReverse):
    """The same with the outcome of each source that was waited for, in the order of the profile."""

    sources: list[SourcePart]


class ReverseResource(Resource):
    """The reverse lookup for the user in the path; only the errors of many numbers are modern."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "Find who has a number", acl="dird.directories.reverse.{profile}.{user_uuid}.read", errors=(400, 404)
    )
    def get(self, caller: Caller, profile: str, user_uuid: str, query: ExtenQuery) -> Reverse:
        """Return the contact with the number, or nulls."""
        contact = self.services.reverse.find(caller.for_user(user_uuid), profile, query.exten)
        return _result(query.exten, contact)

    @operation(
        "Find who has many numbers, for a user",
        acl="dird.directories.reverse.{profile}.{user_uuid}.read",
        errors=(400, 404),
        only_reads=True,
        error_family=ErrorFamily.MODERN,
    )
    def post(
        self, caller: Caller, profile: str, user_uuid: str, query: ManyQuery, body: Numbers
    ) -> ManyReverse | ManyReverseWithSources:
        """Return the contact with each number, or nulls."""
        return _find_many(self.services, caller.for_user(user_uuid), profile, query, body)


class ManyReverseResource(Resource):
    """The reverse lookup of many numbers for the token's user."""

    @operation(
        "Find who has many numbers",
        acl="dird.directories.reverse.{profile}.read",
        errors=(400, 404),
        only_reads=True,
    )
    def post(
        self, caller: Caller, profile: str, query: ManyQuery, body: Numbers
    ) -> ManyReverse | ManyReverseWithSources:
        """Return the contact with each number, or nulls."""
        return _find_many(self.services, caller, profile, query, body)


def register(routes: Routes, services: Services) -> None:
    """Add the resources, and the name alone for clients that prefer plain text."""
    routes.add(
        "/directories/reverse/<profile>/<id:user_uuid>",
        ReverseResource(services),
        "reverse",
        text=CallerNameResource(services),
    )
    routes.add("/directories/reverse/<profile>", ManyReverseResource(services), "reverse_many")


def _find_many(
    services: Services, caller: Caller, profile: str, query: ManyQuery, body: Numbers
) -> ManyReverse | ManyReverseWithSources:
    answers = services.reverse.answer_all(ReverseQuestion(caller, profile, body.extens))
    results = [_result(exten, answers.contacts.get(exten)) for exten in dict.fromkeys(body.extens)]
    return ManyReverseWithSources(results, list(_parts(answers))) if query.sources else ManyReverse(results)


def _result(exten: str, contact: Contact | None) -> Reverse:
    if contact is None:
        return Reverse(exten)
    return Reverse(exten, contact.fields.get("reverse"), contact.fields, contact.source)


def _parts(answers: ReverseAnswers) -> Iterator[SourcePart]:
    for source, outcome in zip(answers.sources, answers.outcomes, strict=True):
        if outcome is not None:
            part = source_part(source, outcome)
            yield replace(part, status="late") if outcome.is_cut else part
