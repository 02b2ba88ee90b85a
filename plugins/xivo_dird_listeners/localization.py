"""Stores the country of a tenant, which is used to read its phone numbers (contract section 4.3)."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from xivo_dird.listener import EventData, Listener, Tenant


class LocalizationEdited(EventData):
    """A tenant, which may be new, and its two-letter country code."""

    tenant_uuid: UUID
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]


class Localization(Listener[LocalizationEdited]):
    """Updates the country of tenants."""

    events = ("localization_edited",)
    Data = LocalizationEdited

    def handle(self, name: str, data: LocalizationEdited) -> None:  # noqa: ARG002
        """Store the country of the tenant."""
        self.services.tenants.update(Tenant(str(data.tenant_uuid), country=data.country))
