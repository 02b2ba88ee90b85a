"""The build of an index: what it records, and when it ends."""

import threading
import time

import pytest

from xivo_dird.backend import ReadReport, ReportedEntries, SourceUnavailable, TextMatch
from xivo_dird.index.builder import IndexBuilder
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.index.listed_entries import ListedEntries
from xivo_dird.index.shared_folder import SharedFolder

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
ADA = {"id": "1", "name": "Ada", "number": "11"}


@pytest.fixture
def build(tmp_path):
    """Return a function that builds an index; a reader is closed at the end."""
    readers = []

    def build_(entries, version="1", limits=DEFAULT_INDEX_LIMITS):
        files = IndexFiles(SharedFolder(tmp_path / "index"), SHAPE, threading.Event(), limits)
        readers.append(files.open_or_build(version, entries))
        return readers[-1]

    yield build_
    for reader in readers:
        reader.close()


def test_an_index_knows_when_it_was_built_and_how_long_that_took(build):
    started_at, started = time.time(), time.monotonic()
    facts = build(lambda: [ADA] * 3).facts
    assert 0 < facts.build_seconds <= time.monotonic() - started
    assert started_at <= facts.built_at <= time.time()
    assert (facts.version, facts.entries, facts.rows, facts.skipped) == ("1", 3, 3, 0)
    assert facts.skip_reason is None


def test_a_version_and_a_reason_may_be_any_text(build):
    entries = ReportedEntries([ADA], lambda: ReadReport(2, 1, "line \0\ud800"))
    facts = build(lambda: entries, version="1\0\ud800").facts
    assert facts.version == "1\U00100000\U0010d800"
    assert facts.skip_reason == "line \U00100000\U0010d800"


def test_a_build_that_is_aborted_before_it_begins_leaves_no_more_files(tmp_path):
    path = tmp_path / "index.part"
    listing = ListedEntries(lambda: [ADA], lambda: True, DEFAULT_INDEX_LIMITS, (path,))
    with pytest.raises(SourceUnavailable, match=r"^the source is being closed$"):
        IndexBuilder(SHAPE).build(path, "1", listing)
    assert [path.name for path in tmp_path.iterdir()] == ["index.part"]


def test_a_build_whose_files_become_too_large_ends_at_once(build, tmp_path):
    """What the plugin has opened is closed then, not when the garbage is collected."""
    events: list[object] = []

    def entries():
        try:
            for number in range(20):
                events.append(number)
                yield {"note": "x" * 3_000_000}
        finally:
            events.append("closed")

    listing = entries()
    with pytest.raises(
        SourceUnavailable, match=r"^its index is larger than 1000 bytes \(index\.max_bytes\)$"
    ):
        build(lambda: listing, limits=IndexLimits(max_bytes=1000))
    assert events[-1] == "closed"
    assert len(events) < 10
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["build.lock"]
