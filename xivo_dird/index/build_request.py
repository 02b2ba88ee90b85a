"""The requests to a process that builds an index or an order of it, and its result; all are pickled."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xivo_dird.backend import Caller, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.order_format import EntryKeys

NewBackend = Callable[[], SnapshotBackend[SourceOptions]]
"""Creates an instance of the backend in another process, so it must be possible to pickle it."""


@dataclass(frozen=True)
class BuildRequest:
    """The index that is to be built.

    Attributes:
        new_backend: Creates the backend.
        folder: The folder of the index.
        limits: The limits of the index.
        version: The version of the data.
        caller: The caller on whose behalf the entries are listed.
    """

    new_backend: NewBackend
    folder: Path
    limits: IndexLimits
    version: str
    caller: Caller | None


@dataclass(frozen=True)
class OrderRequest:
    """The order of the entries of an index that is to be built.

    Attributes:
        index: The file of the index.
        path: The file to create.
        keys: The keys of the entries.
        limits: The limits of the index.
    """

    index: Path
    path: Path
    keys: EntryKeys
    limits: IndexLimits


@dataclass(frozen=True)
class BuildResult:
    """How a build ended.

    Attributes:
        error: Why there is no index; None if there is one.
        retry_after: Seconds for which a server of the directory has asked not to be queried.
        records: What was logged.
    """

    error: SourceUnavailable | None = None
    retry_after: float = 0.0
    records: Sequence[logging.LogRecord] = ()
