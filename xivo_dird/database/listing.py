"""Queries for one page of a stored list (contract section 1.7)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from xivo_dird.listing import Listing, Page
from xivo_dird.text.matching import SearchTerm, TextMatch

RowT = TypeVar("RowT")
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | ColumnElement[str]

ESCAPE = "\\"


@dataclass(frozen=True)
class ListColumns:
    """The columns that a list can be sorted by, searched in and filtered by.

    Attributes:
        order: The columns to sort by, by the name that clients use; the first is the default.
        search: The columns that a search looks in.
        tie_breaker: The column that orders rows with equal values, so that pages never overlap.
        exact_filters: The columns that a filter compares exactly, by the name that clients use.
    """

    order: Mapping[str, Column]
    search: Collection[Column]
    tie_breaker: Column
    exact_filters: Mapping[str, Column] = field(default_factory=dict)


def find_page(session: Session, rows: Select[RowT], columns: ListColumns, listing: Listing) -> Page[RowT]:
    """Return the part of `rows` that `listing` requests."""
    matching = rows.where(*_conditions(session, rows, columns, listing))
    default = next(iter(columns.order.values()))
    order = columns.order.get(listing.order or "", default)
    page = (
        matching.order_by(
            order.desc().nulls_first() if listing.direction == "desc" else order.asc().nulls_last(),
            columns.tie_breaker,
        )
        .limit(listing.limit)
        .offset(listing.offset)
    )
    return Page(session.scalars(page).all(), _count(session, rows), _count(session, matching))


def _conditions(
    session: Session, rows: Select[RowT], columns: ListColumns, listing: Listing
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a listing. `%` and `_` are wildcards in a search; a backslash is ordinary text."""
    if listing.search is not None:
        pattern = f"%{listing.search.replace(ESCAPE, ESCAPE * 2)}%"
        literal = or_(*[column.ilike(pattern, escape=ESCAPE) for column in columns.search])
        others = rows.where(not_(func.coalesce(literal, False)))
        yield or_(
            literal, columns.tie_breaker.in_(_keys_of_spellings(session, others, columns, listing.search))
        )
    for name, value in listing.filters.items():
        yield columns.exact_filters[name] == value


def _keys_of_spellings(session: Session, rows: Select[RowT], columns: ListColumns, search: str) -> list[str]:
    """Return the tie breakers of the rows with a text in another spelling, which databases do not compare."""
    term = SearchTerm(search, TextMatch.CASE_INSENSITIVE, has_wildcards=True)
    found = session.execute(rows.with_only_columns(columns.tie_breaker, *columns.search))
    return [
        key
        for key, *texts in found
        if key is not None and term.is_contained([text for text in texts if text is not None])
    ]


def _count(session: Session, rows: Select[RowT]) -> int:
    return session.scalars(select(func.count()).select_from(rows.subquery())).one()
