"""A phonebook of a tenant, and the request body that creates or changes one."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from xivo_dird.validation import Storable

CASE_INSENSITIVE_ORDERS = frozenset({"firstname", "lastname", "name"})
"""Contact fields that are sorted ignoring case (contract section 1.7), except in the deprecated API."""


@dataclass(frozen=True, slots=True)
class Phonebook:
    """A phonebook. `id` is an integer unique in the installation, for the deprecated API (contract section 2.4)."""

    id: int
    uuid: str
    tenant_uuid: str
    name: str
    description: str | None = None


class PhonebookDraft(BaseModel):
    """The body of a request. Unknown keys are errors; an omitted description leaves the stored one unchanged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Storable, StringConstraints(min_length=1, max_length=255)]
    description: Storable | None = None
