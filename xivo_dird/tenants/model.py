"""A tenant: the owner of sources, displays and profiles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant; attributes that are not known are None.

    Attributes:
        uuid: The uuid of the tenant.
        name: Its name.
        country: The two-letter country code that is used to read its phone numbers.
    """

    uuid: str
    name: str | None = None
    country: str | None = None
