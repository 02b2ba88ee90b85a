"""The changes allowed while the daemon runs (contract section 2.13): a JSON Patch (RFC 6902) of `/debug`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel


class ConfigChange(BaseModel):
    """One operation of the patch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    op: Literal["replace"]
    path: Literal["/debug"]
    value: bool


MAX_OPERATIONS = 10_000


class ConfigPatch(RootModel[Annotated[tuple[ConfigChange, ...], Field(max_length=MAX_OPERATIONS)]]):
    """The operations of the patch, in order."""
