"""`rest_api.workers`: several processes on one port, and their supervising parent."""

import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers.foreground import Foreground
from servers.freezing import freeze
from servers.program import run_program
from servers.worker_daemon import PEOPLE, WORKERS, with_people, workers
from waiting import assert_prompt, wait_until


@contextmanager
def running_daemon(folder: Path) -> Iterator[Foreground]:
    """Run a daemon whose workers all answer."""
    with with_people(folder) as running:
        wait_until(lambda: len(workers(running)) == WORKERS)
        wait_until(lambda: len(re.findall(f"{PEOPLE} entries", running.log())) == WORKERS)
        wait_until(lambda: len(re.findall("Listens on", running.log())) == WORKERS)
        yield running
        if is_alive(running.pid):
            running.signal(signal.SIGTERM)
            running.wait()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Foreground]:
    with running_daemon(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreground]:
    """Share one daemon between tests that end none of its processes."""
    with running_daemon(tmp_path_factory.mktemp("daemon")) as running:
        yield running


def state(process: Path) -> str:
    """Return the state letter of a process or thread as in proc(5); X (dead) if it does not exist."""
    try:
        return (process / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def is_alive(pid: int) -> bool:
    return state(Path(f"/proc/{pid}")) not in "ZX"


def names_found(daemon: Foreground) -> int:
    status, body = daemon.get("/directories/lookup/default?term=ada")
    assert status == 200
    return body.count(b'"column_values"')


def test_every_worker_answers(shared_daemon: Foreground) -> None:
    """With either worker suspended, the other one accepts the connections."""
    for paused in workers(shared_daemon):
        freeze(paused)
        try:
            wait_until(lambda: names_found(shared_daemon) == PEOPLE)
        finally:
            os.kill(paused, signal.SIGCONT)


def test_a_killed_worker_is_replaced_and_requests_go_on(daemon: Foreground) -> None:
    wait_until(lambda: names_found(daemon) == PEOPLE)
    before = workers(daemon)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    for _ in range(20):
        daemon.get("/directories/lookup/default?term=ada")
    wait_until(lambda: len(workers(daemon) - {killed}) == WORKERS)
    assert "ended with status -9" in daemon.log()
    (new,) = workers(daemon) - before
    os.kill(min(before - {killed}), signal.SIGKILL)
    wait_until(lambda: is_alive(new) and names_found(daemon) == PEOPLE)


def test_a_stop_ends_all_workers_cleanly(daemon: Foreground) -> None:
    pids = workers(daemon)
    with assert_prompt():
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert not any(map(is_alive, pids))
    assert "Traceback" not in daemon.log()


def test_a_worker_that_does_not_stop_is_killed(daemon: Foreground) -> None:
    pids = workers(daemon)
    freeze(min(pids))
    with assert_prompt():
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0
    wait_until(lambda: not any(map(is_alive, pids)))


def test_workers_end_when_their_parent_is_killed(daemon: Foreground) -> None:
    pids = workers(daemon)
    daemon.signal(signal.SIGKILL)
    daemon.wait()
    wait_until(lambda: not any(map(is_alive, pids)))
    with socket.create_server(("127.0.0.1", daemon.port)):  # no process listens any more
        pass


def test_every_process_reopens_the_log_file_at_sighup(daemon: Foreground) -> None:
    daemon.log_file.rename(daemon.folder / "dird.log.1")
    daemon.signal(signal.SIGHUP)
    wait_until(lambda: len(re.findall("The log file was reopened", daemon.log())) == WORKERS + 1)
    logged = set(map(int, re.findall(r"\[(\d+)\] \(INFO\) \(\S+\): The log file was reopened", daemon.log())))
    assert logged == {daemon.pid, *workers(daemon)}


def test_the_index_of_a_file_is_built_once_for_all(shared_daemon: Foreground) -> None:
    indexes = list((shared_daemon.folder / "state" / "sources").glob("*/index-*.sqlite"))
    assert len(indexes) == 1


def test_the_first_token_is_printed_once_and_accepted_by_every_worker(shared_daemon: Foreground) -> None:
    wait_until(lambda: shared_daemon.printed().count("curl") == 1)
    statuses = {shared_daemon.get("/status")[0] for _ in range(20)}
    assert statuses == {200}


def test_a_plugin_that_is_not_installed_is_logged_once(shared_daemon: Foreground) -> None:
    assert shared_daemon.log().count("graphql_view") == 1
    assert "no plugin 'graphql_view' is installed" in shared_daemon.log()


def test_many_clients_at_once_are_all_answered(shared_daemon: Foreground) -> None:
    wait_until(lambda: names_found(shared_daemon) == PEOPLE)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(names_found(shared_daemon))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [PEOPLE] * 30


def test_an_error_of_the_start_is_reported_in_one_line(tmp_path: Path) -> None:
    broken = with_people(tmp_path)
    text = broken.config_file.read_text(encoding="utf-8")
    broken.config_file.write_text(
        text.replace("backend: csv", "backend: csv\n    colour: red"), encoding="utf-8"
    )
    status, output, errors = run_program(["-c", str(broken.config_file)])
    assert (status, output) == (2, "")
    assert errors.count("\n") == 1
    assert "provisioning.sources.0.colour" in errors
    assert not broken.token_file.exists()


def test_metrics_cover_all_workers_also_one_that_has_ended(daemon: Foreground) -> None:
    wait_until(lambda: names_found(daemon) == PEOPLE)
    before = answers_counted(daemon)
    for _ in range(20):
        names_found(daemon)
    assert {answers_counted(daemon) for _ in range(10)} == {before + 20}
    pids = workers(daemon)
    os.kill(min(pids), signal.SIGKILL)
    wait_until(lambda: len(workers(daemon) - {min(pids)}) == WORKERS)
    assert answers_counted(daemon) == before + 20


def answers_counted(daemon: Foreground) -> int:
    status, text = daemon.get("/metrics")
    assert status == 200
    (count,) = re.findall(rb'dird_source_outcomes_total\{.*status="ok".*\} (\d+)', text)
    return int(count)


def assert_everything_is_answered(daemon: Foreground) -> None:
    for _ in range(10):
        assert names_found(daemon) == PEOPLE
        assert daemon.get("/metrics")[0] == daemon.get("/status")[0] == 200
        assert daemon.get("/directories/lookup/none?term=a")[0] == 404


def test_metrics_need_no_file(shared_daemon: Foreground) -> None:
    assert_everything_is_answered(shared_daemon)
    maps = [Path(f"/proc/{pid}/maps").read_text(encoding="utf-8") for pid in workers(shared_daemon)]
    assert not any("/metrics/" in text for text in maps)
    assert not (shared_daemon.folder / "state" / "metrics").exists()
