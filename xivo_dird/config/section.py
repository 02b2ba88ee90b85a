"""What all sections of the configuration have in common."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _canonical_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a UUID") from error


Uuid = Annotated[str, AfterValidator(_canonical_uuid)]


def none_to_empty(value: object) -> object:
    """Return an empty section for None, which YAML has for a key with only comments below it."""
    return {} if value is None else value
