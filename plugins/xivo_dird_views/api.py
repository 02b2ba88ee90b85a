"""The descriptions of the API: Swagger 2.0 (contract section 2.14) and OpenAPI 3.1; no token is required."""

import re
from collections.abc import Callable
from threading import Lock
from typing import Annotated

import orjson
import yaml

from xivo_dird.view import Header, Resource, Routes, Services, TextResponse, operation

_SCRIPT_NAME = re.compile(r"(?:/[\w.~-]+)*", re.ASCII)

_PREFIX_MARK = "/prefix-of-the-reverse-proxy"

Description = dict[str, object]
ScriptName = Annotated[str, Header("X-Script-Name")]


class YamlText(TextResponse):
    """A description as YAML."""

    content_type = "application/x-yaml"


class JsonText(TextResponse):
    """A description as JSON."""

    content_type = "application/json"


class _PlainDumper(yaml.SafeDumper):
    """Writes repeated parts again: many programs that read descriptions know no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        """Return True."""
        return True


def _to_yaml(description: Description) -> bytes:
    text: str = yaml.dump(description, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True)
    return text.encode()


class _Rendered:
    """A description that is rendered once, since that takes long and anybody may ask for it."""

    def __init__(
        self, describe: Callable[[str], Description], encode: Callable[[Description], bytes]
    ) -> None:
        """Render nothing yet.

        Args:
            describe: Returns the description for the path prefix of a reverse proxy, "" without one.
            encode: Encodes it.
        """
        self._describe = describe
        self._encode = encode
        self._lock = Lock()
        self._templates: dict[str, bytes] = {}

    def text(self, script_name: str) -> bytes:
        """Return the description for the header `X-Script-Name`, which is ignored if it is not a path."""
        proxy_prefix = script_name.rstrip("/")
        if not _SCRIPT_NAME.fullmatch(proxy_prefix):
            proxy_prefix = ""
        mark = _PREFIX_MARK if proxy_prefix else ""
        with self._lock:
            if mark not in self._templates:
                self._templates[mark] = self._encode(self._describe(mark))
        template = self._templates[mark]
        return template.replace(mark.encode(), proxy_prefix.encode()) if mark else template


class YamlResource(Resource):
    """A description as YAML."""

    def __init__(self, services: Services, describe: Callable[[str], Description]) -> None:
        """Initialize with a function that returns the description for a path prefix."""
        super().__init__(services)
        self._rendered = _Rendered(describe, _to_yaml)

    @operation("Describe this API", acl=None)
    def get(self, script_name: ScriptName) -> YamlText:
        """Return the description; its paths have the prefix of the reverse proxy, if any."""
        return YamlText(self._rendered.text(script_name))


class JsonResource(Resource):
    """A description as JSON."""

    def __init__(self, services: Services, describe: Callable[[str], Description]) -> None:
        """Initialize with a function that returns the description for a path prefix."""
        super().__init__(services)
        self._rendered = _Rendered(describe, orjson.dumps)

    @operation("Describe this API", acl=None)
    def get(self, script_name: ScriptName) -> JsonText:
        """Return the description; its paths have the prefix of the reverse proxy, if any."""
        return JsonText(self._rendered.text(script_name))


def register(routes: Routes, services: Services) -> None:
    """Add the resources: Swagger 2.0 for clients of the contract, OpenAPI 3.1 for newer programs."""
    routes.add("/api/api.yml", YamlResource(services, routes.describe_in_swagger), "api")
    routes.add("/api/openapi.yml", YamlResource(services, routes.describe))
    routes.add("/api/openapi.json", JsonResource(services, routes.describe))
