"""The common columns of rows that belong to a tenant, and queries for them; every query names its tenants."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from xivo_dird.text.folding import storable


class OwnedColumns:
    """The columns of a row that a tenant owns. A provisioned row comes from YAML and is read-only over REST."""

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    tenant_uuid: Mapped[str] = mapped_column(ForeignKey("tenant.uuid", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(512))
    provisioned: Mapped[bool]


NAME_TAKEN = {"name": {"constraint_id": "unique", "message": "the name is taken already"}}
"""The details of a name conflict (contract section 1.4)."""

OwnedT = TypeVar("OwnedT", bound=OwnedColumns)


def owned_by(row: type[OwnedT], tenant_uuids: Collection[str]) -> Select[OwnedT]:
    """Return a query for the rows of these tenants."""
    return select(row).where(row.tenant_uuid.in_(tenant_uuids))


def one_owned_by(row: type[OwnedT], tenant_uuids: Collection[str], uuid: str) -> Select[OwnedT]:
    """Return a query for the row of these tenants with this uuid.

    Args:
        row: The mapped class.
        tenant_uuids: The tenants.
        uuid: The uuid exactly as it is stored. No other spelling selects a row: access lists know only this one.
    """
    return owned_by(row, tenant_uuids).where(row.uuid == storable(uuid))
