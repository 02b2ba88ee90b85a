"""A display: the columns that a client sees."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_COLUMNS = 1000


class DisplayColumn(BaseModel):
    """A column (contract section 2.5). The daemon interprets only the types `favorite` and `personal`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: str | None = None
    title: str | None = None
    type: str | None = None
    default: str | None = None
    number_display: str | None = None

    @model_validator(mode="after")
    def _require_any_key(self) -> "DisplayColumn":
        if not self.model_fields_set:
            raise ValueError("a column needs at least one of: field, title, type, default, number_display")
        return self


class DisplayDraft(BaseModel):
    """A display as clients and YAML declarations write it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    columns: Annotated[tuple[DisplayColumn, ...], Field(min_length=1, max_length=MAX_COLUMNS)]


@dataclass(frozen=True, slots=True)
class Display:
    """A stored display."""

    uuid: str
    tenant_uuid: str
    name: str
    columns: tuple[DisplayColumn, ...]
    provisioned: bool = False
