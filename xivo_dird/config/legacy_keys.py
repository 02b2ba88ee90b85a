"""Keys that the configuration of older deployments has (contract section 6) and that have no effect here.

They are judged like any other, so that a deployment keeps its files and a slip in them is still told.
"""

import logging
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from xivo_dird.config.masking import masked

logger = logging.getLogger(__name__)

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


Hidden = Annotated[dict[str, object], PlainSerializer(lambda given: masked(given, None))]
"""What nobody reads may hold a secret."""


class LegacySection(BaseModel):
    """A section without effect: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Confd(LegacySection):
    """Where the telephone system is: each source says it by itself."""

    host: str = "localhost"
    port: Port = 9486
    prefix: str | None = None
    https: bool = False


class Consul(LegacySection):
    """A registry of services."""

    scheme: Literal["http", "https"] = "http"
    port: Port = 8500


class ServiceDiscovery(LegacySection):
    """How the daemon would be announced in that registry."""

    enabled: bool = False
    advertise_address: str = "auto"
    advertise_port: Port = 9489
    advertise_address_interface: str = "eth0"
    refresh_interval: Seconds = 27
    retry_interval: Seconds = 2
    ttl_interval: Seconds = 30
    extra_tags: tuple[str, ...] = ()


class DiscoveredSources(LegacySection):
    """What sources would be made of services that announce themselves."""

    template_path: Path = Path("/etc/wazo-dird/templates.d/")
    services: Hidden = {}
    hosts: Hidden = {}


class LegacyServices(LegacySection):
    """The settings of optional services."""

    service_discovery: DiscoveredSources = DiscoveredSources()


class Executor(LegacySection):
    """The threads of a service: sources have threads of their own, see `lookup.workers_per_source`."""

    executor_workers: Annotated[int, Field(ge=1)] | None = None


class LegacyKeys(BaseModel):
    """The top-level keys without effect; None: not given."""

    confd: Confd | None = None
    consul: Consul | None = None
    service_discovery: ServiceDiscovery | None = None
    services: LegacyServices | None = None
    lookup_service: Executor | None = None
    reverse_service: Executor | None = None
    favorites_service: Executor | None = None


def log_keys_without_effect(config: LegacyKeys) -> None:
    """Name those that were given, in one line."""
    given = [name for name in LegacyKeys.model_fields if getattr(config, name) is not None]
    if given:
        logger.warning("These keys of the configuration have no effect: %s", ", ".join(given))
