"""A source: a configured directory, owned by a tenant."""

from collections.abc import Mapping
from dataclasses import dataclass

PHONEBOOK_KEYS = ("phonebook_name", "phonebook_description")
"""The options that a source has from its phonebook."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a tenant.

    Attributes:
        uuid: The uuid of the source.
        tenant_uuid: The uuid of its owner.
        name: Its name.
        backend: The name of its backend.
        options: The JSON-ready options, validated by the schema of the backend, without the name.
        provisioned: True if the source is declared in YAML.
        phonebook_uuid: The phonebook that gives the source its name and whose removal removes it, if any.
    """

    uuid: str
    tenant_uuid: str
    name: str
    backend: str
    options: Mapping[str, object]
    provisioned: bool = False
    phonebook_uuid: str | None = None

    def named_options(self) -> dict[str, object]:
        """Return the options including the name, as the schema of the backend expects them."""
        return {**self.options, "name": self.name}
