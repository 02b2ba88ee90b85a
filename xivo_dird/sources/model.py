"""A source: a configured directory, owned by a tenant."""

from collections.abc import Mapping
from dataclasses import dataclass

PHONEBOOK = "phonebook"
"""The backend whose sources are based on a phonebook: named after it and removed with it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A backend's name, and the options its schema accepted (JSON-ready, the name left out)."""

    uuid: str
    tenant_uuid: str
    name: str
    backend: str
    options: Mapping[str, object]
    provisioned: bool = False

    @property
    def phonebook_uuid(self) -> str | None:
        """The phonebook that the source is based on, None for a source of another backend."""
        uuid = self.options.get("phonebook_uuid")
        return uuid if self.backend == PHONEBOOK and isinstance(uuid, str) else None
