"""`xivo-dird events tail`: events printed on a terminal."""

import json
import signal
import subprocess

import pytest

from servers.foreground import TENANT, Foreground
from servers.program import run_program, start_program
from waiting import TIMEOUT, wait_until

DISPLAYS = [{"tenant": TENANT, "name": name, "columns": [{"field": "name"}]} for name in ("one", "two")]


@pytest.fixture
def daemon(tmp_path):
    """Run a daemon that has recorded events of two displays."""
    provisioning = {"tenants": [{"uuid": TENANT}], "displays": DISPLAYS}
    with Foreground(tmp_path, provisioning=provisioning) as daemon:
        yield daemon


def tail(daemon, output, *options):
    """Start the command with the default action for SIGINT, as a terminal does.

    A process in the background of a shell inherits that SIGINT is ignored.
    """
    arguments = ["-c", str(daemon.config_file), "events", "tail", *options]
    with output.open("wb") as file:
        return start_program(arguments, file, file, prefix=["env", "--default-signal=INT"])


def test_events_are_printed_one_per_line_until_it_is_interrupted(daemon, tmp_path):
    output = tmp_path / "tail"
    process = tail(daemon, output, "--after", "0", "--name", "display_created")
    wait_until(lambda: output.read_text().count("\n") == 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(TIMEOUT) == 0
    first, second, last = output.read_text().splitlines()
    assert [json.loads(line)["data"]["display"]["name"] for line in (first, second)] == ["one", "two"]
    assert last == "Stopped after the event 2."


def test_it_starts_with_the_next_event(daemon, tmp_path):
    output = tmp_path / "tail"
    process = tail(daemon, output)
    wait_until(lambda: _create_display(daemon) and output.read_text())
    process.kill()
    process.wait()
    assert '"one"' not in output.read_text()


def _create_display(daemon):
    process = subprocess.run(
        [
            "curl",
            "-sf",
            "-HX-Auth-Token: " + daemon.token(),
            "-d",
            '{"name": "three", "columns": [{"field": "name"}]}',
            f"http://127.0.0.1:{daemon.port}/0.1/displays",
        ],
        check=True,
        capture_output=True,
    )
    return process.stdout


def test_a_cursor_of_another_database_is_an_error_of_one_line(daemon):
    status, output, errors = run_program(["-c", str(daemon.config_file), "events", "tail", "--after", "99"])
    assert (status, output) == (1, "")
    assert errors == "xivo-dird: after: there is no event 99 in this database, the last is 2\n"
