"""The composition root: create all objects of the daemon, and start and stop them in order."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from wsgiref.types import WSGIApplication

from xivo_dird.agi.service import CallerNames
from xivo_dird.backend import AnyBackend, ContactList, StoredContacts
from xivo_dird.browsing.service import BrowsingService
from xivo_dird.bus.bus import MessageBus
from xivo_dird.config.schema import Config, validated
from xivo_dird.config.secret_reader import administrator_reader
from xivo_dird.database.engine import Database
from xivo_dird.database.exclusive import relay_lock
from xivo_dird.database.identity import database_identity
from xivo_dird.database.limits import DEFAULT_LIMITS, DatabaseLimits
from xivo_dird.database.revision import Revision
from xivo_dird.diagnosis.service import ExplanationService
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.displays.service import DisplayService
from xivo_dird.events.cleanup import EventCleanup
from xivo_dird.events.model import EventLimits
from xivo_dird.events.service import EventService
from xivo_dird.exceptions import InvalidConfiguration, InvalidSource
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.favorites.service import FavoriteService
from xivo_dird.health import BusStatus
from xivo_dird.http.application import WebApplication, create_application
from xivo_dird.http.identity import Identity
from xivo_dird.index.limits import IndexLimits
from xivo_dird.ldap_server.front_end import create_front_end
from xivo_dird.ldap_server.operations import FrontEnd
from xivo_dird.listener import AnyListener
from xivo_dird.loader import run_with_timeout
from xivo_dird.lookup.service import LookupService
from xivo_dird.metrics.service import MetricsService
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.outgoing import AllowedTargets, Outgoing
from xivo_dird.personal.service import PersonalService
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.phones.service import PhoneService
from xivo_dird.plugins import (
    create_authenticator,
    load_backends,
    load_listeners,
    load_views,
    with_auth_method,
)
from xivo_dird.profiles.service import ProfileService
from xivo_dird.prometheus import Prometheus
from xivo_dird.provisioning import Declarations, provision
from xivo_dird.reverse.service import ReverseService
from xivo_dird.running_config.service import PluginModels, RunningConfigService, set_root_log_level
from xivo_dird.services import Services
from xivo_dird.sessions.service import SessionService
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.source_contacts.service import SourceContactService
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.status.model import PluginCheck
from xivo_dird.status.service import StatusService
from xivo_dird.tenants.owned_store import Storage
from xivo_dird.tenants.service import TenantService
from xivo_dird.threads.breaker import BreakerLimits

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unstarted:
    """The parts of a daemon that has not been started, for commands that only read.

    Attributes:
        config: Its configuration.
        backends: The class of each installed and enabled backend, by name.
        declarations: What the configuration declares; the store may not have it yet.
        services: The services, which read the store.
        registry: Opens sources when they are asked.
        check_store: Raises `StoreUnavailable` if the store is missing, incomplete or can't be used.
    """

    config: Config
    backends: Mapping[str, type[AnyBackend]]
    declarations: Declarations
    services: Services
    registry: Registry
    check_store: Callable[[], None]


class Controller:
    """The daemon without its servers.

    Attributes:
        application: The WSGI application, which can answer requests after `start`.
        caller_names: What answers FastAGI calls, also after `start`.
        ldap: What answers LDAP clients, also after `start`.
    """

    def __init__(
        self,
        config: Config,
        prometheus: Prometheus | None = None,
        counters: SharedCounters | None = None,
        database_limits: DatabaseLimits = DEFAULT_LIMITS,
    ) -> None:
        """Create all objects and check the whole configuration, without opening anything.

        Args:
            config: The configuration.
            prometheus: Metrics that several workers share. By default, the metrics of this process only.
            counters: What several workers share to notice changes by each other. By default, there are no others.
            database_limits: The time limits of the database.

        Raises:
            InvalidConfiguration: A setting or a declaration is invalid.
        """
        self._prometheus = prometheus or Prometheus()
        self._has_auth_method = "method" in config.auth.model_fields_set
        self._config = config = config.model_copy(update={"auth": with_auth_method(config.auth)})
        self._backends = load_backends(config.enabled_plugins)
        self._views = load_views(config.enabled_plugins)
        self._listeners = load_listeners(config.enabled_plugins)
        self._reject_settings_without_backend()
        self._reject_rules_without_view()
        self._installed = {
            name: self._with_settings(name, kind) for name, kind in self._backends.loaded.items()
        }
        schemas = {name: kind.Options for name, kind in self._backends.loaded.items()}
        self._declarations = Declarations(config.provisioning, schemas)
        self._authenticator = create_authenticator(config)
        self._database = Database(config.db_uri, database_limits)
        self._counters = counters or SharedCounters()
        self._revision = Revision(self._database, self._counters)
        self._events = EventService(self._database, config.uuid, _event_limits(config))
        self._cleanup = EventCleanup(self._events, config.events, config.bus.enabled)
        plan = DialPlan(config.lookup.default_country, config.lookup.outside_line_prefix)
        self._tenants = TenantService(self._database, self._revision, plan)
        storage = Storage(self._database, self._revision, self._tenants, self._events)
        self._phonebooks = PhonebookService(storage)
        self._phonebook_contacts = PhonebookContactService(self._database, self._events)
        self._displays = DisplayService(storage)
        self._sources = SourceService(
            storage, schemas, self._check_openable, shows_secrets=config.rest_api.show_secrets
        )
        personal = [name for name, kind in self._backends.loaded.items() if kind.is_personal]
        self._personal = PersonalService(
            self._database,
            self._tenants,
            self._sources,
            self._events,
            personal,
            self._authenticator.visible_tenants,
        )
        contacts = StoredContacts(
            self._phonebook_contacts.contacts_of, self._personal.contacts_of, self._database.is_remote
        )
        folder = config.state_directory / "sources"
        owner, limits = database_identity(config.db_uri), _index_limits(config)
        opener = SourceOpener(
            self._installed,
            folder,
            contacts,
            self._tenants.dial_plan,
            owner,
            limits,
            _outgoing_factory(config),
            config.secrets.tenant_folder,
        )
        self._registry = Registry(opener, _source_limits(config), self._prometheus.outcome_counter)
        self._metrics = MetricsService(self._prometheus, self._registry, self._events, self._bus_status)
        self._profiles = ProfileService(storage, self._displays, self._sources)
        self._sessions = SessionService(
            self._database,
            self._authenticator,
            FailureLimit(config.access.max_failures_per_minute),
            config.rest_api.session_seconds,
        )
        self._services = self._create_services()
        self._bus = self._create_bus()
        web = self._create_application()
        self.application: WSGIApplication = web.wsgi
        self.only_reads = web.routes.only_reads
        self.caller_names = CallerNames(
            config.agi, self._authenticator, self._services.phones, self._prometheus.count_agi_call
        )
        self.ldap = self._create_ldap()

    def check(self) -> None:
        """Check the options of every declared source by creating its backend; log plugins that are missing.

        Raises:
            InvalidConfiguration: The options of a source are invalid.
        """
        self._log_missing()
        for index, source in enumerate(self._declarations.sources):
            if source.backend not in self._backends.loaded:
                continue
            key = f"provisioning.sources.{index}"
            try:
                error = self._registry.check(source)
            except InvalidSource as invalid:
                raise InvalidConfiguration(f"{key}: {invalid}") from invalid
            if error is not None:  # it may be temporary
                logger.warning("%s: %s", key, error)

    def first_start(self) -> AbstractContextManager[str | None]:
        """Return a context manager that prepares the very first start; see `Authenticator.first_start`."""
        return self._authenticator.first_start()

    def new_sign_in_code(self, token: str) -> str | None:
        """Return a code that signs in the user of a token once on the web page; None if there is no page.

        Call it after `prepare`.
        """
        has_page = {"session", "web"} <= self._views.loaded.keys()
        return self._sessions.new_code(token) if has_page else None

    def start(self) -> None:
        """Prepare the database, then open everything that requests need."""
        self.prepare()
        self.open()

    def prepare(self) -> None:
        """Migrate the database and write the declared resources: once, before any number of processes call `open`."""
        self._log_missing()
        self._config.state_directory.mkdir(parents=True, exist_ok=True)
        self._database.migrate()
        provision(self._declarations, self._tenants, self._sources, self._displays, self._profiles)

    def open(self) -> None:
        """Start the background work, and open every source in the background."""
        self._authenticator.start()
        self._revision.start()
        self._events.watch.start()
        self._cleanup.start()
        sources = self._refresh_sources()
        self._revision.add_listener(self._refresh_sources)
        self._bus.start()
        self._metrics.start()
        self._services.config.start()
        self._log_summary(sources)

    @contextmanager
    def store_only(self) -> Iterator[Services]:
        """Migrate the database and yield the services, for a command that answers no requests."""
        self._database.migrate()
        try:
            yield self._services
        finally:
            self.stop()

    @contextmanager
    def unstarted(self) -> Iterator[Unstarted]:
        """Yield the parts, for a command that only reads, and stop them at the end.

        The store is not migrated, and nothing is written but the indexes below `state_directory`.
        """
        self._tenants.declare(self._declarations.tenants)
        try:
            yield Unstarted(
                self._config,
                self._backends.loaded,
                self._declarations,
                self._services,
                self._registry,
                self._database.ping,
            )
        finally:
            self.stop()

    def stop(self) -> None:
        """End all waiting lookups immediately, then stop and close everything."""
        self._registry.close()
        self._services.explanations.close()
        self._events.watch.stop()
        self._bus.stop()
        self._cleanup.stop()
        self._metrics.stop()
        self._services.config.stop()
        self._revision.stop()
        self._authenticator.close()
        self._database.close()

    def _refresh_sources(self) -> list[Source]:
        """Close removed sources, and start opening new and edited ones before their first question; return all."""
        revision = self._revision.value
        sources = self._sources.find_all()
        self._registry.update(sources, lambda: self._revision.value == revision)
        return sources

    def _log_missing(self) -> None:
        """Log what the configuration names and the installation lacks, and the chosen authenticator."""
        for plugins in (self._backends, self._views, self._listeners):
            plugins.log_missing()
        if not self._has_auth_method and self._config.auth.model_extra:
            logger.warning(
                "auth.method is not set: %s is used, which has the other keys", self._config.auth.method
            )

    def _log_summary(self, sources: list[Source]) -> None:
        counts = Counter(source.backend for source in sources)
        logger.info(
            "Serves %d sources (%s) with %d backends, %d views, %d listeners, %d workers",
            counts.total(),
            ", ".join(f"{count} {backend}" for backend, count in sorted(counts.items())) or "none",
            len(self._backends.loaded),
            len(self._views.loaded),
            len(self._listeners.loaded),
            self._config.rest_api.workers,
        )

    def _create_services(self) -> Services:
        limits = self._config.lookup
        lookup = LookupService(self._profiles, self._registry, limits.timeout, self._tenants.dial_plan)
        reverse = ReverseService(self._profiles, self._registry, limits.reverse_timeout, limits.reverse_grace)
        return Services(
            displays=self._displays,
            profiles=self._profiles,
            sources=self._sources,
            source_contacts=SourceContactService(self._sources, self._registry, self._contact_lists()),
            phonebooks=self._phonebooks,
            phonebook_contacts=self._phonebook_contacts,
            lookup=lookup,
            browsing=BrowsingService(lookup, self._registry),
            events=self._events,
            explanations=ExplanationService(
                lookup,
                reverse,
                self._registry,
                self._tenants,
                self._backends.loaded,
                {"lookup": limits.timeout, "reverse": limits.reverse_timeout},
            ),
            favorites=FavoriteService(
                self._database,
                self._revision,
                self._sources,
                self._registry,
                self._events,
                self._counters,
                limits.timeout,
            ),
            personal=self._personal,
            reverse=reverse,
            phones=PhoneService(self._config.phones, lookup, reverse, self._profiles, limits.timeout),
            tenants=self._tenants,
            metrics=self._metrics,
            config=RunningConfigService(
                self._config, self._plugin_models(), set_root_log_level, self._counters
            ),
            sessions=self._sessions,
            status=StatusService(
                self._database,
                self._registry,
                self._events,
                self._bus_status,
                self._plugin_checks,
                self._authenticator.master_tenant,
                self._revision.notify_listeners,
            ),
        )

    def _create_ldap(self) -> FrontEnd:
        return create_front_end(
            self._config.ldap_server,
            self._config.phones,
            self._authenticator,
            self._services.lookup,
            self._services.reverse,
            self._profiles,
            self._tenants.dial_plan,
            FailureLimit(self._config.access.max_failures_per_minute),
            self._prometheus.count_ldap_operation,
            has_tls=self._config.ldap_certificate() is not None,
        )

    def _check_openable(self, source: Source) -> None:
        """Raise `InvalidSource` if a source that a client wants to store can never be opened."""
        self._registry.check(source)

    def _plugin_models(self) -> PluginModels:
        settings = {name: installed.settings for name, installed in self._installed.items()}
        return PluginModels(self._authenticator.settings, settings, tuple(self._declarations.options))

    def _contact_lists(self) -> dict[str, ContactList]:
        """Return how contacts can be listed, by the name of the backend."""
        return {
            name: kind.contact_list
            for name, kind in self._backends.loaded.items()
            if kind.contact_list is not None
        }

    def _bus_status(self) -> BusStatus:
        return self._bus.status()

    def _create_bus(self) -> MessageBus:
        listeners: dict[str, AnyListener] = {}
        for name, kind in list(self._listeners.loaded.items()):
            try:
                listeners[name] = run_with_timeout(f"create {name}", partial(kind, self._services))
            except Exception as error:  # noqa: BLE001 - plugin boundary: a broken listener affects only itself
                self._listeners.record_failure(name, error)
        lock = relay_lock(self._database)
        return MessageBus(
            self._config.bus,
            self._events,
            lock,
            listeners,
            self._database.ping,
            self._prometheus.count_dead_letter,
        )

    def _create_application(self) -> WebApplication:
        web = create_application(
            self._config.rest_api,
            Identity(self._authenticator, self._sessions),
            self._prometheus.count_request,
            self._services.config.update if self._counters.is_shared else None,
            self._config.access,
        )
        for name, register in list(self._views.loaded.items()):
            try:
                work = partial(register, web.routes.for_view(name), self._services)
                run_with_timeout(f"register {name}", work)
            except Exception as error:  # noqa: BLE001 - plugin boundary: a broken view affects only itself
                self._views.record_failure(name, error)
        self._reject_rules_without_effect(web.routes.configured_views)
        return web

    def _plugin_checks(self) -> list[PluginCheck]:
        statuses = [*self._backends.status(), *self._views.status(), *self._listeners.status()]
        return [PluginCheck(s.group, s.name, s.status, s.error) for s in statuses]

    def _with_settings(self, name: str, backend: type[AnyBackend]) -> InstalledBackend:
        values = self._config.backends.get(name, {})
        settings = validated(backend.Settings, f"backends.{name}", values, administrator_reader())
        return InstalledBackend(backend, settings)

    def _reject_settings_without_backend(self) -> None:
        for name in self._config.backends:
            if name not in self._backends.enabled:
                raise InvalidConfiguration(f"backends.{name}: unknown key, no such backend is enabled")

    def _reject_rules_without_view(self) -> None:
        for name in self._config.access.views:
            if name not in self._views.enabled:
                raise InvalidConfiguration(f"access.views.{name}: unknown key, no such view is enabled")

    def _reject_rules_without_effect(self, configured_views: frozenset[str]) -> None:
        for name in self._config.access.views:
            if name in self._views.loaded and name not in configured_views:
                raise InvalidConfiguration(f"access.views.{name}: this view always requires a token")


def _event_limits(config: Config) -> EventLimits:
    """Return the limits of events; by default, most threads stay free for requests that do not wait for events."""
    events = config.events
    waiting = max(1, config.rest_api.max_threads // 4) if events.max_waiting is None else events.max_waiting
    return EventLimits(waiting, events.max_waiting_per_user, events.max_event_size)


def _index_limits(config: Config) -> IndexLimits:
    index = config.index
    return IndexLimits(
        max_entries=index.max_entries,
        max_bytes=index.max_bytes,
        max_entry_bytes=index.max_entry_bytes,
        max_build_seconds=index.max_build_seconds,
        max_idle_seconds=index.max_idle_seconds,
        max_open_users=index.max_open_users,
        keep_user_seconds=index.keep_user_seconds,
    )


def _outgoing_factory(config: Config) -> Callable[[bool], Outgoing]:
    allowed = AllowedTargets.parse(config.outgoing.allow)
    return partial(_new_outgoing, allowed, config.outgoing.max_response_bytes)


def _new_outgoing(allowed: AllowedTargets, max_response_bytes: int, is_declared: bool) -> Outgoing:
    return Outgoing(allowed, trusts_options=is_declared, max_response_bytes=max_response_bytes)


def _source_limits(config: Config) -> SourceLimits:
    lookup = config.lookup
    return SourceLimits(
        workers=lookup.workers_per_source,
        queue=lookup.queue_per_source,
        breaker=BreakerLimits(lookup.breaker_failures, lookup.breaker_pause, lookup.breaker_longest_pause),
    )
