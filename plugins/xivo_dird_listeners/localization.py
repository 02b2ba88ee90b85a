"""The country of a tenant, in which its phone numbers are read (contract section 4.3)."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from xivo_dird.listener import EventData, Listener, Tenant


class LocalizationEdited(EventData):
    """The tenant, known or not, and its two-letter country."""

    tenant_uuid: UUID
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]


class Localization(Listener[LocalizationEdited]):
    """Keeps the country."""

    events = ("localization_edited",)
    Data = LocalizationEdited

    def handle(self, name: str, data: LocalizationEdited) -> None:  # noqa: ARG002
        """Write it down."""
        self.services.tenants.update(Tenant(str(data.tenant_uuid), country=data.country))
