"""The description of the API (contract section 2.14), for everybody."""

import re

from flask import current_app, request

from xivo_dird.view import Api, Config, Operation, Resource, Response, Services, document, operation, render

PREFIX = "/0.1"
_SCRIPT_NAME = re.compile(r"(?:/[\w.~-]+)*")


class ApiResource(Resource):
    """OpenAPI as YAML."""

    @operation(Operation("Describe this API", None, content_type="application/x-yaml", answer=str))
    def get(self) -> Response:
        """Answer the description; behind a reverse proxy its server URL has the proxy's prefix."""
        script_name = request.headers.get("X-Script-Name", "").rstrip("/")
        if not _SCRIPT_NAME.fullmatch(script_name):
            script_name = ""
        description = document(current_app, PREFIX, script_name + PREFIX)
        return Response(render(description), mimetype="application/x-yaml")


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(ApiResource, "/api/api.yml", endpoint="api")
