"""A tenant: the owner of sources, displays and profiles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant; `country` is the two-letter region that its phone numbers are read in.

    What is None is not known.
    """

    uuid: str
    name: str | None = None
    country: str | None = None
