"""How many files the process may open."""

import resource

from xivo_dird.exceptions import InvalidConfiguration

MIN_OPEN_FILES = 64
"""Files without which the daemon can't work: its modules, log, database, index files and a few connections."""


def check_open_files() -> None:
    """Raise the limit of open files as far as is needed.

    Raises:
        InvalidConfiguration: The process may not open that many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= MIN_OPEN_FILES:
        return
    if hard != resource.RLIM_INFINITY and hard < MIN_OPEN_FILES:
        raise InvalidConfiguration(
            f"the process may open {hard} files, but needs {MIN_OPEN_FILES}: raise `ulimit -n`, or LimitNOFILE= in "
            "the unit of systemd"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (MIN_OPEN_FILES, hard))
