"""Keys in the configuration files of older deployments (contract section 6) that have no effect any more.

They are removed before the configuration is validated, with everything below them, so that a deployment can keep its
files. Every other unknown key is an error.
"""

from collections.abc import Iterator, Mapping

from xivo_dird.config.merged import KeyPath

IGNORED_KEYS: Mapping[str, str] = {
    "confd": "each source has the address of its server",
    "consul": "the daemon does not register itself",
    "service_discovery": "the daemon does not register itself",
    "services": "no source is created for a discovered service",
    "lookup_service": "see lookup.workers_per_source",
    "reverse_service": "see lookup.workers_per_source",
    "favorites_service": "see lookup.workers_per_source",
    "source_config_dir": "declare sources under provisioning.sources, or add them over REST",
    "sources": "declare sources under provisioning.sources, or add them over REST",
    "views": "declare displays and profiles under provisioning, or add them over REST",
    "foreground": "the daemon always stays in the foreground",
    "pid_filename": "the daemon always stays in the foreground and writes no such file",
    "pidfile": "the daemon always stays in the foreground and writes no such file",
    "rest_api.http": "see rest_api.listen and rest_api.port",
    "rest_api.https": "see rest_api.listen, rest_api.port, rest_api.certificate and rest_api.private_key",
    "rest_api.wsgi_socket": "see rest_api.listen and rest_api.port",
    "bus.exchange_durable": "the exchange is always durable",
    "bus.startup_connection_delay": "the daemon starts without waiting for the broker",
}
"""Dotted key of the configuration of an older deployment -> what an administrator should know about it."""

SERVICES = (
    "cleanup",
    "config",
    "display",
    "favorites",
    "lookup",
    "personal",
    "phonebook",
    "profile",
    "reverse",
    "source",
)
"""The names under `enabled_plugins.services` in older deployments whose services exist and are always enabled."""


def remove_ignored_keys(tree: dict[str, object]) -> Iterator[tuple[KeyPath, str]]:
    """Remove the ignored keys from a configuration; yield the path of each that has a value, and what to know."""
    for dotted_key, hint in IGNORED_KEYS.items():
        *parents, key = path = tuple(dotted_key.split("."))
        section: object = tree
        for parent in parents:
            section = section.get(parent) if isinstance(section, dict) else None
        if isinstance(section, dict) and section.pop(key, None) is not None:
            yield path, hint


def services_without_effect(switches: Mapping[str, bool]) -> Iterator[tuple[KeyPath, str]]:
    """Yield each name under `enabled_plugins.services` that does not do what it says, and why."""
    for name, is_enabled in switches.items():
        path = ("enabled_plugins", "services", name)
        if name in SERVICES and not is_enabled:
            yield path, "this service is always enabled"
        elif name not in SERVICES and is_enabled:
            yield path, "there is no such service"
