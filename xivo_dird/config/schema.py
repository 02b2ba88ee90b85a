"""The schema of the configuration, which `files` reads from YAML."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

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

from xivo_dird.bounds import MAX_BYTES, NO_BOOLEAN, Port, Seconds, SecondsOrZero
from xivo_dird.config.access import AccessSection
from xivo_dird.config.agi import AgiSection
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.masking import HIDDEN_PASSWORD, HiddenText
from xivo_dird.config.networks import Network
from xivo_dird.config.phones import PhonesSection
from xivo_dird.config.secret_reader import SecretReader
from xivo_dird.config.section import Section, Uuid, none_to_empty
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.numbers.dial_plan import known_country
from xivo_dird.outgoing.limits import DEFAULT_MAX_RESPONSE_BYTES
from xivo_dird.outgoing.targets import DEFAULT_ALLOW, AllowedTargets
from xivo_dird.url_syntax import check_host_name, check_root_url, host_of_url

ListeningPort = Annotated[int, Field(ge=0, le=65535), NO_BOOLEAN]
SizeLimit = Annotated[int, Field(ge=1024, le=MAX_BYTES), NO_BOOLEAN]
LogLevel = Literal["critical", "error", "warning", "info", "debug"]


def _check_country(text: str) -> str:
    country = known_country(text)
    if country is None:
        raise ValueError("not the two letters of a country (ISO 3166)")
    return country


Country = Annotated[str, AfterValidator(_check_country)]


def _split_at_commas(value: object) -> object:
    """Return the items of a list that is written as one text, as in the files of older deployments."""
    return [item.strip() for item in value.split(",")] if isinstance(value, str) else value


HeaderNames = Annotated[tuple[str, ...], BeforeValidator(_split_at_commas)]


class Cors(Section):
    """Cross-origin requests (CORS), for all routes."""

    enabled: bool = True
    allow_headers: HeaderNames = ("Content-Type", "X-Auth-Token", "Wazo-Tenant")


MAX_SESSION_SECONDS = 366 * 24 * 3600


class RestApi(Section):
    """The HTTP server.

    Attributes:
        listen: Address to listen on.
        port: Port to listen on; 0: any free port.
        certificate: PEM file; HTTPS is served if it and `private_key` are set.
        private_key: PEM file.
        cors: Cross-origin requests.
        access_log: File that gets a line per request; None: no access log.
        workers: Number of processes that answer requests.
        min_threads: Number of threads that each process starts with.
        max_threads: Largest number of threads of each process; more are started while all are busy.
        request_timeout: Seconds that a client has to send its request, and that a connection may be idle.
        max_request_header: Size limit in bytes.
        max_request_body: Size limit in bytes; 0: only `max_received_bodies`.
        max_json_body: Size limit of a JSON body in bytes.
        max_received_bodies: Size limit in bytes of all bodies that each process receives or handles at the same time;
            those of one user may have a quarter of it. Bodies up to 64 KiB do not count.
        max_transfer_seconds: Seconds that a client has at most to send a request, and to receive a response.
        show_secrets: Whether the secrets of a source are shown to clients that may read it.
        trusted_proxies: Addresses and networks (CIDR) of the reverse proxies whose `X-Forwarded-*` is believed.
        public_url: The URL under which clients reach the daemon; None: what each request says.
        host_names: Names under which phones use the daemon, beside that of `public_url`; for access by network.
        session_seconds: Seconds after which who has signed in with a browser has to do so again.
    """

    listen: str = "127.0.0.1"
    port: ListeningPort = 9489
    certificate: Path | None = None
    private_key: Path | None = None
    cors: Cors = Cors()
    access_log: Path | None = None
    workers: Annotated[int, Field(ge=1, le=64), NO_BOOLEAN] = 1
    min_threads: Annotated[int, Field(ge=1, le=1000), NO_BOOLEAN] = 10
    max_threads: Annotated[int, Field(ge=1, le=1000), NO_BOOLEAN] = 100
    request_timeout: Seconds = 10.0
    max_request_header: SizeLimit = 64 * 1024
    max_request_body: Annotated[int, Field(ge=0, le=MAX_BYTES), NO_BOOLEAN] = 64 * 1024 * 1024
    max_json_body: SizeLimit = 1024 * 1024
    max_received_bodies: SizeLimit = 1024 * 1024 * 1024
    max_transfer_seconds: Seconds = 600.0
    show_secrets: bool = True
    trusted_proxies: tuple[Network, ...] = (IPv4Network("127.0.0.1"), IPv6Network("::1"))
    public_url: Annotated[str, AfterValidator(check_root_url)] | None = None
    host_names: tuple[Annotated[str, AfterValidator(check_host_name)], ...] = ()
    session_seconds: Annotated[int, Field(ge=1, le=MAX_SESSION_SECONDS), NO_BOOLEAN] = 12 * 3600

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("certificate and private_key are given together or not at all")
        if self.max_threads < self.min_threads:
            raise ValueError("max_threads is less than min_threads")
        return self

    def known_host_names(self) -> frozenset[str]:
        """Return all names under which phones use the daemon."""
        of_url = () if self.public_url is None else (host_of_url(self.public_url).name,)
        return frozenset((*self.host_names, *of_url))


class LookupSection(Section):
    """Lookups and reverse lookups.

    Attributes:
        timeout: Seconds that the sources have to answer, for profiles without a timeout.
        reverse_timeout: The same for reverse lookups.
        reverse_grace: Seconds after the first match in which a source that would win over it can still answer.
        workers_per_source: Number of threads for each source that waits on a network.
        queue_per_source: Number of questions that may wait for such a thread.
        breaker_failures: Number of consecutive failures that open the circuit breaker of a source.
        breaker_pause: Seconds before the first probe of a source whose circuit breaker is open.
        breaker_longest_pause: Longest pause in seconds; the pauses double.
        default_country: Country of phone numbers (ISO 3166, two letters), for tenants without a country.
        outside_line_prefix: Digits that are dialled for an outside line; phones and trunks may send them.
    """

    timeout: Seconds = 10.0
    reverse_timeout: Seconds = 1.0
    reverse_grace: SecondsOrZero = 0.2
    workers_per_source: Annotated[int, Field(ge=1, le=64), NO_BOOLEAN] = 4
    queue_per_source: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 128
    breaker_failures: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN] = 3
    breaker_pause: Seconds = 1.0
    breaker_longest_pause: Seconds = 60.0
    default_country: Country | None = None
    outside_line_prefix: Annotated[str, Field(pattern="^[0-9]{0,4}$")] = ""


class Index(Section):
    """The limits of search indexes, which protect memory and disk from a directory that has no end.

    Attributes:
        max_entries: Largest number of entries of one index.
        max_bytes: Largest size of the files of one index while it is built.
        max_entry_bytes: Largest size of an entry; larger ones are left out.
        max_build_seconds: Seconds that a directory may take to list its entries.
        max_idle_seconds: Seconds for which a large directory may do nothing while it is read.
        max_open_users: Number of open indexes of one source that has an index per user.
        keep_user_seconds: Seconds after which the unused index of a user is removed from the disk.
    """

    max_entries: Annotated[int, Field(ge=1, lt=2**30), NO_BOOLEAN] = 100_000_000
    max_bytes: Annotated[int, Field(ge=1024 * 1024, le=MAX_BYTES), NO_BOOLEAN] = 16 * 1024**3
    max_entry_bytes: Annotated[int, Field(ge=1024, le=256 * 1024**2), NO_BOOLEAN] = 4 * 1024**2
    max_build_seconds: Seconds = 6 * 3600.0
    max_idle_seconds: Seconds = 3600.0
    max_open_users: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 64
    keep_user_seconds: Seconds = 24 * 3600.0


def _check_target(entry: str) -> str:
    AllowedTargets.parse([entry])
    return entry


class OutgoingSection(Section):
    """Connections that sources open.

    Attributes:
        allow: What they may reach beside public addresses: networks (CIDR), hosts, hosts with a port. Hosts that a
            source names which the configuration declares are always allowed.
        max_response_bytes: Size limit of the body of an HTTP response, also when it is decompressed.
    """

    allow: tuple[Annotated[str, AfterValidator(_check_target)], ...] = DEFAULT_ALLOW
    max_response_bytes: SizeLimit = DEFAULT_MAX_RESPONSE_BYTES


class Secrets(Section):
    """The files to which secrets in the options of sources refer.

    Attributes:
        tenant_folder: The folder with a folder per tenant, named by its uuid, whose files the sources of the tenant may
            use; None: only sources that the configuration declares may use files.
    """

    tenant_folder: Path | None = None


class Events(Section):
    """The event feed.

    Attributes:
        keep_days: Days after which events are removed.
        max_waiting: Number of requests that may wait for events; None: a quarter of `rest_api.max_threads`.
        max_waiting_per_user: Number of these requests that may be of the same user.
        max_event_size: Size limit in bytes of the data of an event; of a larger one only ids and names are published.
    """

    keep_days: Annotated[float, Field(gt=0, le=36_500), NO_BOOLEAN] = 7.0
    max_waiting: Annotated[int, Field(ge=0, le=1_000_000), NO_BOOLEAN] | None = None
    max_waiting_per_user: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN] = 8
    max_event_size: Annotated[int, Field(ge=512 * 1024, le=MAX_BYTES), NO_BOOLEAN] = 1024 * 1024


class Bus(Section):
    """The message broker (RabbitMQ).

    With `ssl`, its certificate is verified with `ssl_ca` (PEM), or with the authorities of the system. `tries` is how
    often a listener is called for one event before it counts as failed, `max_message_size` a limit in bytes.
    """

    enabled: bool = True
    username: str = "guest"
    password: HiddenText = SecretStr("guest")  # the default of RabbitMQ
    host: str = "localhost"
    port: Port = 5672
    vhost: str = "/"
    ssl: bool = False
    ssl_ca: Path | None = None
    exchange_name: Annotated[str, Field(min_length=1, max_length=127)] = "wazo-headers"
    exchange_type: Literal["headers"] = "headers"
    queue_name: Annotated[str, Field(min_length=1, max_length=200)] = "xivo-dird"
    tries: Annotated[int, Field(ge=1, le=100), NO_BOOLEAN] = 3
    max_message_size: SizeLimit = 1024 * 1024


class Auth(BaseModel):
    """The authenticator, whose own schema validates the other keys of the section."""

    model_config = ConfigDict(frozen=True, extra="allow")

    method: str = "static"


Switches = Annotated[dict[str, bool], BeforeValidator(none_to_empty)]


class EnabledPlugins(Section):
    """Plugin name -> whether the plugin is enabled. Installed plugins are, unless they are disabled here.

    Names of plugins that are not installed are logged and skipped.
    """

    backends: Switches = Field(default_factory=dict)
    listeners: Switches = Field(default_factory=dict)
    services: Switches = Field(
        default_factory=dict
    )  # a key of older deployments: all services are always enabled
    views: Switches = Field(default_factory=dict)


class ProvisionedTenant(Section):
    """A tenant declared in YAML; `parent` is the uuid of another declared tenant."""

    uuid: Uuid
    name: str | None = None
    parent: Uuid | None = None
    country: Country | None = None


class ProvisionedResource(BaseModel):
    """A resource declared in YAML: its tenant and name. Its own schema validates the other keys."""

    model_config = ConfigDict(frozen=True, extra="allow")

    tenant: str
    name: str


class ProvisionedSource(ProvisionedResource):
    """A source declared in YAML. The schema of its backend validates the other keys."""

    backend: str


class Provisioning(Section):
    """Resources that are upserted into the store at start. Profiles name their display and sources."""

    tenants: tuple[ProvisionedTenant, ...] = ()
    sources: tuple[ProvisionedSource, ...] = ()
    displays: tuple[ProvisionedResource, ...] = ()
    profiles: tuple[ProvisionedResource, ...] = ()


class Config(Section):
    """The complete configuration with all defaults."""

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
    access: AccessSection = AccessSection()
    agi: AgiSection = AgiSection()
    ldap_server: LdapServerSection = LdapServerSection()
    phones: PhonesSection = PhonesSection()
    lookup: LookupSection = LookupSection()
    index: Index = Index()
    outgoing: OutgoingSection = OutgoingSection()
    secrets: Secrets = Secrets()
    events: Events = Events()
    bus: Bus = Bus()
    auth: Auth = Auth()
    backends: dict[str, dict[str, object]] = Field(default_factory=dict)
    enabled_plugins: EnabledPlugins = EnabledPlugins()
    provisioning: Provisioning = Provisioning()

    @field_validator(
        "rest_api",
        "access",
        "agi",
        "ldap_server",
        "phones",
        "lookup",
        "index",
        "outgoing",
        "secrets",
        "events",
        "bus",
        "auth",
        "backends",
        "enabled_plugins",
        "provisioning",
        mode="before",
    )
    @classmethod
    def _accept_empty_section(cls, value: object) -> object:
        return none_to_empty(value)

    @model_validator(mode="after")
    def _check_ports(self) -> Self:
        keys = {self.rest_api.port: "rest_api.port"}
        addresses = (
            ("agi.listen", self.agi.address),
            ("ldap_server.listen", self.ldap_server.address),
            ("ldap_server.listen_tls", self.ldap_server.tls_address),
        )
        for key, address in addresses:
            if address is not None and keys.setdefault(address.port, key) != key:
                raise ValueError(
                    f"{key}: {address.port} is also {keys[address.port]}; each needs its own port"
                )
        return self

    @model_validator(mode="after")
    def _check_certificate(self) -> Self:
        if self.ldap_server.listen_tls is not None and self.ldap_certificate() is None:
            raise ValueError(
                "ldap_server.listen_tls: needs ldap_server.certificate and ldap_server.private_key"
            )
        return self

    def ldap_certificate(self) -> tuple[str, Path, Path] | None:
        """Return the section, the certificate and the key of the LDAP front end; None without TLS."""
        for name, section in (("ldap_server", self.ldap_server), ("rest_api", self.rest_api)):
            if section.certificate is not None and section.private_key is not None:
                return name, section.certificate, section.private_key
        return None


ModelT = TypeVar("ModelT", bound=BaseModel)


def validated(
    schema: type[ModelT], key: str, values: Mapping[str, object], reader: SecretReader | None = None
) -> ModelT:
    """Return the validated section of a plugin.

    Args:
        schema: The schema of the plugin.
        key: Dotted key of the section, for error messages.
        values: The raw values of the section.
        reader: Resolves the references in secrets; None: they stay as they are.

    Raises:
        InvalidConfiguration: The section is wrong; the message names the first wrong key.
    """
    try:
        return schema.model_validate(values, context=reader)
    except ValidationError as error:
        first = error.errors()[0]
        dotted_key = ".".join([key, *map(str, first["loc"])])
        raise InvalidConfiguration(f"{dotted_key}: {first['msg']}") from error
