"""A stored contact: what its owner wrote down about one person."""

from collections.abc import Mapping
from dataclasses import dataclass

Fields = Mapping[str, str | None]
"""Field name -> text; None where the owner wrote a JSON null. `id` is no field."""


@dataclass(frozen=True, slots=True)
class StoredContact:
    """One contact of one owner. `id` is unique among all contacts of its kind in the installation."""

    id: str
    fields: Fields

    def entry(self) -> dict[str, str | None]:
        """Answer the flat object that clients and backends see: the fields and the id."""
        return {**self.fields, "id": self.id}
