"""Browsing a large file without a term: sorting it once, then pages from anywhere, compared with searches."""

import time
from collections.abc import Iterator
from functools import partial

from daemons import Bench, csv_source, daemon, running, wait_until
from table import Row, at_most

from rows.lookup import latency
from servers.daemon import DaemonProcess

PAGE = 100
"""Contacts of a page, and of the answer of a search."""

BEGINS = ("a", "ba", "fo", "mi", "ro", "ta", "zu")
"""Texts at which pages begin: near the first, in the middle and near the last of all names."""

TERMS = ("an", "ba", "fo", "mi", "ro", "ta", "zu")
"""Terms that more than `PAGE` people have."""

_PAGES = tuple(f"/0.1/directories/browse/default?limit={PAGE}&from={begin}" for begin in BEGINS)
_SEARCHES = tuple(f"/0.1/directories/lookup/default?source_limit={PAGE}&term={term}" for term in TERMS)
_GROUPS = ("/0.1/directories/browse/default/groups",)


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the time until the first page, then pages and groups in turn with searches."""
    people = bench.people(bench.lines)
    contacts = f"{bench.lines:,} contacts"
    folder = bench.folder_with_index("browsing", bench.lines)
    with running(daemon(folder, [csv_source(people)]), people.terms[0]) as process:
        started_at = time.perf_counter()
        wait_until(partial(_is_sorted, process))
        yield at_most(30, f"first page of browsing, {contacts} (s)", time.perf_counter() - started_at)
        loads = [bench.load(process.port, paths) for paths in (_PAGES, _SEARCHES, _GROUPS)]
        pages, searches, groups = map(latency, bench.measure_in_turn(*loads))
    yield at_most(1.4, f"page of browsing over a search, {contacts} (ms)", pages, searches)
    yield at_most(0.7, f"groups of browsing over a search, {contacts} (ms)", groups, searches)


def _is_sorted(process: DaemonProcess) -> bool:
    _, answer = process.get("/directories/browse/default", limit=str(PAGE))
    return all(source["status"] == "ok" for source in answer["sources"])
