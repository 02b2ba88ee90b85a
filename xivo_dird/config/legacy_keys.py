"""Keys in the configuration of older deployments (contract section 6), which have no effect any more.

They are validated like all others: a deployment can keep its files, and mistakes in them are still reported.
"""

import logging
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from xivo_dird.config.masking import masked

logger = logging.getLogger(__name__)

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]

MaskedDict = Annotated[dict[str, object], PlainSerializer(lambda values: masked(values, None))]
"""A dict that is shown masked, because its unknown values may be secrets."""


class LegacySection(BaseModel):
    """A section without effect: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Confd(LegacySection):
    """The address of the telephone system, which each source now configures itself."""

    host: str = "localhost"
    port: Port = 9486
    prefix: str | None = None
    https: bool = False


class Consul(LegacySection):
    """The service registry Consul."""

    scheme: Literal["http", "https"] = "http"
    port: Port = 8500


class ServiceDiscovery(LegacySection):
    """The registration of the daemon in Consul."""

    enabled: bool = False
    advertise_address: str = "auto"
    advertise_port: Port = 9489
    advertise_address_interface: str = "eth0"
    refresh_interval: Seconds = 27
    retry_interval: Seconds = 2
    ttl_interval: Seconds = 30
    extra_tags: tuple[str, ...] = ()


class DiscoveredSources(LegacySection):
    """The sources created from services that are registered in Consul."""

    template_path: Path = Path("/etc/wazo-dird/templates.d/")
    services: MaskedDict = {}
    hosts: MaskedDict = {}


class LegacyServices(LegacySection):
    """The settings of optional services."""

    service_discovery: DiscoveredSources = DiscoveredSources()


class Executor(LegacySection):
    """The threads of a service; replaced by the threads of each source, see `lookup.workers_per_source`."""

    executor_workers: Annotated[int, Field(ge=1)] | None = None


class LegacyKeys(BaseModel):
    """The top-level keys without effect; None: not set."""

    confd: Confd | None = None
    consul: Consul | None = None
    service_discovery: ServiceDiscovery | None = None
    services: LegacyServices | None = None
    lookup_service: Executor | None = None
    reverse_service: Executor | None = None
    favorites_service: Executor | None = None


def log_keys_without_effect(config: LegacyKeys) -> None:
    """Log the names of all keys without effect that are set, in one line."""
    names = [name for name in LegacyKeys.model_fields if getattr(config, name) is not None]
    if names:
        logger.warning("These keys of the configuration have no effect: %s", ", ".join(names))
