"""docs/events.md: its consumer works, and it shows every event as it is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.conftest import Daemon, configuration
from api.events import feed
from api.rest import created
from servers.rabbitmq import RabbitMq
from waiting import wait_until
from xivo_dird.events.domain_event import EVENT_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
OPAQUE = {"contact", "options", "services"}
"""What has keys of its own in each case."""


@pytest.fixture
def daemon(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        yield daemon


def everything(daemon):
    """Make every change that there is, and answer the data of each event by its name."""

    def ask(method, path, body=None, **arguments):
        response = daemon.request(method, f"/0.1{path}", json=body, **arguments)
        assert response.status_code < 300, response.text

    ask("PUT", "/directories/favorites/crew/17")
    ask("DELETE", "/directories/favorites/crew/17")
    keep_contacts(daemon, ask, "/personal", "/personal/import")
    ask("DELETE", "/personal")
    book = f"/phonebooks/{created(daemon, '/phonebooks', {'name': 'b'})['uuid']}"
    keep_contacts(daemon, ask, f"{book}/contacts", f"{book}/contacts/import")
    ask("PUT", book, {"name": "c"})
    ask("DELETE", book)
    source = {"name": "staff"}
    display = {"name": "desk", "columns": [{"field": "name"}]}
    for path, body in (("/backends/personal/sources", source), ("/displays", display)):
        made = f"{path}/{created(daemon, path, body)['uuid']}"
        ask("PUT", made, body)
        ask("DELETE", made)
    shown = created(daemon, "/displays", display)["uuid"]
    profile = {"name": "p", "display": {"uuid": shown}, "services": {}}
    made = f"/profiles/{created(daemon, '/profiles', profile)['uuid']}"
    ask("PUT", made, profile)
    ask("DELETE", made)
    return {event["name"]: event for event in feed(daemon, limit=1000)["items"]}


def keep_contacts(daemon, ask, path, import_path):
    contact = f"{path}/{created(daemon, path, {'firstname': 'Ada'})['id']}"
    ask("PUT", contact, {"firstname": "Eva"})
    ask("DELETE", contact)
    assert daemon.request("POST", f"/0.1{import_path}", data="firstname\nIvo\n").status_code == 201


def shape(value, name=""):
    """Reduce JSON to its keys and types; a null may stand for anything."""
    if name in OPAQUE:
        return dict
    if isinstance(value, dict):
        return {key: shape(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value[:1]]
    return type(value)


def fits(shown, real):
    """Compare two shapes."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return shown.keys() == real.keys() and all(fits(shown[key], real[key]) for key in shown)
    return shown == real or type(None) in (shown, real)


def test_every_event_is_shown_as_it_is(daemon):
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `(\{.*\})` \|$", PAGE.read_text(), re.MULTILINE)
    shown = {name: json.loads(data) for names, data in rows for name in re.findall(r"\w+", names)}
    real = everything(daemon)
    assert shown.keys() == real.keys() == EVENT_NAMES
    for name, data in shown.items():
        assert fits(shape(data), shape(real[name]["data"])), (name, data, real[name]["data"])


def test_the_envelope_is_shown_as_it_is(daemon):
    (shown,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]
    real = everything(daemon)["favorite_added"]
    assert [key.partition(":")[0] for key in shown] == [key.partition(":")[0] for key in real]


def test_the_consumer_sees_what_happens(shown_files, tmp_path):
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
                    lambda: created(daemon, "/personal", {"firstname": "Ada"}) and _came(daemon, output)
                )
        finally:
            consumer.kill()
            consumer.wait()
    assert "'firstname': 'Ada'" in output.read_text()


def _came(daemon, output):
    daemon.request("DELETE", "/0.1/personal")
    return output.read_text() != ""
