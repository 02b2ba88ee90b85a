"""Refreshes of large sources: what they cost lookups beside them, and what a few changes cost."""

from collections.abc import Iterator

from daemons import Bench
from large_directories import AddressBook, ChangedList, WholeList
from stand_in import Served, serving
from table import Row, at_most

from rows.refresh.lookups import latencies, running_with
from rows.refresh.served import ServedDirectory, address_book, json_list
from rows.refresh.sql import SqlDirectory

CHANGES = 100
MAX_RISE = 1.2
MAX_SHARE = 0.05


def rows(bench: Bench) -> Iterator[Row]:
    """Measure lookups while a large source is refreshed all the time, and refreshes of a few changes."""
    people = bench.people(bench.refreshed)
    count, changes = f"{people.lines:,}", f"{CHANGES} changes in {people.lines:,}"
    folder = bench.folder_of("refresh-sql")
    sql = SqlDirectory(folder / "people.db", people)
    with running_with(sql, bench, folder) as process:
        sql.wait_for_index(process)
        yield _rise(f"{count} SQL rows", latencies(bench, process, sql))
    with serving(Served(WholeList.__name__, people.file, CHANGES)) as server:
        items = ServedDirectory(server, json_list(server.url))
        with running_with(items, bench, bench.folder_of("refresh-list")) as process:
            items.seconds(process)
            yield _rise(f"{count} JSON items", latencies(bench, process, items))
    with serving(Served(ChangedList.__name__, people.file, CHANGES)) as server:
        items = ServedDirectory(server, json_list(server.url, has_changes=True))
        with running_with(items, bench, bench.folder_of("refresh-changes")) as process:
            yield _share(f"{changes} JSON items", items.seconds_of_changes(process))
            yield _rise(f"{changes} JSON items", latencies(bench, process, items))
    with serving(Served(AddressBook.__name__, people.file, CHANGES)) as server:
        book = ServedDirectory(server, address_book(server.url))
        with running_with(book, bench, bench.folder_of("refresh-book")) as process:
            yield _share(f"{changes} cards", book.seconds_of_changes(process))
            yield _rise(f"{changes} cards", latencies(bench, process, book))
            server.stop_reports()
            yield _rise(f"{count} cards", latencies(bench, process, book))


def _rise(what: str, measured: tuple[float, float]) -> Row:
    idle, refreshing = measured
    return at_most(MAX_RISE, f"lookup beside a refresh, {what}: p99 (ms)", refreshing, idle)


def _share(what: str, seconds: tuple[float, float]) -> Row:
    first, changes = seconds
    return at_most(MAX_SHARE, f"refresh, {what}, over all (s)", changes, first)
