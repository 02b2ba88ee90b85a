"""The exit statuses of the program. The unit in `contrib/` does not restart after those that a restart can't change."""

from enum import IntEnum

from xivo_dird.exceptions import DirdError, InvalidConfiguration, StoreUnusable


class ExitStatus(IntEnum):
    """What the status says; 64 and above as in `sysexits.h`."""

    STOPPED = 0
    FAILED = 1
    MISCONFIGURED = 2
    STORE_UNUSABLE = 65
    INTERRUPTED = 130

    @property
    def is_final(self) -> bool:
        """Return whether the next start would end in the same way."""
        return self in {ExitStatus.MISCONFIGURED, ExitStatus.STORE_UNUSABLE}


def status_of(error: DirdError) -> ExitStatus:
    """Return the exit status of a program that an error ends."""
    if isinstance(error, InvalidConfiguration):
        return ExitStatus.MISCONFIGURED
    return ExitStatus.STORE_UNUSABLE if isinstance(error, StoreUnusable) else ExitStatus.FAILED
