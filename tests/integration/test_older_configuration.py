"""A daemon with the configuration of an older deployment logs what it does with it (contract section 6)."""

from pathlib import Path

import pytest

from xivo_dird.config.files import Arguments, load
from xivo_dird.controller import Controller
from xivo_dird.exceptions import InvalidConfiguration

ENABLED_PLUGINS = (
    "{backends: {csv: true, ldap: true, carrier_pigeon: true}, services: {lookup: true, carrier_pigeon: true},"
    " views: {default_json: true, graphql_view: true, status_view: true}}"
)


def controller_of(folder: Path, text: str) -> Controller:
    """Return the controller of a daemon with this configuration, and without a database file."""
    main_file = folder / "config.yml"
    main_file.write_text(f"db_uri: 'sqlite://'\n{text}", encoding="utf-8")
    return Controller(load(Arguments(main_file)).config)


def test_plugins_that_are_not_installed_are_logged_once_per_daemon(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    controller = controller_of(tmp_path, f"enabled_plugins: {ENABLED_PLUGINS}")
    assert "no plugin" not in caplog.text  # every worker process creates one
    controller.check()
    controller.stop()
    for name in ("carrier_pigeon", "default_json", "graphql_view", "status_view"):
        assert caplog.text.count(name) == 1
        assert f"no plugin {name!r} is installed" in caplog.text


def test_the_selected_method_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    controller = controller_of(tmp_path, "auth: {host: localhost}")
    controller.check()
    controller.stop()
    assert "auth.method is not set: wazo_auth is used" in caplog.text


def test_without_a_section_auth_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    controller = controller_of(tmp_path, "")
    controller.check()
    controller.stop()
    assert caplog.text == ""


def test_a_key_that_no_authenticator_has_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^auth\.colour: "):
        controller_of(tmp_path, "auth: {host: localhost, colour: red}")
