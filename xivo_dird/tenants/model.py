"""A tenant: the owner of sources, displays and profiles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant; `country` is the two-letter region that its phone numbers are read in."""

    uuid: str
    name: str | None = None
    country: str | None = None
