"""Write the resources that the configuration declares into the database at start.

This is idempotent: a declared resource has the same uuid at every start and on every machine. All declarations are
checked before any is written.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict

from xivo_dird.backend import SourceOptions
from xivo_dird.config.schema import (
    ProvisionedResource,
    ProvisionedSource,
    ProvisionedTenant,
    Provisioning,
    validated,
)
from xivo_dird.displays.model import Display, DisplayDraft
from xivo_dird.displays.service import DisplayService
from xivo_dird.exceptions import Conflict, InvalidConfiguration
from xivo_dird.profiles.model import Profile, ServiceConfig, ServiceOptions
from xivo_dird.profiles.service import ProfileService
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.model import Tenant
from xivo_dird.tenants.service import TenantService

logger = logging.getLogger(__name__)

ModelT = TypeVar("ModelT", bound=BaseModel)


class DeclaredService(BaseModel):
    """A service of a declared profile: its sources by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...] = ()
    options: ServiceOptions | None = None


class ServicesDraft(BaseModel):
    """The services of a declared profile; an omitted service does not exist in the profile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lookup: DeclaredService | None = None
    reverse: DeclaredService | None = None
    favorites: DeclaredService | None = None


class DeclaredProfile(BaseModel):
    """A declared profile: its display and sources by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    display: str | None = None
    services: ServicesDraft = ServicesDraft()


class Declarations:
    """The resources that a configuration declares, validated and converted to models."""

    def __init__(self, provisioning: Provisioning, schemas: Mapping[str, type[SourceOptions]]) -> None:
        """Validate all declarations.

        Args:
            provisioning: The section `provisioning` of the configuration.
            schemas: The options schema of each backend, by its name.

        Raises:
            InvalidConfiguration: A declaration is invalid; the message names the key.
        """
        self._schemas = schemas
        _check_tenants(provisioning.tenants)
        self._tenant_uuids = {tenant.name or tenant.uuid: tenant.uuid for tenant in provisioning.tenants}
        self._tenant_uuids.update({tenant.uuid: tenant.uuid for tenant in provisioning.tenants})
        self.tenants = [Tenant(tenant.uuid, tenant.name, tenant.country) for tenant in provisioning.tenants]
        self.options = [self._options(i, source) for i, source in enumerate(provisioning.sources)]
        self.sources = [self._source(i, source) for i, source in enumerate(provisioning.sources)]
        self.displays = [self._display(i, display) for i, display in enumerate(provisioning.displays)]
        self.profiles = [self._profile(i, profile) for i, profile in enumerate(provisioning.profiles)]
        _check_duplicates("sources", self.sources)
        _check_duplicates("displays", self.displays)
        _check_duplicates("profiles", self.profiles)

    def _options(self, index: int, declared: ProvisionedSource) -> SourceOptions | None:
        """Validate the options of a source by the schema of its backend; None if the backend is not available."""
        key = f"provisioning.sources.{index}"
        schema = self._schemas.get(declared.backend)
        if schema is None:
            logger.warning("%s.backend: no backend %r is installed and enabled", key, declared.backend)
            return None
        return _validated(schema, key, {**(declared.model_extra or {}), "name": declared.name})

    def _source(self, index: int, declared: ProvisionedSource) -> Source:
        tenant_uuid = self._tenant(f"provisioning.sources.{index}", declared)
        model = self.options[index]
        options = dict(declared.model_extra or {}) if model is None else model.stored()
        uuid = _uuid("source", tenant_uuid, declared.name)
        return Source(uuid, tenant_uuid, declared.name, declared.backend, options, provisioned=True)

    def _display(self, index: int, declared: ProvisionedResource) -> Display:
        key = f"provisioning.displays.{index}"
        tenant_uuid = self._tenant(key, declared)
        draft = _validated(DisplayDraft, key, {**(declared.model_extra or {}), "name": declared.name})
        uuid = _uuid("display", tenant_uuid, declared.name)
        return Display(uuid, tenant_uuid, draft.name, draft.columns, provisioned=True)

    def _profile(self, index: int, declared: ProvisionedResource) -> Profile:
        key = f"provisioning.profiles.{index}"
        tenant_uuid = self._tenant(key, declared)
        draft = _validated(DeclaredProfile, key, declared.model_extra or {})
        services = {
            name: ServiceConfig(
                tuple(
                    self._named_source(f"{key}.services.{name}.sources.{i}", tenant_uuid, source)
                    for i, source in enumerate(service.sources)
                ),
                service.options,
            )
            for name, service in draft.services
            if service is not None
        }
        display = self._named_display(f"{key}.display", tenant_uuid, draft.display)
        uuid = _uuid("profile", tenant_uuid, declared.name)
        return Profile(uuid, tenant_uuid, declared.name, display, services, provisioned=True)

    def _named_source(self, key: str, tenant_uuid: str, name: str) -> Source:
        for source in self.sources:
            if (source.tenant_uuid, source.name) == (tenant_uuid, name):
                return source
        raise InvalidConfiguration(f"{key}: no source {name!r} is declared in that tenant")

    def _named_display(self, key: str, tenant_uuid: str, name: str | None) -> Display | None:
        if name is None:
            return None
        for display in self.displays:
            if (display.tenant_uuid, display.name) == (tenant_uuid, name):
                return display
        raise InvalidConfiguration(f"{key}: no display {name!r} is declared in that tenant")

    def _tenant(self, key: str, declared: ProvisionedResource) -> str:
        uuid = self._tenant_uuids.get(declared.tenant)
        if uuid is None:
            raise InvalidConfiguration(
                f"{key}.tenant: {declared.tenant!r} is neither uuid nor name of a tenant "
                "under provisioning.tenants"
            )
        return uuid


def _check_duplicates(kind: str, resources: Sequence[Source | Display | Profile]) -> None:
    seen: set[str] = set()
    for index, resource in enumerate(resources):
        if resource.uuid in seen:
            raise InvalidConfiguration(
                f"provisioning.{kind}.{index}.name: {resource.name!r} is declared twice in its tenant"
            )
        seen.add(resource.uuid)


def _check_tenants(tenants: Sequence[ProvisionedTenant]) -> None:
    uuids = [tenant.uuid for tenant in tenants]
    names = [tenant.name for tenant in tenants]
    for index, tenant in enumerate(tenants):
        key = f"provisioning.tenants.{index}"
        if tenant.uuid in uuids[:index]:
            raise InvalidConfiguration(f"{key}.uuid: {tenant.uuid} is declared twice")
        if tenant.name is not None and tenant.name in names[:index]:
            raise InvalidConfiguration(f"{key}.name: {tenant.name!r} is declared twice")
        if tenant.parent == tenant.uuid:
            raise InvalidConfiguration(f"{key}.parent: a tenant is not its own parent")
        if tenant.parent is not None and tenant.parent not in uuids:
            raise InvalidConfiguration(f"{key}.parent: no tenant {tenant.parent} is declared")


def _validated(schema: type[ModelT], key: str, given: Mapping[str, object]) -> ModelT:
    """Validate a declaration like a REST body, but reject unknown keys.

    A REST client may send back what it has read, including unknown keys; a configuration file has no such reason.
    """
    unknown = sorted(given.keys() - schema.model_fields.keys())
    if unknown:
        raise InvalidConfiguration(f"{key}.{unknown[0]}: unknown key")
    model = validated(schema, key, given)
    for unknown_key in _unknown_keys(model, given, key):
        raise InvalidConfiguration(f"{unknown_key}: unknown key")
    return model


def _unknown_keys(model: object, given: object, key: str) -> Iterator[str]:
    """Yield the keys in `given`, at any depth, that `model` ignored."""
    if isinstance(model, BaseModel) and isinstance(given, Mapping):
        for name, value in given.items():
            if name in type(model).model_fields:
                yield from _unknown_keys(getattr(model, name), value, f"{key}.{name}")
            else:
                yield f"{key}.{name}"
    if isinstance(model, tuple | list) and isinstance(given, tuple | list):
        for index, (item, value) in enumerate(zip(model, given, strict=False)):
            yield from _unknown_keys(item, value, f"{key}.{index}")


def provision(
    declarations: Declarations,
    tenants: TenantService,
    sources: SourceService,
    displays: DisplayService,
    profiles: ProfileService,
) -> None:
    """Write the declarations into the database.

    Raises:
        InvalidConfiguration: A name is already used by a resource that was created over REST.
    """
    for tenant in declarations.tenants:
        tenants.update(tenant)
    try:
        sources.provision(declarations.sources)
        displays.provision(declarations.displays)
        profiles.provision(declarations.profiles)
    except Conflict as error:
        raise InvalidConfiguration(f"provisioning: {error.message}; rename one of them") from error


def _uuid(kind: str, tenant_uuid: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"xivo-dird:{tenant_uuid}:{kind}:{name}"))
