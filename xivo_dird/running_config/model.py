"""The changes allowed while the daemon runs (contract section 2.13): a JSON Patch (RFC 6902) of `/debug`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel


class ConfigChange(BaseModel):
    """One operation of the patch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    op: Literal["replace"]
    path: Literal["/debug"]
    value: bool


class ConfigPatch(RootModel[tuple[ConfigChange, ...]]):
    """The operations of the patch, in order."""
