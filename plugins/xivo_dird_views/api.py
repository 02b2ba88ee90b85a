"""The descriptions of the API: Swagger 2.0 (contract section 2.14) and OpenAPI 3.1; no token is required."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, TypeVar

import yaml

from xivo_dird.view import Header, Resource, Routes, Services, TextResponse, operation

MAX_CACHED = 8
"""Maximum number of cached descriptions of one format: one per path prefix of a reverse proxy."""

_SCRIPT_NAME = re.compile(r"(?:/[\w.~-]+)*")

Description = dict[str, object]
ResultT = TypeVar("ResultT")
ScriptName = Annotated[str, Header("X-Script-Name")]


class YamlText(TextResponse):
    """A description as YAML."""

    content_type = "application/x-yaml"


class _PlainDumper(yaml.SafeDumper):
    """Writes repeated parts again: many programs that read descriptions know no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        """Return True."""
        return True


def _to_yaml(description: Description) -> str:
    return yaml.dump(description, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True)


def _by_script_name(create: Callable[[str], ResultT]) -> Callable[[str], ResultT]:
    """Return a function that caches what `create` returns for the path prefix of a reverse proxy.

    Its argument is the header `X-Script-Name`, which is ignored if it is not a path.
    """
    cached = lru_cache(MAX_CACHED)(create)

    def get(script_name: str) -> ResultT:
        proxy_prefix = script_name.rstrip("/")
        return cached(proxy_prefix if _SCRIPT_NAME.fullmatch(proxy_prefix) else "")

    return get


class YamlResource(Resource):
    """A description as YAML."""

    def __init__(self, services: Services, describe: Callable[[str], Description]) -> None:
        """Initialize with a function that returns the description for a path prefix."""
        super().__init__(services)
        self._text = _by_script_name(lambda proxy_prefix: _to_yaml(describe(proxy_prefix)))

    @operation("Describe this API", acl=None)
    def get(self, script_name: ScriptName) -> YamlText:
        """Return the description; its paths have the prefix of the reverse proxy, if any."""
        return YamlText(self._text(script_name))


class JsonResource(Resource):
    """A description as JSON."""

    def __init__(self, services: Services, describe: Callable[[str], Description]) -> None:
        """Initialize with a function that returns the description for a path prefix."""
        super().__init__(services)
        self._description = _by_script_name(describe)

    @operation("Describe this API", acl=None)
    def get(self, script_name: ScriptName) -> Description:
        """Return the description; its paths have the prefix of the reverse proxy, if any."""
        return self._description(script_name)


def register(routes: Routes, services: Services) -> None:
    """Add the resources: Swagger 2.0 for clients of the contract, OpenAPI 3.1 for newer programs."""
    routes.add("/api/api.yml", YamlResource(services, routes.describe_in_swagger), "api")
    routes.add("/api/openapi.yml", YamlResource(services, routes.describe))
    routes.add("/api/openapi.json", JsonResource(services, routes.describe))
