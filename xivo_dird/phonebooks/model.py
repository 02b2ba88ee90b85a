"""A phonebook, owned by a tenant, and what a client writes of it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from xivo_dird.validation import Storable

FOLDED_ORDERS = frozenset({"firstname", "lastname", "name"})
"""Fields of a contact by which lists are ordered with case ignored."""


@dataclass(frozen=True, slots=True)
class Phonebook:
    """A phonebook. `id` is an integer unique in the installation, for the deprecated API (contract section 2.4)."""

    id: int
    uuid: str
    tenant_uuid: str
    name: str
    description: str | None = None


class PhonebookDraft(BaseModel):
    """What a client writes; unknown keys are errors here. An omitted description keeps the stored one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Storable, StringConstraints(min_length=1, max_length=255)]
    description: Storable | None = None
