"""The SELECTs that options contain.

Each becomes a subquery, with a limit of rows. So it can only be one SELECT: no second statement behind a `;`, and no
change within a WITH.
"""

import re
from typing import Any

from sqlalchemy import BindParameter, FromClause, Integer, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from xivo_dird.backend import InvalidSource

LIST_PARAMETERS = frozenset(("ids", "spellings"))
"""Parameters that are lists, written `IN :ids` or `IN (:ids)`."""

PARAMETERS = {
    "query": frozenset(("tenant",)),
    "version_query": frozenset(("tenant",)),
    "lookup_query": frozenset(("term", "pattern", "tenant", "limit")),
    "reverse_query": frozenset(
        ("number", "e164", "digits", "national", "last9", "spellings", "tenant", "limit")
    ),
    "get_query": frozenset(("ids", "tenant", "limit")),
}
"""The parameters of the statement of each option."""

_BEGIN = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:select|with|values)\b", re.IGNORECASE | re.DOTALL)
_LIST_IN_BRACKETS = re.compile(rf"\(\s*(:(?:{'|'.join(LIST_PARAMETERS)}))\s*\)")


def parse_query(option: str, query: str) -> FromClause:
    """Return the rows of the SELECT of an option.

    Raises:
        InvalidSource: It is no SELECT, or has an unknown parameter.
    """
    if not _BEGIN.match(query):
        raise InvalidSource(f"{option}: it must be a SELECT; sources only read")
    statement = _LIST_IN_BRACKETS.sub(r"\1", query.strip().rstrip(";"))
    clause = text(f"{statement}\n")  # the last line may be a comment
    try:
        names = frozenset(clause.compile().params)
        _check_parameters(option, names)
        lists: list[BindParameter[Any]] = [
            bindparam(name, expanding=True) for name in sorted(names & LIST_PARAMETERS)
        ]
        limits = [bindparam("limit", type_=Integer)] if "limit" in names else []
        return clause.bindparams(*lists, *limits).columns().subquery("source_rows")
    except SQLAlchemyError as error:
        raise InvalidSource(f"{option}: it can't be parsed: {type(error).__name__}") from error


def _check_parameters(option: str, names: frozenset[str]) -> None:
    unknown = sorted(names - PARAMETERS[option])
    if unknown:
        known = ", ".join(f":{name}" for name in sorted(PARAMETERS[option]))
        raise InvalidSource(
            f"{option}: :{unknown[0]} is no parameter; there are {known}; a colon in a text is written \\:"
        )
