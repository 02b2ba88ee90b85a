"""A CSV file and an LDAP server in one lookup, by a daemon that runs as in production."""

import contextlib
import signal
import threading

import pytest

from servers.daemon import TOKEN, DaemonProcess
from servers.slapd import Slapd
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
FORMAT = {"name": "{firstname} {lastname}", "reverse": "{firstname} {lastname}"}


def configuration(csv_folder, slapd_uri, ldap_timeout):
    sources = ["crew", "staff"]
    return {
        "backends": {"csv": {"folders": [str(csv_folder)]}},
        "lookup": {
            "timeout": TIMEOUT,
            "reverse_timeout": TIMEOUT,
            "breaker_pause": 0.1,
            "breaker_longest_pause": 0.2,
        },
        "auth": {
            "method": "static",
            "tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}],
        },
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": [
                {
                    "tenant": "main",
                    "name": "crew",
                    "backend": "csv",
                    "file": "crew.csv",
                    "unique_column": "id",
                    "searched_columns": ["firstname", "lastname"],
                    "first_matched_columns": ["number"],
                    "format_columns": FORMAT,
                },
                {
                    "tenant": "main",
                    "name": "staff",
                    "backend": "ldap",
                    "ldap_uri": slapd_uri,
                    "ldap_base_dn": Slapd.base_dn,
                    "ldap_network_timeout": TIMEOUT,
                    "ldap_timeout": ldap_timeout,
                    "unique_column": "uid",
                    "searched_columns": ["cn"],
                    "first_matched_columns": ["telephoneNumber"],
                    "format_columns": {"name": "{cn}", "reverse": "{cn}"},
                },
            ],
            "displays": [
                {
                    "tenant": "main",
                    "name": "desk",
                    "columns": [{"type": "name", "field": "name", "title": "Name"}],
                }
            ],
            "profiles": [
                {
                    "tenant": "main",
                    "name": "default",
                    "display": "desk",
                    "services": {"lookup": {"sources": sources}, "reverse": {"sources": sources}},
                }
            ],
        },
    }


@pytest.fixture
def slapd(tmp_path):
    folder = tmp_path / "slapd"
    folder.mkdir()
    with Slapd(folder) as slapd:
        yield slapd


@pytest.fixture
def ldap_timeout():
    return TIMEOUT


@pytest.fixture
def daemon(tmp_path, slapd, ldap_timeout):
    csv_folder = tmp_path / "csv"
    csv_folder.mkdir()
    rows = "".join(f"{n},Alice{n},Adams,{5000 + n}\n" for n in range(10_000))
    (csv_folder / "crew.csv").write_text("id,firstname,lastname,number\n" + rows)
    with DaemonProcess(tmp_path, configuration(csv_folder, slapd.uri, ldap_timeout)) as daemon:
        yield daemon


def names_by_source(daemon, term):
    status, body = daemon.get("/directories/lookup/default", term=term)
    assert status == 200
    by_source: dict[str, list[str]] = {"crew": [], "staff": []}
    for result in body["results"]:
        by_source[result["source"]].append(result["column_values"][0])
    return by_source


def staff_report(daemon):
    _, body = daemon.get("/status")
    return next(report for report in body["sources"].values() if report["name"] == "staff")


def test_one_lookup_answers_both(daemon):
    both = names_by_source(daemon, "alice1")
    assert len(both["crew"]) == 1111
    assert both["staff"] == []
    both = names_by_source(daemon, "Alice")
    assert len(both["crew"]) == 10_000
    assert len(both["staff"]) == 20


def test_one_reverse_finds_in_either(daemon):
    _, body = daemon.get(f"/directories/reverse/default/{USER}", exten="5017")
    assert (body["display"], body["source"]) == ("Alice17 Adams", "crew")
    _, body = daemon.get(f"/directories/reverse/default/{USER}", exten="1007")
    assert body["source"] == "staff"


@pytest.mark.parametrize("ldap_timeout", [3.0])
@pytest.mark.parametrize("outage", ["stop", "pause"])
def test_without_the_ldap_server_the_csv_answers_and_the_status_says_so(daemon, slapd, outage):
    assert names_by_source(daemon, "Alice")["staff"]
    getattr(slapd, outage)()
    for _ in range(5):
        with assert_prompt():
            both = names_by_source(daemon, "alice1")
        assert len(both["crew"]) == 1111
        assert both["staff"] == []
    report = staff_report(daemon)
    assert report["status"] in {"failed", "late"}
    assert report["error"]
    getattr(slapd, {"stop": "start", "pause": "resume"}[outage])()
    wait_until(lambda: staff_report(daemon)["breaker"] == "closed" and staff_report(daemon)["status"] == "ok")
    assert len(names_by_source(daemon, "Alice")["staff"]) == 20


def test_while_the_first_ldap_server_is_down_the_second_answers(tmp_path, slapd):
    with Slapd(tmp_path, entries=[]) as first:
        uris = f"{first.uri}, {slapd.uri}"
        with DaemonProcess(tmp_path, configuration(tmp_path, uris, TIMEOUT)) as daemon:
            assert names_by_source(daemon, "Alice")["staff"] == []
            first.stop()
            assert len(names_by_source(daemon, "Alice")["staff"]) == 20
            assert (staff_report(daemon)["status"], staff_report(daemon).get("error")) == ("ok", None)
            first.start()
            wait_until(lambda: names_by_source(daemon, "Alice")["staff"] == [])


def test_a_wrong_uri_in_a_list_is_named_in_the_status(tmp_path):
    uris = "ldap://127.0.0.1 ldap://127.0.0.1:port"
    with DaemonProcess(tmp_path, configuration(tmp_path, uris, TIMEOUT)) as daemon:
        assert names_by_source(daemon, "Alice")["staff"] == []
        wait_until(lambda: staff_report(daemon).get("error"))
        assert "'ldap://127.0.0.1:port' is no LDAP URI" in staff_report(daemon)["error"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_daemon_cleanly_while_a_source_hangs(daemon, slapd, number):
    assert names_by_source(daemon, "Alice")["staff"]
    slapd.pause()
    waiting = threading.Thread(target=_lookup_ignoring_errors, args=(daemon,))
    waiting.start()
    with assert_prompt():
        assert daemon.stop(number) == 0
    waiting.join()
    slapd.resume()


def _lookup_ignoring_errors(daemon):
    with contextlib.suppress(OSError):
        daemon.get("/directories/lookup/default", term="hangs")


def test_a_restart_finds_everything_again(daemon):
    assert daemon.stop() == 0
    daemon.start()
    assert len(names_by_source(daemon, "Alice")["crew"]) == 10_000


@pytest.fixture
def limited_slapd(tmp_path):
    folder = tmp_path / "slapd"
    folder.mkdir()
    with Slapd(folder, unchecked_limit=50) as slapd:
        yield slapd


def test_terms_that_the_ldap_server_refuses_do_not_affect_other_terms(tmp_path, limited_slapd):
    with DaemonProcess(tmp_path, configuration(tmp_path, limited_slapd.uri, TIMEOUT)) as daemon:
        assert names_by_source(daemon, "Adams 107")["staff"] == ["Hélène Adams 107"]
        for term in ("al", "le", "ra", "an"):
            assert names_by_source(daemon, term)["staff"] == []
        assert (staff_report(daemon)["status"], staff_report(daemon)["breaker"]) == ("refused", "closed")
        assert "adminLimitExceeded" in staff_report(daemon)["error"]
        assert names_by_source(daemon, "Adams 107")["staff"] == ["Hélène Adams 107"]
