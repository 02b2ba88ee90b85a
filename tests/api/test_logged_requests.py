"""What a request leaves in the log: what was done and how long it took, neither terms nor people."""

import logging
import re

import pytest

from api.conftest import Daemon, configuration

TERM, NAME = "stern", "Ada Stern"


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def lines(log, logger):
    return [record.getMessage() for record in log.records if record.name == logger]


def test_at_debug_a_lookup_is_a_line_with_its_time_and_one_with_what_each_source_did(daemon, log):
    assert daemon.get("/directories/lookup/default", term=TERM, limit=5).json["results"]
    (request,) = lines(log, "xivo_dird.http.application")
    assert re.fullmatch(r'- "GET /0\.1/directories/lookup/default\?term&limit" 200 \d+ \d+\.\d{4} s', request)
    (asked,) = lines(log, "xivo_dird.directory.outcome")
    assert re.fullmatch(r"Asked 1 sources: crew ok \d+\.\d{4} s 1", asked)
    assert TERM not in log.text
    assert NAME not in log.text


def test_a_reverse_a_streamed_lookup_and_favorites_say_what_their_sources_did(daemon, log):
    daemon.get("/directories/reverse/default/somebody", exten="2045")
    daemon.get("/directories/lookup/default", term=TERM, headers={"Accept": "application/x-ndjson"})
    daemon.request("PUT", "/0.1/directories/favorites/crew/17")
    daemon.get("/directories/favorites/default")
    asked = lines(log, "xivo_dird.directory.outcome")
    assert len(asked) == 3
    assert all(line.startswith("Asked 1 sources: crew ok ") for line in asked)
    assert "2045" not in "".join(asked)


def test_with_an_access_log_a_request_is_told_there_alone(tmp_path, log):
    rest_api = {"access_log": str(tmp_path / "access.log")}
    with Daemon(configuration(tmp_path, rest_api=rest_api)) as daemon:
        assert daemon.get("/status", token="unknown").status_code == 401
    (line,) = lines(log, "xivo_dird.access")
    assert line.startswith('- "GET /0.1/status" 401 ')
    assert lines(log, "xivo_dird.http.application") == []


def test_a_start_says_in_one_line_what_is_served(tmp_path, log):
    with Daemon(configuration(tmp_path)):
        pass
    (line,) = [line for line in lines(log, "xivo_dird.controller") if line.startswith("Serves")]
    assert line.startswith("Serves 1 sources (1 csv) with 9 backends, 18 views, 3 listeners, 1 workers")
