"""An operation: one method of one resource. Its signature is its declaration, for requests and for OpenAPI alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, get_type_hints

from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.query import Query
from xivo_dird.http.signature import Answers, Method, Signature, answers_of

MethodT = TypeVar("MethodT", bound=Method)

CREATED, NO_CONTENT = 201, 204


@dataclass(frozen=True)
class Operation:
    """What an operation needs and returns.

    `acl` None: anybody may call it.
    """

    summary: str
    acl: str | None
    errors: tuple[int, ...]
    status: int
    for_master_tenant: bool
    takes: Signature
    answers: Answers


OPERATIONS: dict[Method, Operation] = {}
"""What was declared for each method."""


def operation(
    summary: str,
    *,
    acl: str | None,
    errors: Sequence[int] = (),
    status: int | None = None,
    for_master_tenant: bool = False,
    query: type[Query] | None = None,
    body: JsonBody | None = None,
    answer: type | None = None,
) -> Callable[[MethodT], MethodT]:
    """Declare a method of a resource by its signature.

    Annotations say what it takes: `Caller`, `UserCaller` or `Access` is who asks, a `Query` the query, the
    parameter `body` the JSON body (a model, `object` for any JSON) or a `CsvUpload`, `Annotated[str, Header(name)]` a
    header; all others are arguments of the path. What it returns is the answer: data that become JSON, a `Page` of
    them, `Text`, `Lines`, an `ImportAnswer`, None for an empty 204.

    Args:
        summary: What it does, for OpenAPI.
        acl: The right that its caller needs, with `{name}` for arguments of the path; None: anybody may call it.
        errors: The statuses that it may end with beside 401 and 503.
        status: The status of success, by default 200, or 204 for a method that returns None.
        for_master_tenant: Only tokens of the tenant that administers the installation may call it.
        query: Overrides the annotation, for resources whose types are made at run time.
        body: The same for the body.
        answer: The same for the answer, of a `Page` its items.

    Raises:
        TypeError: The signature can't be read; the message names the parameter.
    """

    def declare(method: MethodT) -> MethodT:
        hints = get_type_hints(method, include_extras=True)
        signature = Signature(method, hints, query, body)
        answers = answers_of(method, hints, answer)
        if acl is None and signature.has_caller:
            raise TypeError(f"{method.__qualname__}: an operation for anybody has no caller")
        returns_nothing = not any((answers.json, answers.lines, answers.texts))
        OPERATIONS[method] = Operation(
            summary=summary,
            acl=acl,
            errors=tuple(errors),
            status=status or (NO_CONTENT if returns_nothing else 200),
            for_master_tenant=for_master_tenant,
            takes=signature,
            answers=answers,
        )
        return method

    return declare
