"""The version of a file, which shows that it was changed."""

import os


def file_version(status: os.stat_result) -> str:
    """Return a text that changes whenever the file is replaced or written to."""
    return f"{status.st_dev}:{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
