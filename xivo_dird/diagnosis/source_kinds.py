"""What the backends of sources are, as far as their options decide it."""

from collections.abc import Collection, Mapping

from xivo_dird.backend import AnyBackend, SnapshotBackend, SourceOptions
from xivo_dird.exceptions import PluginBoundary
from xivo_dird.sources.model import Source


class SourceKinds:
    """Finds the class of the backend that answers for a source."""

    def __init__(self, backends: Mapping[str, type[AnyBackend]]) -> None:
        """Initialize with the class of each installed and enabled backend, by name."""
        self._backends = backends

    def is_snapshot(self, source: Source) -> bool:
        """Return whether all entries of a source are read and indexed."""
        backend = self._backend_of(source)
        return backend is not None and issubclass(backend, SnapshotBackend)

    def is_personal(self, source: Source) -> bool:
        """Return whether a source has contacts of single users."""
        backend = self._backend_of(source)
        return backend is not None and (
            backend.is_personal or (issubclass(backend, SnapshotBackend) and backend.per_user)
        )

    def is_stored(self, source: Source) -> bool:
        """Return whether a source has its contacts in the store."""
        backend = self._backend_of(source)
        return (backend is not None and backend.is_personal) or "phonebook_uuid" in source.options

    def fields_of(self, source: Source) -> Collection[str]:
        """Return the fields that entries of a source may have, if its backend names them."""
        backend = self._backend_of(source)
        return () if backend is None else backend.entry_fields

    def field_origins(self, source: Source) -> Mapping[str, str]:
        """Return what the options of a source read each field from; nothing if they can't be used."""
        backend = self._backends.get(source.backend)
        try:
            with PluginBoundary("naming the fields of the options"):
                return {} if backend is None else _parsed(backend, source).field_origins()
        except Exception:  # noqa: BLE001 - opening the source shows what is wrong with its options
            return {}

    def _backend_of(self, source: Source) -> type[AnyBackend] | None:
        """Return the class that answers for a source, which its options may decide; None: it is not installed."""
        backend = self._backends.get(source.backend)
        if backend is None:
            return None
        try:
            with PluginBoundary("choosing the class of the backend"):
                return backend.of_options(_parsed(backend, source))
        except Exception:  # noqa: BLE001 - opening the source shows what is wrong with its options
            return backend


def _parsed(backend: type[AnyBackend], source: Source) -> SourceOptions:
    return backend.Options.model_validate(source.named_options())
