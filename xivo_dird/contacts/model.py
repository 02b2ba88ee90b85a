"""A stored contact: the data that its owner entered for one person."""

from collections.abc import Mapping
from dataclasses import dataclass

Fields = Mapping[str, str | None]
"""Field name -> text; None for a JSON null. `id` is not a field."""


@dataclass(frozen=True, slots=True)
class StoredContact:
    """One contact of one owner. `id` is unique among all phonebook, or all personal, contacts of the installation."""

    id: str
    fields: Fields

    def entry(self) -> dict[str, str | None]:
        """Return the flat object that clients and backends see: the fields and the id."""
        return {**self.fields, "id": self.id}
