"""GraphQL over HTTP (contract section 2.15): errors of fields are a 200, a query that is not executed a 400."""

from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import ConfigDict

from xivo_dird.view import JsonResponse, Query, RequestToken, Resource, Routes, Services, operation
from xivo_dird_views.graphql.request import (
    GraphqlBody,
    GraphqlRequest,
    UnusableRequest,
    read_body,
    read_fields,
)

_PARAMETERS = {"query": "query", "variables": "variables", "operation_name": "operationName"}


class GraphqlQuery(Query):
    """The query parameters, each as a text."""

    model_config = ConfigDict(alias_generator=_PARAMETERS.__getitem__)

    query: str | None = None
    variables: str | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class GraphqlAnswer:
    """The response: the data that the query names, and the errors of its fields; each only if there are some."""

    data: object = None
    errors: list[dict[str, object]] = field(default_factory=list)


class GraphqlResource(Resource):
    """The endpoint of queries; which permissions the token needs depends on the fields of the query."""

    @operation(
        "Answer a GraphQL query; the token needs the permission dird.graphql.<field> for each root field",
        acl=None,
        errors=(400,),
    )
    def get(self, token: RequestToken, query: GraphqlQuery) -> JsonResponse[GraphqlAnswer]:
        """Return the answer to the query in the query string."""
        try:
            request = read_fields(query.model_dump(by_alias=True))
        except UnusableRequest as error:
            return _refusal(error)
        return self._answer(request, token)

    @operation(
        "Answer a GraphQL query; the token needs the permission dird.graphql.<field> for each root field",
        acl=None,
        errors=(400,),
        only_reads=True,
    )
    def post(
        self, token: RequestToken, query: GraphqlQuery, body: GraphqlBody
    ) -> JsonResponse[GraphqlAnswer]:
        """Return the answer to the query in the body."""
        try:
            request = read_body(body, query.model_dump(by_alias=True))
        except UnusableRequest as error:
            return _refusal(error)
        return self._answer(request, token)

    def _answer(self, request: GraphqlRequest, token: RequestToken) -> JsonResponse[GraphqlAnswer]:
        # graphql-core takes 6 MB and 0.07 s: only daemons with such clients import it.
        from xivo_dird_views.graphql.context import QueryContext  # noqa: PLC0415
        from xivo_dird_views.graphql.execution import execute  # noqa: PLC0415

        answer = execute(request, QueryContext(token, self.services.reverse.answer_each))
        return JsonResponse(answer.body, answer.status)


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/graphql", GraphqlResource(services), "graphql")


def _refusal(error: UnusableRequest) -> JsonResponse[GraphqlAnswer]:
    return JsonResponse({"errors": [{"message": error.message}]}, HTTPStatus.BAD_REQUEST)
