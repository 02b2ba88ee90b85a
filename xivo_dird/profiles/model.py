"""A profile: the sources of the services lookup, reverse and favorites, and the display of the results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from xivo_dird.bounds import Seconds
from xivo_dird.displays.model import Display
from xivo_dird.sources.model import Source

MAX_SERVICES = 100
MAX_SOURCES = 1000
"""Maximum number of sources of a service."""


class ServiceOptions(BaseModel):
    """The options of a service of a profile; `timeout` is in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    timeout: Seconds | None = None


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """The sources of a service, in the order of the results; `options` is None if no options were given."""

    sources: tuple[Source, ...] = ()
    options: ServiceOptions | None = None

    @property
    def timeout(self) -> float | None:
        """The timeout of the service in seconds, None for the default of the daemon."""
        return self.options.timeout if self.options else None


NO_SERVICE = ServiceConfig()
"""The service of a profile that does not declare it: it has no sources."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with its complete display and sources."""

    uuid: str
    tenant_uuid: str
    name: str
    display: Display | None = None
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
    provisioned: bool = False


@dataclass(frozen=True, slots=True)
class ServiceOutline:
    """A stored service of a profile; `options` is None if no options were given."""

    source_uuids: tuple[str, ...] = ()
    options: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ProfileOutline:
    """A stored profile, which refers to its display and sources by uuid."""

    uuid: str
    tenant_uuid: str
    name: str
    display_uuid: str | None = None
    services: Mapping[str, ServiceOutline] = field(default_factory=dict)
    provisioned: bool = False


class Reference(BaseModel):
    """A reference to a display or a source by its uuid; clients may pass the whole object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uuid: UUID


def _none_to_empty(value: object) -> object:
    return {} if value is None else value


def _add_null_timeout(value: object) -> object:
    """Add a null timeout to options that are given but empty; answers show it (contract section 2.6)."""
    return {"timeout": None} if value == {} else value


class ServiceDraft(BaseModel):
    """A service of a profile as clients write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Annotated[tuple[Reference, ...], Field(max_length=MAX_SOURCES)] = ()
    options: Annotated[ServiceOptions, BeforeValidator(_add_null_timeout)] = ServiceOptions()


class ProfileDraft(BaseModel):
    """A profile as clients write it. Validation errors of a service do not contain its name."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    unnamed_keys: ClassVar[frozenset[str]] = frozenset({"services"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    display: Reference | None = None
    services: Annotated[
        dict[str, Annotated[ServiceDraft, BeforeValidator(_none_to_empty)]], Field(max_length=MAX_SERVICES)
    ]

    @field_validator("display", mode="before")
    @classmethod
    def _reject_null(cls, value: object) -> object:
        """Reject a display that is null; it may be omitted."""
        if value is None:
            raise PydanticCustomError("null", "This field can't be null")
        return value
