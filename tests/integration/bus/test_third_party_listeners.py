"""Third-party listeners: one that works and several defective ones."""

import os
from pathlib import Path

import pytest

from servers.daemon import TOKEN, DaemonProcess
from servers.distribution import install
from waiting import wait_until
from xivo_dird.authenticator import hash_token

EXAMPLE = Path(__file__).parents[2] / "example_plugin"
TENANT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def daemon(tmp_path, bus_settings):
    configuration = {
        "bus": {**bus_settings, "tries": 2},
        "enabled_plugins": {
            "backends": {"hanging_import": False},
            "listeners": {"not_installed": True},
            "views": {"hanging_view": False},
        },
        "auth": {"tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}]},
    }
    environment = {**os.environ, "PYTHONPATH": str(install(EXAMPLE, tmp_path))}
    with DaemonProcess(tmp_path, configuration, environment) as daemon:
        wait_until(lambda: daemon.get("/status")[1]["bus_consumer"]["status"] == "ok")
        yield daemon


def test_a_ping_is_answered_although_another_listener_always_fails(daemon, bus, bus_settings):
    bus.publish("ping", {"text": "hello"}, message_id="ping-1")
    (pong,) = bus.events(1)
    assert (pong["name"], pong["data"]) == ("pong", {"text": "hello"})
    wait_until(lambda: bus.length(f"{bus_settings['queue_name']}.dead") == 1)
    log = daemon.log_file.read_text()
    assert "listener 'raising' failed with the event 'ping' (try 2 of 2)" in log
    assert "Message 'ping-1' (event 'ping') moved to the dead-letter queue" in log
    bus.publish("ping", {"text": "again"})
    assert [event["data"] for event in bus.events(1)] == [{"text": "again"}]


def test_the_status_shows_the_error_of_each_listener(daemon):
    _, body = daemon.get("/status")
    errors = {
        plugin["name"]: plugin["error"]
        for plugin in body["plugins"]
        if plugin["group"] == "xivo_dird.listeners" and plugin["status"] == "fail"
    }
    assert set(errors) == {"unmakable", "not_a_listener", "not_installed"}
    assert "can't be made" in errors["unmakable"]
