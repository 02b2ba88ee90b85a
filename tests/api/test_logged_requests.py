"""The log lines of a request: what was done and how long it took, without search terms and names."""

import logging
import re
from importlib.metadata import entry_points

import pytest

from api.conftest import Daemon, configuration

TERM, NAME = "stern", "Ada Stern"


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def lines(log, logger):
    return [record.getMessage() for record in log.records if record.name == logger]


def test_a_lookup_logs_its_duration_and_the_outcome_of_each_source(daemon, log):
    assert daemon.get("/directories/lookup/default", term=TERM, limit=5).json["results"]
    (request,) = lines(log, "xivo_dird.http.application")
    assert re.fullmatch(r'- "GET /0\.1/directories/lookup/default\?term&limit" 200 \d+ \d+\.\d{4} s', request)
    (outcomes,) = lines(log, "xivo_dird.directory.outcome")
    assert re.fullmatch(r"Asked 1 sources: crew ok \d+\.\d{4} s 1", outcomes)
    assert TERM not in log.text
    assert NAME not in log.text


def test_reverse_streamed_lookup_and_favorites_log_their_outcomes(daemon, log):
    daemon.get("/directories/reverse/default/user", exten="2045")
    daemon.get("/directories/lookup/default", term=TERM, headers={"Accept": "application/x-ndjson"})
    daemon.request("PUT", "/0.1/directories/favorites/crew/17")
    daemon.get("/directories/favorites/default")
    outcomes = lines(log, "xivo_dird.directory.outcome")
    assert len(outcomes) == 3
    assert all(line.startswith("Asked 1 sources: crew ok ") for line in outcomes)
    assert "2045" not in "".join(outcomes)


def test_the_id_of_a_contact_and_an_unknown_path_are_not_logged(daemon, log):
    daemon.request("PUT", "/0.1/directories/favorites/crew/+4930123")
    daemon.get("/personal/ada@example.org")
    daemon.get("/lookup/+4930123/displays")
    daemon.request("POST", "/0.1/directories/lookup/+4930123")
    paths = [line.split()[2].rstrip('"') for line in lines(log, "xivo_dird.http.application")]
    assert paths == [
        "/0.1/directories/favorites/crew/<contact>",
        "/0.1/personal/<contact_id>",
        "/0.1/lookup/…/displays",
        "/0.1/directories/lookup/…",
    ]


def test_with_an_access_log_a_request_is_logged_only_there(tmp_path, log):
    rest_api = {"access_log": str(tmp_path / "access.log")}
    with Daemon(configuration(tmp_path, rest_api=rest_api)) as daemon:
        assert daemon.get("/status", token="unknown").status_code == 401
    (line,) = lines(log, "xivo_dird.access")
    assert line.startswith('- "GET /0.1/status" 401 ')
    assert lines(log, "xivo_dird.http.application") == []


def test_a_start_logs_one_line_about_what_is_served(tmp_path, log):
    with Daemon(configuration(tmp_path)):
        pass
    (line,) = [line for line in lines(log, "xivo_dird.controller") if line.startswith("Serves")]
    backends, views = (len(entry_points(group=f"xivo_dird.{group}")) for group in ("backends", "views"))
    assert line.startswith(
        f"Serves 1 sources (1 csv) with {backends} backends, {views} views, 3 listeners, 1 workers"
    )
