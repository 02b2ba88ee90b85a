"""Merging of the results of several sources for one person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xivo_dird.displays.presentation import Result


@dataclass(frozen=True, slots=True)
class MergedSource:
    """The origin of a part of a merged result."""

    source: str
    backend: str
    source_entry_id: str | None


@dataclass(slots=True)
class MergedResult(Result):
    """One person: the first result, its empty columns filled from the others; `merged` lists all origins."""

    merged: list[MergedSource]


def merged_results(results: Iterable[Result], group_sizes: Iterable[int]) -> Iterator[MergedResult]:
    """Yield a merged result for each group of consecutive results.

    Args:
        results: All results, sorted by group.
        group_sizes: The number of results of each group.
    """
    remaining = iter(results)
    for size in group_sizes:
        yield _merge([next(remaining) for _ in range(size)])


def _merge(results: Sequence[Result]) -> MergedResult:
    first = results[0]
    columns = zip(*(result.column_values for result in results), strict=True)
    sources = [
        MergedSource(result.source, result.backend, result.relations.source_entry_id) for result in results
    ]
    return MergedResult(
        list(map(_first_non_empty, columns)), first.relations, first.source, first.backend, sources
    )


def _first_non_empty(values: Sequence[object]) -> object:
    """Return the first value that is not empty, or the first one if all are empty."""
    return next((value for value in values if value is not None and value != ""), values[0])
