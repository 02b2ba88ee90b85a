"""A part of a stored list, found by the database itself (contract section 1.7)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from xivo_dird.listing import Listing, Page

RowT = TypeVar("RowT")
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None] | ColumnElement[str]

ESCAPE = "\\"
MAX_INTEGER = 2**63 - 1
"""The databases count no further."""


@dataclass(frozen=True)
class Columns:
    """What a list is ordered by (the first where no other one is named), searched in and filtered on exactly.

    `tie` decides between rows of equal order, so that pages never overlap.
    """

    order: Mapping[str, Column]
    search: Collection[Column]
    tie: Column
    exact: Mapping[str, Column] = field(default_factory=dict)


def find_page(session: Session, rows: Select[RowT], columns: Columns, listing: Listing) -> Page[RowT]:
    """Find the wanted part of `rows`."""
    wanted = rows.where(*_conditions(columns, listing))
    default = next(iter(columns.order.values()))
    order = columns.order.get(listing.order or "", default)
    part = (
        wanted.order_by(
            order.desc().nulls_first() if listing.direction == "desc" else order.asc().nulls_last(),
            columns.tie,
        )
        .limit(None if listing.limit is None else min(listing.limit, MAX_INTEGER))
        .offset(min(listing.offset, MAX_INTEGER))
    )
    return Page(session.scalars(part).all(), _count(session, rows), _count(session, wanted))


def _conditions(columns: Columns, listing: Listing) -> Iterator[ColumnElement[bool]]:
    """In a search `%` and `_` are wildcards; a backslash is only text."""
    if listing.search is not None:
        pattern = f"%{listing.search.replace(ESCAPE, ESCAPE * 2)}%"
        yield or_(*[column.ilike(pattern, escape=ESCAPE) for column in columns.search])
    for name, value in listing.filters.items():
        yield columns.exact[name] == value


def _count(session: Session, rows: Select[RowT]) -> int:
    return session.scalars(select(func.count()).select_from(rows.subquery())).one()
