"""A source: a configured directory, owned by a tenant."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A backend's name, and the options its schema accepted (JSON-ready, the name left out).

    `phonebook_uuid` is the phonebook that the source is named after and removed with, None for most.
    """

    uuid: str
    tenant_uuid: str
    name: str
    backend: str
    options: Mapping[str, object]
    provisioned: bool = False
    phonebook_uuid: str | None = None

    def named_options(self) -> dict[str, object]:
        """Return the options with the name among them, as the schema of the backend takes them."""
        return {**self.options, "name": self.name}
