"""docs/events.md: its consumer works, and every event has the shape that the page shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from api.events import feed
from api.rest import create
from servers.rabbitmq import RabbitMq
from waiting import wait_until
from xivo_dird.events.domain_event import EVENT_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
OPAQUE = {"contact", "options", "services"}
"""Keys of objects whose own keys differ from case to case."""


@pytest.fixture
def daemon(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        yield daemon


def make_every_change(daemon):
    """Cause every kind of change, and return the events by name."""

    def send(method, path, body=None, **arguments):
        response = daemon.request(method, f"/0.1{path}", json=body, **arguments)
        assert response.status_code < 300, response.text

    send("PUT", "/directories/favorites/crew/17")
    send("DELETE", "/directories/favorites/crew/17")
    change_contacts(daemon, send, "/personal", "/personal/import")
    send("DELETE", "/personal")
    book = f"/phonebooks/{create(daemon, '/phonebooks', {'name': 'b'})['uuid']}"
    change_contacts(daemon, send, f"{book}/contacts", f"{book}/contacts/import")
    send("PUT", book, {"name": "c"})
    send("DELETE", book)
    source = {"name": "staff"}
    display = {"name": "desk", "columns": [{"field": "name"}]}
    for path, body in (("/backends/personal/sources", source), ("/displays", display)):
        item = f"{path}/{create(daemon, path, body)['uuid']}"
        send("PUT", item, body)
        send("DELETE", item)
    shown = create(daemon, "/displays", display)["uuid"]
    profile = {"name": "p", "display": {"uuid": shown}, "services": {}}
    item = f"/profiles/{create(daemon, '/profiles', profile)['uuid']}"
    send("PUT", item, profile)
    send("DELETE", item)
    return {event["name"]: event for event in feed(daemon, limit=1000)["items"]}


def change_contacts(daemon, send, path, import_path):
    contact = f"{path}/{create(daemon, path, {'firstname': 'Ada'})['id']}"
    send("PUT", contact, {"firstname": "Eva"})
    send("DELETE", contact)
    assert daemon.request("POST", f"/0.1{import_path}", data="firstname\nIvo\n").status_code == 201


def shape(value, name=""):
    """Return the keys and types of a JSON value."""
    if name in OPAQUE:
        return dict
    if isinstance(value, dict):
        return {key: shape(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value[:1]]
    return type(value)


def is_same_shape(shown, real):
    """Return whether two shapes are equal; a null in either matches any value."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return shown.keys() == real.keys() and all(is_same_shape(shown[key], real[key]) for key in shown)
    return shown == real or type(None) in (shown, real)


def test_every_event_has_the_shown_shape(daemon):
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `(\{.*\})` \|$", PAGE.read_text(), re.MULTILINE)
    shown = {name: json.loads(data) for names, data in rows for name in re.findall(r"\w+", names)}
    real = make_every_change(daemon)
    assert shown.keys() == real.keys() == EVENT_NAMES
    for name, data in shown.items():
        assert is_same_shape(shape(data), shape(real[name]["data"])), (name, data, real[name]["data"])


def test_the_envelope_has_the_shown_keys(daemon):
    (shown,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]
    real = make_every_change(daemon)["favorite_added"]
    assert [key.partition(":")[0] for key in shown] == [key.partition(":")[0] for key in real]


def test_the_consumer_receives_events(shown_files, tmp_path):
    program = shown_files("events.md") / "follow.py"
    assert len([line for line in program.read_text().splitlines() if line.strip()]) <= 15
    with RabbitMq() as rabbit:
        uri = f"amqp://guest:guest@127.0.0.1:{rabbit.port}//"
        output = tmp_path / "output"
        with output.open("wb") as file:
            consumer = subprocess.Popen([sys.executable, str(program), uri], stdout=file, env={**os.environ})
        try:
            with Daemon(configuration(tmp_path, bus={"port": rabbit.port})) as daemon:
                wait_until(
                    lambda: create(daemon, "/personal", {"firstname": "Ada"}) and _has_output(daemon, output)
                )
        finally:
            consumer.kill()
            consumer.wait()
    assert "'firstname': 'Ada'" in output.read_text()


def _has_output(daemon, output):
    """Remove the contact, so that it can be created again, and return whether the consumer has printed."""
    daemon.request("DELETE", "/0.1/personal")
    return output.read_text() != ""
