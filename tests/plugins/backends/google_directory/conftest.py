"""Fixtures: the directory of a Google Workspace domain on a loopback port, and sources of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from servers.google_directory import SUBJECT, GoogleDirectoryServer
from xivo_dird.testing import TestedSource, open_source
from xivo_dird_backends.google_directory.backend import GoogleDirectoryBackend

OpenDirectory = Callable[..., AbstractContextManager[TestedSource]]

COLUMNS = {
    "searched_columns": ["name", "numbers", "department"],
    "first_matched_columns": ["numbers"],
}


class WatchfulGoogleDirectory(GoogleDirectoryBackend):
    """Looks often whether a refresh is due."""

    check_interval = 0.02


@pytest.fixture
def google() -> Iterator[GoogleDirectoryServer]:
    """Yield a Google with an empty directory."""
    with GoogleDirectoryServer() as server:
        yield server


@pytest.fixture
def open_directory(tmp_path: Path, google: GoogleDirectoryServer) -> OpenDirectory:
    """Return a function that opens a google_directory source, with further options."""

    def open_directory(**options: object) -> AbstractContextManager[TestedSource]:
        complete = {"service_account_key": google.key_file(), "subject": SUBJECT, **COLUMNS, **options}
        settings = {"endpoint": google.url, "token_uri": google.token_uri}
        return open_source(WatchfulGoogleDirectory, complete, tmp_path, settings)

    return open_directory
