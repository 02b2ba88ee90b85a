"""Configuration files of older deployments are accepted (contract section 6)."""

from pathlib import Path

import pytest
import yaml

from xivo_dird.config.files import Arguments, LoadedConfiguration, load
from xivo_dird.config.legacy_keys import IGNORED_KEYS, SERVICES
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.plugins import with_auth_method

SHIPPED = """
debug: false
log_level: info
log_filename: /var/log/wazo-dird.log
user: www-data
extra_config_files: {folder}/conf.d/
db_uri: postgresql://asterisk:secret@localhost/asterisk
source_config_dir: /etc/xivo-dird/sources.d
foreground: false
pid_filename: /run/wazo-dird/wazo-dird.pid
rest_api:
  listen: 127.0.0.1
  port: 9489
  certificate: null
  private_key: null
  https: {{listen: 0.0.0.0, port: 9489, certificate: /a.crt, private_key: /a.key, ciphers: ALL}}
  cors: {{enabled: true, allow_headers: "Content-Type, X-Auth-Token"}}
  min_threads: 10
  max_threads: 100
lookup_service: {{executor_workers: null}}
reverse_service: {{executor_workers: 10}}
favorites_service: {{executor_workers: 10}}
auth: {{host: localhost, port: 9497, prefix: null, https: false, key_file: ""}}
confd: {{host: localhost, port: 9486, prefix: null, https: false}}
bus:
  enabled: true
  username: guest
  password: guest
  host: localhost
  port: 5672
  exchange_name: wazo-headers
  exchange_type: headers
  exchange_durable: true
  startup_connection_delay: 1
consul: {{scheme: https, host: localhost, port: 8500, verify: /a.crt, token: the-secret-of-consul}}
service_discovery:
  enabled: false
  advertise_address: auto
  advertise_port: 9489
  advertise_address_interface: eth0
  refresh_interval: 27
  retry_interval: 2
  ttl_interval: 30
  extra_tags: []
services: {{service_discovery: {{template_path: /etc/wazo-dird/templates.d/, services: {{}}, hosts: {{}}}}}}
views: {{displays: {{default: [{{title: Name, field: name}}]}}}}
enabled_plugins:
  backends: {{csv: true, csv_ws: true, ldap: true, carrier_pigeon: true}}
  services: {{cleanup: true, lookup: true, reverse: true, service_discovery: false, carrier_pigeon: true}}
  views: {{default_json: true, graphql_view: true, status_view: true}}
"""


def load_text(folder: Path, text: str) -> LoadedConfiguration:
    main_file = folder / "config.yml"
    main_file.write_text(text, encoding="utf-8")
    return load(Arguments(main_file))


@pytest.fixture
def shipped(tmp_path: Path) -> LoadedConfiguration:
    return load_text(tmp_path, SHIPPED.format(folder=tmp_path))


def test_each_key_without_effect_has_one_warning_that_names_it(
    shipped: LoadedConfiguration, tmp_path: Path
) -> None:
    named = [warning.removeprefix(f"{tmp_path}/config.yml: ") for warning in shipped.ignored_keys]
    assert sorted(warning.partition(": ")[0] for warning in named) == [
        "bus.exchange_durable",
        "bus.startup_connection_delay",
        "confd",
        "consul",
        "enabled_plugins.services.carrier_pigeon",
        "favorites_service",
        "foreground",
        "lookup_service",
        "pid_filename",
        "rest_api.https",
        "reverse_service",
        "service_discovery",
        "services",
        "source_config_dir",
        "views",
    ]
    assert all("the key has no effect: " in warning for warning in named)
    assert "secret" not in "".join(named)


def test_the_other_keys_of_a_shipped_file_are_used(shipped: LoadedConfiguration) -> None:
    config = shipped.config
    assert config.rest_api.cors.allow_headers == ("Content-Type", "X-Auth-Token")
    assert (config.user, config.bus.exchange_name) == ("www-data", "wazo-headers")
    assert config.db_uri == "postgresql://asterisk:secret@localhost/asterisk"


@pytest.mark.parametrize("key", IGNORED_KEYS)
def test_every_ignored_key_is_accepted_with_any_value(tmp_path: Path, key: str) -> None:
    tree: object = {"some": ["value"]}
    for part in reversed(key.split(".")):
        tree = {part: tree}
    (warning,) = load_text(tmp_path, yaml.safe_dump(tree)).ignored_keys
    assert warning.startswith(f"{tmp_path}/config.yml: {key}: the key has no effect: ")


def test_a_key_without_a_value_is_not_mentioned(tmp_path: Path) -> None:
    assert load_text(tmp_path, "consul: null\nconfd:\nrest_api: null\nbus:").ignored_keys == ()


def test_the_warning_names_the_extra_file_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "consul.yml").write_text("consul: {port: 8500}", encoding="utf-8")
    (warning,) = load_text(tmp_path, f"extra_config_files: {tmp_path}/conf.d").ignored_keys
    assert warning.startswith(f"{tmp_path}/conf.d/consul.yml: consul: ")


@pytest.mark.parametrize("name", SERVICES)
def test_a_disabled_service_is_mentioned_and_an_enabled_one_is_not(tmp_path: Path, name: str) -> None:
    loaded = load_text(tmp_path, f"enabled_plugins: {{services: {{{name}: false}}}}")
    (warning,) = loaded.ignored_keys
    assert f"enabled_plugins.services.{name}: " in warning
    assert load_text(tmp_path, f"enabled_plugins: {{services: {{{name}: true}}}}").ignored_keys == ()


def test_a_key_that_was_never_valid_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="consull: unknown key"):
        load_text(tmp_path, "consull: {port: 8500}")


SERVER = [
    "host: localhost",
    "host: localhost, port: 9497",
    "host: localhost, port: 9497, prefix: null, https: false",
    "host: auth.example.org, port: 443, https: true, prefix: /api/auth, verify_certificate: false",
    "host: localhost, key_file: ''",
    "username: xivo-dird, password: secret",
    "username: xivo-dird, password: secret, master_tenant_uuid: 11111111-1111-4111-8111-111111111111",
    "timeout: 5",
    "port: 9497, timeout: 5",
    "verify_certificate: true",
]
TOKENS = ["tokens: []", "tokens: [], master_tenant_uuid: 11111111-1111-4111-8111-111111111111"]


@pytest.mark.parametrize(
    ("section", "method"),
    [*((section, "wazo_auth") for section in SERVER), *((section, "static") for section in TOKENS)],
)
def test_a_section_auth_without_a_method_selects_it_by_its_keys(
    tmp_path: Path, section: str, method: str
) -> None:
    auth = with_auth_method(load_text(tmp_path, f"auth: {{{section}}}").config.auth)
    assert auth.method == method
