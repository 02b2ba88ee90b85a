"""Open sources: create the backend, its index or cache, and the format of the contacts."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
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
from xivo_dird.config.secret_reader import SecretReader, source_reader
from xivo_dird.directory.answer_cache import CachedBackend
from xivo_dird.directory.backend_adapter import BackendAdapter
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.listed_orders import ListedOrders
from xivo_dird.directory.query_adapter import QueryBackendAdapter
from xivo_dird.directory.snapshot_adapter import SnapshotBackendAdapter
from xivo_dird.directory.template import find_template_error
from xivo_dird.exceptions import (
    InvalidSource,
    PluginBoundary,
    SourceError,
    SourceUnavailable,
    describe_error,
)
from xivo_dird.index.build_request import NewBackend
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.folders import IndexFolders
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.user_snapshots import UserSnapshots
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.outgoing import Outgoing
from xivo_dird.sources.model import Source
from xivo_dird.threads.schedule import Schedule

logger = logging.getLogger(__name__)

MAX_USERS_AT_ONCE = 4
"""Maximum number of users of a source whose indexes are built or checked at the same time."""

NO_CONTACTS = StoredContacts()
"""The stored contacts of a daemon without a store."""


@dataclass(frozen=True)
class InstalledBackend:
    """A backend that sources can use, with its settings from the configuration."""

    backend: type[AnyBackend]
    settings: BackendSettings


class OpenedSource(NamedTuple):
    """An opened source.

    Attributes:
        backend: Answers its questions.
        contact_format: The format of its contacts.
        instance: The instance of the backend itself, which lists contacts.
    """

    backend: BackendAdapter
    contact_format: ContactFormat
    instance: AnyBackend


def _default_outgoing(is_declared: bool) -> Outgoing:
    return Outgoing(trusts_options=is_declared)


class SourceOpener:
    """Opens sources of the installed backends."""

    def __init__(
        self,
        backends: Mapping[str, InstalledBackend],
        state_directory: Path,
        contacts: StoredContacts = NO_CONTACTS,
        dial_plan_of: Callable[[str], DialPlan] = lambda _tenant_uuid: UNKNOWN_PLAN,
        owner: str = "unnamed",
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
        new_outgoing: Callable[[bool], Outgoing] = _default_outgoing,
        secrets_folder: Path | None = None,
    ) -> None:
        """Store what backends get from the daemon.

        Args:
            backends: The installed backends by name.
            state_directory: The folder of the indexes, which survive a restart; each source has a folder in it.
            contacts: The stored contacts that backends can read.
            dial_plan_of: Returns how numbers are dialled at a tenant. Called for each number, so it must not block.
            owner: Identifies the database with the sources, which decides which folders are still needed.
            index_limits: The limits of the indexes.
            new_outgoing: Returns the door of a source to other hosts, given whether the administrator declared it.
            secrets_folder: The folder with a folder per tenant, to whose files sources may refer; None: they may not.
        """
        self._backends = backends
        self._contacts = contacts
        self._dial_plan_of = dial_plan_of
        self._index_limits = index_limits
        self._new_outgoing = new_outgoing
        self._secrets_folder = secrets_folder
        self._orders = ListedOrders()
        self.folders = IndexFolders(state_directory, owner, index_limits.keep_user_seconds)

    def create_backend(self, source: Source) -> AnyBackend:
        """Create the backend instance of a source.

        Raises:
            InvalidSource: The options are invalid, or the backend is not installed and enabled.
            Exception: Whatever the backend raises, without the text of a secret that the options refer to.
        """
        installed = self._backends.get(source.backend)
        if installed is None:
            raise InvalidSource(f"no backend {source.backend!r} is installed and enabled")
        reader = source_reader(
            is_declared=source.provisioned,
            tenant_uuid=source.tenant_uuid,
            tenant_folder=self._secrets_folder,
        )
        options = _options(installed.backend, source, reader)
        environment = Environment(
            source.uuid,
            source.tenant_uuid,
            installed.settings,
            self.folders.path_of(source.uuid),
            self._contacts,
            lambda: self._dial_plan_of(source.tenant_uuid),
            self._new_outgoing(source.provisioned),
        )
        try:
            with PluginBoundary("creating the backend"):
                return installed.backend.of_options(options)(options, environment)
        except Exception as error:
            if not reader.has_read:
                raise
            raise _redacted(error, reader) from None

    def open(self, source: Source, schedule: Schedule) -> OpenedSource:
        """Open a source; this may block.

        Args:
            source: The source.
            schedule: Where its refreshes wait.

        Raises:
            InvalidSource: The options are invalid, or the backend is not installed and enabled, or of neither kind.
            Exception: Whatever the backend raises.
        """
        backend = self.create_backend(source)
        try:
            with PluginBoundary("opening the backend"):
                return self._open(source, backend, schedule)
        except Exception:
            with suppress(Exception), PluginBoundary("closing the backend"):
                backend.close()
            raise

    def _open(self, source: Source, backend: AnyBackend, schedule: Schedule) -> OpenedSource:
        columns = {**backend.default_format_columns, **backend.options.format_columns}
        _log_template_errors(source.name, columns)
        contact_format = ContactFormat(
            source.name, source.backend, backend.unique_column, columns, backend.is_personal
        )
        self.folders.mark(source.uuid)
        return OpenedSource(self._adapter(source, backend, schedule), contact_format, backend)

    def _adapter(self, source: Source, backend: AnyBackend, schedule: Schedule) -> BackendAdapter:
        if isinstance(backend, SnapshotBackend):
            return self._snapshot_adapter(source, backend, schedule)
        if not isinstance(backend, QueryBackend):
            raise InvalidSource(
                f"the backend {source.backend!r} is neither a SnapshotBackend nor a QueryBackend"
            )
        adapter, options = QueryBackendAdapter(backend, orders=self._orders), backend.options
        if isinstance(options, CachedOptions) and (options.cache_seconds or options.cache_nothing_seconds):
            return CachedBackend(adapter, options, is_caller_independent=backend.is_caller_independent)
        return adapter

    def _snapshot_adapter(
        self, source: Source, backend: SnapshotBackend[SourceOptions], schedule: Schedule
    ) -> SnapshotBackendAdapter:
        recipe = partial(self._recipe, source, backend)
        data, folder = DirectoryData(backend, recipe), self.folders.shared(source.uuid)
        if not backend.per_user:
            threads = SnapshotThreads.create(source.name, schedule)
            return SnapshotBackendAdapter(
                backend,
                Snapshot(data, folder, threads, index_limits=self._index_limits),
                threads,
                self._index_limits,
            )
        threads = SnapshotThreads.create(source.name, schedule, MAX_USERS_AT_ONCE)
        users = UserSnapshots(data, folder, threads, index_limits=self._index_limits)
        return SnapshotBackendAdapter(backend, users, threads, self._index_limits)

    def _recipe(self, source: Source, backend: SnapshotBackend[SourceOptions]) -> NewBackend:
        """Return how a backend is created in another process, where nothing else of the daemon is."""
        environment = backend.environment
        known = (
            environment.source_uuid,
            environment.tenant_uuid,
            environment.settings,
            environment.state_directory,
        )
        new_outgoing = partial(self._new_outgoing, source.provisioned)
        return partial(
            _new_backend, type(backend), backend.options, known, new_outgoing, environment.dial_plan()
        )


def _new_backend(
    kind: type[SnapshotBackend[SourceOptions]],
    options: SourceOptions,
    known: tuple[str, str, BackendSettings, Path],
    new_outgoing: Callable[[], Outgoing],
    plan: DialPlan,
) -> SnapshotBackend[SourceOptions]:
    """Create a backend that lists its entries, and has no contacts of the daemon."""
    return kind(options, Environment(*known, NO_CONTACTS, lambda: plan, new_outgoing()))


def _log_template_errors(source: str, format_columns: Mapping[str, str]) -> None:
    for column, template in format_columns.items():
        error = find_template_error(template)
        if error is not None:
            logger.warning("source %r: format_columns: %r is null: %s", source, column, error)


def _redacted(error: Exception, reader: SecretReader) -> SourceError:
    """Return an error of a backend without the secrets that were read for it."""
    if isinstance(error, SourceError):
        kind = InvalidSource if isinstance(error, InvalidSource) else SourceUnavailable
        return kind(reader.redacted(error.message))
    return SourceUnavailable(reader.redacted(describe_error(error)))


def _options(backend: type[AnyBackend], source: Source, reader: SecretReader) -> SourceOptions:
    try:
        return backend.Options.model_validate(source.named_options(), context=reader)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidSource(f"option {key}: {first['msg']}") from error
