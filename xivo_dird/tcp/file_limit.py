"""How many files, and so connections, a process may have open."""

import resource


def max_open_files() -> int:
    """Raise the limit of open files to the hard limit, if that is finite, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    max_files = soft if hard == resource.RLIM_INFINITY else hard
    if soft < max_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max_files, hard))
    return max_files
