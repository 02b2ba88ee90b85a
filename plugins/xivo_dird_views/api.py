"""The OpenAPI description of the API (contract section 2.14); no token is required."""

import re
from typing import Annotated

import yaml

from xivo_dird.view import Header, Resource, Routes, Services, TextResponse, operation

_SCRIPT_NAME = re.compile(r"(?:/[\w.~-]+)*")


class OpenApiDocument(TextResponse):
    """An OpenAPI document as YAML."""

    content_type = "application/x-yaml"


class ApiResource(Resource):
    """The description of all routes."""

    def __init__(self, services: Services, routes: Routes) -> None:
        """Initialize with the routes to describe."""
        super().__init__(services)
        self._routes = routes

    @operation("Describe this API", acl=None)
    def get(self, script_name: Annotated[str, Header("X-Script-Name")]) -> OpenApiDocument:
        """Return the description; its server URL has the path prefix of the reverse proxy, if any."""
        proxy_prefix = script_name.rstrip("/")
        description = self._routes.describe(proxy_prefix if _SCRIPT_NAME.fullmatch(proxy_prefix) else "")
        return OpenApiDocument(yaml.safe_dump(description, sort_keys=False, allow_unicode=True))


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/api/api.yml", ApiResource(services, routes), "api")
