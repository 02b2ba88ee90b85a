"""A profile: which sources serve lookup, reverse and favorites, and which display shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from xivo_dird.displays.model import Display
from xivo_dird.sources.model import Source
from xivo_dird.validation import NO_BOOLEAN


class ServiceOptions(BaseModel):
    """The options of one service of a profile; `timeout` in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    timeout: Annotated[float, Field(gt=0), NO_BOOLEAN] | None = None


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """The sources of one service, in the order in which they answer; `options` None: never given."""

    sources: tuple[Source, ...] = ()
    options: ServiceOptions | None = None

    @property
    def timeout(self) -> float | None:
        """The service's own time limit in seconds, None for the daemon's."""
        return self.options.timeout if self.options else None


NO_SERVICE = ServiceConfig()
"""What a profile has that does not name a service: no source is asked."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with its display and sources in full; `display` is None when it has none."""

    uuid: str
    tenant_uuid: str
    name: str
    display: Display | None = None
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
    provisioned: bool = False


@dataclass(frozen=True, slots=True)
class ServiceOutline:
    """One service of a profile as it is stored: its sources by uuid; `options` None: never given."""

    source_uuids: tuple[str, ...] = ()
    options: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ProfileOutline:
    """A profile as it is stored: its display and sources by uuid."""

    uuid: str
    tenant_uuid: str
    name: str
    display_uuid: str | None = None
    services: Mapping[str, ServiceOutline] = field(default_factory=dict)
    provisioned: bool = False


class Reference(BaseModel):
    """A display or a source by its uuid; clients may pass the whole object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uuid: UUID


def _none_is_empty(given: object) -> object:
    return {} if given is None else given


def _empty_is_no_timeout(given: object) -> object:
    """Options that were given, though empty, are shown with their null (contract section 2.6)."""
    return {"timeout": None} if given == {} else given


class ServiceDraft(BaseModel):
    """What a client writes of one service of a profile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Reference, ...] = ()
    options: Annotated[ServiceOptions, BeforeValidator(_empty_is_no_timeout)] = ServiceOptions()


class ProfileDraft(BaseModel):
    """What a client writes. What is wrong with a service is told without its name."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    unnamed_keys: ClassVar[frozenset[str]] = frozenset({"services"})

    name: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    display: Reference | None = None
    services: dict[str, Annotated[ServiceDraft, BeforeValidator(_none_is_empty)]]

    @field_validator("display", mode="before")
    @classmethod
    def _refuse_null(cls, given: object) -> object:
        """Refuse a display that is null; it may be left out."""
        if given is None:
            raise PydanticCustomError("null", "This field can't be null")
        return given
