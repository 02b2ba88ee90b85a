"""When sources that are read at intervals are read again: not all at the same moment."""

import time
from typing import Annotated
from zlib import crc32

from pydantic import Field

from xivo_dird.backend import EXCLUDE_UNSET, NO_BOOLEAN

RefreshSeconds = Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET]
"""The option `refresh_seconds`: seconds between two reads, or between two looks for changes."""


def refresh_interval(seconds: float, key: str) -> str:
    """Return the number of the current interval, which begins at another moment for each key.

    Args:
        seconds: The length of the intervals.
        key: Whose copy it is.
    """
    offset = crc32(key.encode("utf-8", "surrogatepass")) % seconds
    return str(int((time.time() + offset) // seconds))
