"""The json_ws backend: a web service that answers JSON, as a list of entries or asked each question."""

import re

from typing_extensions import override

from xivo_dird.backend import AnyBackend, Backend, InvalidSource, SourceOptions
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.queried import JsonWsQueryBackend, JsonWsUserQueryBackend

_USER = re.compile(r"\{[^{}]*\buser\b[^{}]*\}")


class JsonWsBackend(Backend[JsonWsOptions]):
    """Chooses the class of a source: one with `search` or `reverse` asks each question, others have a list."""

    Options = JsonWsOptions
    Settings = CertificateSettings

    @classmethod
    @override
    def of_options(cls, options: SourceOptions) -> type[AnyBackend]:
        """Return the class for the operations of a source."""
        if not isinstance(options, JsonWsOptions):
            raise InvalidSource(f"the json_ws backend was given {type(options).__name__} as its options")
        if options.search is None and options.reverse is None:
            return JsonWsSnapshotBackend
        return JsonWsUserQueryBackend if _uses_user(options) else JsonWsQueryBackend


def _uses_user(options: JsonWsOptions) -> bool:
    """Return True if a request has `{user}`."""
    requests = [request for request in (options.search, options.reverse, options.get) if request is not None]
    secrets = [
        text
        for headers in (options.headers, *(each.headers for each in requests))
        for text in headers.values()
    ]
    texts = [*(text.get_secret_value() for text in secrets), repr(options.query), *map(repr, requests)]
    return any(_USER.search(text) for text in texts)
