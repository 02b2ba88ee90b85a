"""The json_ws backend: a web service that answers JSON, as a list of entries or asked each question."""

from typing_extensions import override

from xivo_dird.backend import AnyBackend, Backend, InvalidSource, SourceOptions
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.queried import JsonWsQueryBackend, JsonWsUserQueryBackend, uses_user


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
        return JsonWsUserQueryBackend if uses_user(options) else JsonWsQueryBackend
