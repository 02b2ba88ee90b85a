"""Whatever the service does costs only its own entries, within the timeout."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from plugins.backends.network_faults import JsonNetworkFaults, ServerAddress
from servers.faulty_http import HttpAnswer, ReceivedRequest
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.json_ws.queried import JsonWsQueryBackend

PEOPLE = [{"id": 1, "name": "Rosalind", "number": "2045"}]


class JsonWsFaults(JsonNetworkFaults):
    """A source with a secret in a parameter and another one in a header."""

    term = "Rosalind"
    secrets = ("k3y-in-the-query", "pa55word")
    operations: ClassVar[Mapping[str, Any]] = {}

    def options_for(self, server: ServerAddress) -> dict[str, Any]:
        return {
            "url": server.url,
            "timeout": server.timeout,
            "verify_certificate": server.verify_certificate,
            "searched_columns": ["name"],
            "secrets": {"key": "k3y-in-the-query"},
            "headers": {"X-Password": "pa55word"},
            "query": {"key": "{secret.key}"},
            "items": "items",
            **self.operations,
        }

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        assert ("key", "k3y-in-the-query") in request.query
        assert request.headers["x-password"] == "pa55word"
        return HttpAnswer(body=json.dumps({"items": PEOPLE}).encode())


class TestAsked(JsonWsFaults):
    backend = JsonWsQueryBackend
    operations: ClassVar[Mapping[str, Any]] = {"search": {"path": "people", "query": {"q": "{term}"}}}


class TestListedByPost(JsonWsFaults):
    backend = JsonWsSnapshotBackend
    operations: ClassVar[Mapping[str, Any]] = {
        "list": {"path": "people", "method": "POST", "body": {"limit": "{limit}"}}
    }


class TestLogin(JsonWsFaults):
    """Only the request of the login fails."""

    backend = JsonWsQueryBackend
    faulty_path = "/token"
    operations: ClassVar[Mapping[str, Any]] = {
        "search": {"path": "people", "query": {"q": "{term}"}},
        "auth": {
            "type": "login",
            "session_seconds": 1,
            "steps": [
                {
                    "path": "token",
                    "headers": {"X-Password": "pa55word"},
                    "query": {"key": "{secret.key}"},
                    "keep": {"token": "token"},
                }
            ],
        },
    }

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        if request.path == "/token":
            return HttpAnswer(body=b'{"token": "t"}')
        return super().respond(request)
