"""The shape of the configuration; `files` reads YAML into it and nothing else sees raw dicts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from xivo_dird.config.legacy_keys import LegacyKeys
from xivo_dird.config.masking import HIDDEN_PASSWORD, HiddenText
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.text.phone_number import known_country

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]
LogLevel = Literal["critical", "error", "warning", "info", "debug"]


def _country(text: str) -> str:
    country = known_country(text)
    if country is None:
        raise ValueError("not the two letters of a country (ISO 3166)")
    return country


Country = Annotated[str, AfterValidator(_country)]


class Section(BaseModel):
    """A section of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Cors(Section):
    """Cross-site requests; on for every route."""

    enabled: bool = True
    allow_headers: tuple[str, ...] = ("Content-Type", "X-Auth-Token", "Wazo-Tenant")


class RestApi(Section):
    """Where and how the API listens. With `certificate` and `private_key` (PEM files) it speaks HTTPS.

    `access_log` gets a line per request. `workers` is the number of processes that answer on the port; the numbers of
    threads are those of each.
    A client has `request_timeout` seconds to send its request; the two sizes are bytes (body 0: no limit).
    """

    listen: str = "127.0.0.1"
    port: Port = 9489
    certificate: Path | None = None
    private_key: Path | None = None
    cors: Cors = Cors()
    access_log: Path | None = None
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    min_threads: Annotated[int, Field(ge=1, le=1000)] = 10
    max_threads: Annotated[int, Field(ge=1, le=1000)] = 100
    request_timeout: Seconds = 10.0
    max_request_header: Annotated[int, Field(ge=1024)] = 64 * 1024
    max_request_body: Annotated[int, Field(ge=0)] = 64 * 1024 * 1024

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("certificate and private_key are given together or not at all")
        if self.max_threads < self.min_threads:
            raise ValueError("max_threads is less than min_threads")
        return self


class LookupSection(Section):
    """How sources are asked: time limits in seconds, `timeout` is the ceiling for profiles that name none.

    `default_country` is where numbers are read of tenants whose own country is not known.
    """

    timeout: Seconds = 10.0
    reverse_timeout: Seconds = 1.0
    reverse_grace: Annotated[float, Field(ge=0)] = 0.2
    workers_per_source: Annotated[int, Field(ge=1, le=64)] = 4
    queue_per_source: Annotated[int, Field(ge=1, le=10_000)] = 128
    breaker_failures: Annotated[int, Field(ge=1)] = 3
    breaker_pause: Seconds = 1.0
    breaker_longest_pause: Seconds = 60.0
    default_country: Country | None = None


class Events(Section):
    """How long events are kept for the feed, and how many requests may wait for some (None: a quarter of all)."""

    keep_days: Annotated[float, Field(gt=0)] = 7.0
    max_waiting: Annotated[int, Field(ge=0)] | None = None


class Bus(Section):
    """The broker (RabbitMQ). With `ssl` its certificate is verified, by `ssl_ca` (PEM) or by the system's."""

    enabled: bool = True
    username: str = "guest"
    password: HiddenText = SecretStr("guest")  # what brokers ship with
    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] = 5672
    vhost: str = "/"
    ssl: bool = False
    ssl_ca: Path | None = None
    exchange_name: Annotated[str, Field(min_length=1, max_length=127)] = "wazo-headers"
    exchange_type: Literal["headers"] = "headers"
    queue_name: Annotated[str, Field(min_length=1, max_length=200)] = "xivo-dird"
    tries: Annotated[int, Field(ge=1, le=100)] = 3
    max_message_size: Annotated[int, Field(ge=1024)] = 1024 * 1024


class Auth(BaseModel):
    """Which authenticator is used; its own schema judges the remaining keys of the section."""

    model_config = ConfigDict(frozen=True, extra="allow")

    method: str = "static"


def _none_is_empty(given: object) -> object:
    """Read a key with nothing but comments below it, which is null in YAML, as an empty section."""
    return {} if given is None else given


Switches = Annotated[dict[str, bool], BeforeValidator(_none_is_empty)]


class EnabledPlugins(Section):
    """Plugin name -> whether it is used. An installed one is, unless it is switched off here.

    A name that is not installed is logged and skipped.
    """

    backends: Switches = {}
    listeners: Switches = {}
    services: Switches = {}  # of older deployments: all are always there
    views: Switches = {}


def _canonical_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no UUID") from error


Uuid = Annotated[str, AfterValidator(_canonical_uuid)]


class ProvisionedTenant(Section):
    """A tenant declared in YAML; `parent` is the uuid of another one."""

    uuid: Uuid
    name: str | None = None
    parent: Uuid | None = None
    country: Country | None = None


class ProvisionedResource(BaseModel):
    """A resource declared in YAML: which tenant and name it has; the rest is the resource's own schema."""

    model_config = ConfigDict(frozen=True, extra="allow")

    tenant: str
    name: str


class ProvisionedSource(ProvisionedResource):
    """A source declared in YAML; its backend's schema judges the remaining keys."""

    backend: str


class Provisioning(Section):
    """What is upserted into the store at start. Display and sources of a profile are given by name."""

    tenants: tuple[ProvisionedTenant, ...] = ()
    sources: tuple[ProvisionedSource, ...] = ()
    displays: tuple[ProvisionedResource, ...] = ()
    profiles: tuple[ProvisionedResource, ...] = ()


class Config(Section, LegacyKeys):
    """The whole configuration, defaults filled in."""

    config_file: Path = Path("/etc/xivo-dird/config.yml")
    extra_config_files: Path | None = Path("/etc/xivo-dird/conf.d")
    debug: bool = False
    log_level: LogLevel = "info"
    log_filename: Path | None = Path("/var/log/xivo-dird/xivo-dird.log")
    user: str | None = None
    uuid: str | None = None
    db_uri: Annotated[str, HIDDEN_PASSWORD] = "sqlite:////var/lib/xivo-dird/xivo-dird.db"
    state_directory: Path = Path("/var/lib/xivo-dird")
    rest_api: RestApi = RestApi()
    lookup: LookupSection = LookupSection()
    events: Events = Events()
    bus: Bus = Bus()
    auth: Auth = Auth()
    backends: dict[str, dict[str, object]] = {}
    enabled_plugins: EnabledPlugins = EnabledPlugins()
    provisioning: Provisioning = Provisioning()

    @field_validator(
        "rest_api",
        "lookup",
        "events",
        "bus",
        "auth",
        "backends",
        "enabled_plugins",
        "provisioning",
        mode="before",
    )
    @classmethod
    def _accept_an_empty_section(cls, value: object) -> object:
        return _none_is_empty(value)


ModelT = TypeVar("ModelT", bound=BaseModel)


def validated(schema: type[ModelT], key: str, given: Mapping[str, object]) -> ModelT:
    """Judge the section `key` by the schema of its plugin. Raises `InvalidConfiguration` naming the wrong key."""
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([key, *map(str, first["loc"])])
        raise InvalidConfiguration(f"{where}: {first['msg']}") from error
