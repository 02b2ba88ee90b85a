"""The results of several sources for one person, shown as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xivo_dird.displays.presentation import Result


@dataclass(frozen=True, slots=True)
class MergedSource:
    """Where a part of a merged result is from."""

    source: str
    backend: str
    source_entry_id: str | None


@dataclass(slots=True)
class MergedResult(Result):
    """One person: the first result, with what it lacks from the others; `merged` names all of them."""

    merged: list[MergedSource]


def merged_results(results: Iterable[Result], sizes: Iterable[int]) -> Iterator[MergedResult]:
    """Take as many of the results together as each of `sizes` says."""
    remaining = iter(results)
    for size in sizes:
        yield _as_one([next(remaining) for _ in range(size)])


def _as_one(results: Sequence[Result]) -> MergedResult:
    first = results[0]
    columns = zip(*(result.column_values for result in results), strict=True)
    named = [MergedSource(one.source, one.backend, one.relations.source_entry_id) for one in results]
    return MergedResult(list(map(_shown, columns)), first.relations, first.source, first.backend, named)


def _shown(values: Sequence[object]) -> object:
    """Answer the first value that is not empty, else the first."""
    return next((value for value in values if value is not None and value != ""), values[0])
