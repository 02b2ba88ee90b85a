"""Configuration files of older deployments are accepted (contract section 6)."""

import logging

import pytest
from pydantic import ValidationError

from xivo_dird.config.legacy_keys import log_keys_without_effect
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.exceptions import InvalidConfiguration

LEGACY_CONFIG = {
    "confd": {"host": "localhost", "port": 9486, "prefix": None, "https": False},
    "consul": {"scheme": "http", "port": 8500},
    "service_discovery": {
        "enabled": False,
        "advertise_address": "auto",
        "advertise_port": 9489,
        "advertise_address_interface": "eth0",
        "refresh_interval": 27,
        "retry_interval": 2,
        "ttl_interval": 30,
        "extra_tags": [],
    },
    "services": {
        "service_discovery": {"template_path": "/etc/wazo-dird/templates.d/", "services": {}, "hosts": {}}
    },
    "lookup_service": {"executor_workers": None},
    "reverse_service": {"executor_workers": 10},
    "favorites_service": {},
    "enabled_plugins": {
        "services": {"cleanup": True, "service_discovery": False},
        "backends": {"csv": True, "carrier_pigeon": True},
        "views": {"default_json": True, "graphql_view": True},
    },
}


def test_all_legacy_keys_are_accepted_and_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    log_keys_without_effect(Config.model_validate(LEGACY_CONFIG))
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.message.endswith(
        "no effect: confd, consul, service_discovery, services, lookup_service, reverse_service, favorites_service"
    )


def test_nothing_is_logged_without_legacy_keys(caplog: pytest.LogCaptureFixture) -> None:
    log_keys_without_effect(Config())
    assert caplog.records == []


def test_plugins_that_are_not_installed_are_logged_and_skipped(caplog: pytest.LogCaptureFixture) -> None:
    controller = Controller(Config.model_validate({**LEGACY_CONFIG, "db_uri": "sqlite://"}))
    controller.stop()
    for name in ("carrier_pigeon", "default_json", "graphql_view"):
        assert f"no plugin {name!r} is installed" in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [{"confd": {"hots": "x"}}, {"consul": {"port": "x"}}, {"lookup_service": {"workers": 1}}, {"x": {}}],
)
def test_a_mistake_in_a_legacy_key_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate(wrong)


def test_auth_settings_of_a_server_without_a_method_name_the_method() -> None:
    config = Config.model_validate({"auth": {"host": "localhost", "key_file": "/key.yml"}})
    with pytest.raises(InvalidConfiguration, match=r"^auth\.method: it is needed: host .*method: wazo_auth"):
        Controller(config)
