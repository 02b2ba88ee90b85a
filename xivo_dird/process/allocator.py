"""The memory allocator of the C library."""

import ctypes

M_ARENA_MAX = -8
"""Parameter of mallopt(3): the number of arenas."""

ARENAS = 2


def limit_arenas() -> None:
    """Limit the arenas from which threads get memory, where the C library has such (glibc); call it before any starts.

    By default each of many threads has its own. What others freed there is not used, so that the memory of the process
    grows for hours: in a soak of four minutes by 48 MB.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)
