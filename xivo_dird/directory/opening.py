"""Makes what a source asks: the instance of its backend, its index or its cache, and its format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from xivo_dird.backend import (
    AnyBackend,
    BackendSettings,
    CachedOptions,
    Environment,
    QueryBackend,
    SnapshotBackend,
    SourceOptions,
    StoredContacts,
)
from xivo_dird.directory.answer_cache import CachedBackend
from xivo_dird.directory.asked_backend import AskedBackend, IndexedBackend, QueriedBackend
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.exceptions import InvalidSource
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.sources.model import Source

NO_CONTACTS = StoredContacts()


@dataclass(frozen=True)
class InstalledBackend:
    """A backend that sources can use, with the settings that the administrator gave it."""

    backend: type[AnyBackend]
    settings: BackendSettings


class OpenedSource(NamedTuple):
    """What a source asks, and how its entries become contacts."""

    backend: AskedBackend
    contact_format: ContactFormat


class SourceOpener:
    """Opens sources of the installed backends."""

    def __init__(
        self,
        backends: Mapping[str, InstalledBackend],
        state_directory: Path,
        contacts: StoredContacts = NO_CONTACTS,
        country_of: Callable[[str], str | None] = lambda _tenant_uuid: None,
    ) -> None:
        """Keep what backends get from the daemon.

        Args:
            backends: The installed ones by name.
            state_directory: Where indexes are kept over a restart, a folder per source.
            contacts: What backends may show.
            country_of: Returns the country of a tenant, from memory: it is called with every number.
        """
        self._backends = backends
        self._state_directory = state_directory
        self._contacts = contacts
        self._country_of = country_of

    def make_backend(self, source: Source) -> AnyBackend:
        """Make the instance of the backend of a source. Raises `InvalidSource` when its options can't work."""
        installed = self._backends.get(source.backend)
        if installed is None:
            raise InvalidSource(f"no backend {source.backend!r} is installed and enabled")
        options = _options(installed.backend, source)
        environment = Environment(
            source.uuid,
            source.tenant_uuid,
            installed.settings,
            self._folder(source),
            self._contacts,
            lambda: self._country_of(source.tenant_uuid),
        )
        return installed.backend(options, environment)

    def open(self, source: Source) -> OpenedSource:
        """Make what a source asks. It may wait, and raises whatever the backend raises."""
        backend = self.make_backend(source)
        columns = backend.options.format_columns
        contact_format = ContactFormat(
            source.name, source.backend, backend.unique_column, columns, backend.is_personal
        )
        return OpenedSource(self._asked_backend(source, backend), contact_format)

    def _asked_backend(self, source: Source, backend: AnyBackend) -> AskedBackend:
        if isinstance(backend, SnapshotBackend):
            return IndexedBackend(backend, Snapshot(backend, self._folder(source)))
        if not isinstance(backend, QueryBackend):
            problem = "is neither a SnapshotBackend nor a QueryBackend"
            raise InvalidSource(f"the backend {source.backend!r} {problem}")
        queried, options = QueriedBackend(backend), backend.options
        if isinstance(options, CachedOptions) and (options.cache_seconds or options.cache_nothing_seconds):
            return CachedBackend(queried, options, same_for_all=backend.same_for_all)
        return queried

    def _folder(self, source: Source) -> Path:
        return self._state_directory / source.uuid


def _options(backend: type[AnyBackend], source: Source) -> SourceOptions:
    try:
        return backend.Options.model_validate(source.named_options())
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidSource(f"option {key}: {first['msg']}") from error
