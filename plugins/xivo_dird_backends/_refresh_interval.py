"""When sources that are read at intervals are read again: not all at the same moment."""

import time
from typing import Annotated, TypeVar
from zlib import crc32

from pydantic import Field
from typing_extensions import override

from xivo_dird.backend import (
    EXCLUDE_UNSET,
    NO_BOOLEAN,
    Caller,
    Environment,
    SnapshotBackend,
    SourceOptions,
)

RefreshSeconds = Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET]
"""The option `refresh_seconds`: seconds between two reads, or between two looks for changes."""

OptionsT = TypeVar("OptionsT", bound=SourceOptions)


def refresh_interval(seconds: float, key: str) -> str:
    """Return the number of the current interval, which begins at another moment for each key.

    Args:
        seconds: The length of the intervals.
        key: Whose copy it is.
    """
    offset = crc32(key.encode("utf-8", "surrogatepass")) % seconds
    return str(int((time.time() + offset) // seconds))


class RefreshedBackend(SnapshotBackend[OptionsT]):
    """Is read again once in an interval, which begins at another moment for each source, and for each user."""

    def __init__(self, options: OptionsT, environment: Environment, refresh_seconds: float) -> None:
        """Store the options; nothing is read yet."""
        super().__init__(options, environment)
        self.check_interval = min(self.check_interval, refresh_seconds)
        self._refresh_seconds = refresh_seconds

    @override
    def version(self, caller: Caller | None) -> str:
        """Return the number of the interval."""
        user = None if caller is None else caller.user_uuid
        return refresh_interval(self._refresh_seconds, user or self.environment.source_uuid)

    @override
    def is_version_blocking(self) -> bool:
        """Return False: only the clock is read."""
        return False
