"""When sources that are read at intervals are read again: not all at the same moment."""

import time
from zlib import crc32


def refresh_interval(seconds: float, key: str) -> str:
    """Return the number of the current interval, which begins at another moment for each key.

    Args:
        seconds: The length of the intervals.
        key: Whose copy it is.
    """
    offset = crc32(key.encode("utf-8", "surrogatepass")) % seconds
    return str(int((time.time() + offset) // seconds))
