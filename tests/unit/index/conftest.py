"""A snapshot of a directory in memory for the tests of snapshots, and the tables of grams in memory."""

import sqlite3

import pytest

from index_factory import StandaloneSnapshot
from listed_people import Listing, RemoteListing, listing
from waiting import TIMEOUT
from xivo_dird.index.limits import SnapshotLimits
from xivo_dird.index.postings import GRAM_SCHEMA


@pytest.fixture
def people():
    return listing(Listing)


@pytest.fixture
def remote():
    return listing(RemoteListing)


@pytest.fixture
def open_snapshot(tmp_path):
    """Return a function that opens a snapshot with short pauses; close all snapshots after the test."""
    snapshots = []

    def open_snapshot(backend, max_wait=TIMEOUT, max_check=TIMEOUT, max_reads=3, min_pause=0.01):
        limits = SnapshotLimits(max_wait, min_pause, 2 * min_pause, max_check, max_reads)
        snapshot = StandaloneSnapshot(backend, tmp_path / "index", limits)
        snapshots.append((snapshot, backend))
        return snapshot

    yield open_snapshot
    for snapshot, backend in snapshots:
        backend.entries_gate.set()
        backend.version_gate.set()
        snapshot.close()


@pytest.fixture
def gram_tables():
    """Yield a connection to a database in memory with the empty tables of grams."""
    connection = sqlite3.connect(":memory:")
    for statement in GRAM_SCHEMA:
        connection.execute(statement)
    yield connection
    connection.close()
