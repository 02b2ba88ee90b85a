"""Load the enabled plugins of each group and check their types."""

from xivo_dird.authenticator import AnyAuthenticator, Authenticator, TenantTree
from xivo_dird.backend import AnyBackend, Backend, BackendSettings, SourceOptions
from xivo_dird.config.schema import Auth, Config, EnabledPlugins, validated
from xivo_dird.config.secret_reader import administrator_reader
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.listener import AnyListener, Listener
from xivo_dird.loader import Plugins, installed_names, load_plugin
from xivo_dird.view import RegisterView

AUTHENTICATORS = "xivo_dird.authenticators"


def load_backends(enabled: EnabledPlugins) -> Plugins[type[AnyBackend]]:
    """Load the enabled backends."""
    return Plugins("xivo_dird.backends", enabled.backends, _checked_backend)


def load_views(enabled: EnabledPlugins) -> Plugins[RegisterView]:
    """Load the enabled views."""
    return Plugins("xivo_dird.views", enabled.views, _checked_view)


def load_listeners(enabled: EnabledPlugins) -> Plugins[type[AnyListener]]:
    """Load the enabled listeners."""
    return Plugins("xivo_dird.listeners", enabled.listeners, _checked_listener)


def with_auth_method(auth: Auth) -> Auth:
    """Return the section `auth` with its method: the given one, or the installed one that has most of its keys.

    Configuration files of older deployments have no `method`, because there was only one authenticator.

    Raises:
        InvalidConfiguration: An authenticator can't be loaded.
    """
    keys = (auth.model_extra or {}).keys()
    if "method" in auth.model_fields_set or not keys:
        return auth
    methods = [auth.method, *(name for name in installed_names(AUTHENTICATORS) if name != auth.method)]
    fields = {method: _authenticator_class(method).Settings.model_fields for method in methods}
    best = max(methods, key=lambda method: len(keys & fields[method].keys()))
    return auth.model_copy(update={"method": best})


def create_authenticator(config: Config) -> AnyAuthenticator:
    """Create the configured authenticator.

    Raises:
        InvalidConfiguration: It can't be loaded, or its settings are invalid. Without it no request can be allowed.
    """
    kind = _authenticator_class(config.auth.method)
    settings = validated(kind.Settings, "auth", config.auth.model_extra or {}, administrator_reader())
    tenants = config.provisioning.tenants
    tree = TenantTree({tenant.uuid: tenant.parent for tenant in tenants}, {t.uuid: t.name for t in tenants})
    return kind(settings, tree)


def _authenticator_class(method: str) -> type[AnyAuthenticator]:
    try:
        kind = load_plugin(AUTHENTICATORS, method)
    except (LookupError, ImportError, TimeoutError) as error:
        raise InvalidConfiguration(f"auth.method: {error}") from error
    if not (isinstance(kind, type) and issubclass(kind, Authenticator)):
        raise InvalidConfiguration(f"auth.method: {method!r} is not an Authenticator")
    return kind


def _checked_backend(name: str, plugin: object) -> type[AnyBackend]:
    if not (isinstance(plugin, type) and issubclass(plugin, Backend)):
        raise TypeError(f"{name} is not a Backend")
    _check_schema(f"{name}: its Options", getattr(plugin, "Options", None), SourceOptions)
    _check_schema(f"{name}: its Settings", getattr(plugin, "Settings", None), BackendSettings)
    return plugin


def _check_schema(what: str, schema: object, base: type) -> None:
    if not (isinstance(schema, type) and issubclass(schema, base)):
        raise TypeError(f"{what} are not a {base.__name__}")


def _checked_listener(name: str, plugin: object) -> type[AnyListener]:
    if not (isinstance(plugin, type) and issubclass(plugin, Listener)):
        raise TypeError(f"{name} is not a Listener")
    if not getattr(plugin, "events", ()):
        raise TypeError(f"{name} names no events")
    return plugin


def _checked_view(name: str, plugin: object) -> RegisterView:
    if isinstance(plugin, RegisterView):
        return plugin
    raise TypeError(f"{name} is not a function register(routes, services)")
