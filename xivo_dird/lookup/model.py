"""A lookup: how it may be asked beyond the plain way, and what is told of each source."""

from dataclasses import dataclass
from typing import Literal

Order = Literal["source", "relevance"]


@dataclass(frozen=True, slots=True)
class LookupOptions:
    """What a client may ask for beyond the plain lookup.

    `order` is that of the contacts within a source, `limit` the most contacts of an answer, after all else.
    `t9`: digits may be letters, as they are typed on a keypad.
    """

    order: Order = "source"
    limit: int | None = None
    t9: bool = False


PLAIN = LookupOptions()


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One source's part in a lookup: how it ended, how long the lookup waited for it, how many contacts it found."""

    name: str
    backend: str
    status: Literal["ok", "late", "failed", "refused", "skipped"]
    seconds: float
    contacts: int
