"""The description of the API (contract section 2.14), for everybody."""

import re
from typing import Annotated

import yaml

from xivo_dird.view import Header, Resource, Routes, Services, Text, operation

_SCRIPT_NAME = re.compile(r"(?:/[\w.~-]+)*")


class OpenApiDocument(Text):
    """OpenAPI as YAML."""

    content_type = "application/x-yaml"


class ApiResource(Resource):
    """Everything that was added to the routes."""

    def __init__(self, services: Services, routes: Routes) -> None:
        """Describe `routes`."""
        super().__init__(services)
        self._routes = routes

    @operation("Describe this API", acl=None)
    def get(self, script_name: Annotated[str, Header("X-Script-Name")]) -> OpenApiDocument:
        """Return the description; behind a reverse proxy its server URL has the proxy's prefix."""
        prefix = script_name.rstrip("/")
        description = self._routes.describe(prefix if _SCRIPT_NAME.fullmatch(prefix) else "")
        return OpenApiDocument(yaml.safe_dump(description, sort_keys=False, allow_unicode=True))


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/api/api.yml", ApiResource(services, routes), "api")
