"""LDAP of a daemon process: its ports, its stop, several workers, and errors of its configuration."""

import os
import signal
import socket
from pathlib import Path

import pytest
import trustme
import yaml

from ldap_daemon import BASE, PEOPLE, ldap_configuration, profile
from ldap_searches import RawLdap, ldapsearch
from phones.conftest import plain
from servers.daemon import DaemonProcess
from servers.foreground import Foreground
from servers.freezing import freeze
from servers.gated_people import GatedPeople
from servers.ports import HOST, ReservedPort
from servers.program import run_program
from waiting import assert_prompt, wait_until

SUCCESS = 0
SAMPLE = Path(__file__).parents[2] / "etc" / "xivo-dird" / "development.yml"


@pytest.fixture
def ports():
    """Reserve a port for LDAP and one for LDAPS; return their numbers."""
    reserved = ReservedPort(), ReservedPort()
    yield [port.number for port in reserved]
    for port in reserved:
        port.release()


@pytest.fixture
def certificate(tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    issued.cert_chain_pems[0].write_to_path(tmp_path / "ldap.crt")
    issued.private_key_pem.write_to_path(tmp_path / "ldap.key")
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    return {"certificate": str(tmp_path / "ldap.crt"), "private_key": str(tmp_path / "ldap.key")}


def process_configuration(folder, ports, *arguments, **keys):
    """Return the configuration of a daemon process that listens at both ports."""
    config = ldap_configuration(folder, *arguments, listen=f"{HOST}:{ports[0]}", **keys)
    return plain({key: value for key, value in config.items() if key != "db_uri"})


def all_dns(port):
    return sorted(entry["dn"][0] for entry in ldapsearch(port, "(cn=*)").entries)


def test_both_ports_have_the_same_names_after_a_restart(tmp_path, ports, certificate):
    config = process_configuration(tmp_path, ports, listen_tls=f"{HOST}:{ports[1]}", **certificate)
    with DaemonProcess(tmp_path, config) as daemon:
        before = all_dns(ports[0])
        assert len(before) == len(PEOPLE)
        url, trusted = f"ldaps://{HOST}:{ports[1]}", tmp_path / "authority.pem"
        arguments = ("-D", "token", "-w", "admin", "(sn=lee)")
        assert ldapsearch(url, *arguments, certificate=trusted).names() == ["Ann Lee"]
        assert daemon.stop() == 0
        daemon.start()
        assert all_dns(ports[0]) == before
        log = daemon.log_file.read_text()
    assert f"Answers LDAP clients at {HOST}:{ports[0]}" in log
    assert f"Answers LDAPS clients at {HOST}:{ports[1]}" in log
    assert "Lee" not in log
    assert "admin" not in log


def test_a_stop_ends_searches_that_wait_for_a_source(tmp_path, ports):
    with GatedPeople() as hung:
        config = process_configuration(tmp_path, ports, [hung.source("hung")], [profile("default", "hung")])
        with DaemonProcess(tmp_path, config) as daemon, RawLdap(ports[0]) as client:
            client.search(1, "ann")
            wait_until(lambda: hung.asked)
            with assert_prompt():
                assert daemon.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        RawLdap(ports[0])


def test_every_worker_answers_clients(tmp_path, ports):
    config = process_configuration(tmp_path, ports)
    with Foreground(tmp_path, **{**config, "rest_api": {"workers": 2, "port": 0}}) as daemon:
        wait_until(lambda: daemon.log().count("Answers LDAP clients") == 2)
        wait_until(
            lambda: daemon.log().count(f"{len(PEOPLE)} entries") == 2
        )  # none waits for a suspended one
        for paused in daemon.children():
            freeze(paused)
            try:
                for _ in range(4):
                    assert len(all_dns(ports[0])) == len(PEOPLE)
            finally:
                os.kill(paused, signal.SIGCONT)
        daemon.signal(signal.SIGTERM)
        assert daemon.wait() == 0


def refusal(folder, ports, **keys):
    """Return status and errors of a daemon that does not start."""
    daemon = DaemonProcess(folder, process_configuration(folder, ports, **keys))
    status, output, errors = run_program(["-c", str(daemon.config_file)])
    daemon.close()
    assert output == ""
    return status, errors


def test_a_port_in_use_is_one_clear_line(tmp_path):
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        status, errors = refusal(tmp_path, [port])
    assert (status, errors) == (
        1,
        f"xivo-dird: Can't listen on ldap_server.listen {HOST}:{port}: Address already in use\n",
    )


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"certificate": "/none.pem", "private_key": "/none.key"}, "ldap_server.certificate: /none.pem"),
        ({"listen_tls": "127.0.0.1:636"}, "ldap_server.listen_tls: needs ldap_server.certificate"),
        ({"base_dn": "nonsense"}, "ldap_server.base_dn: "),
        ({"attributes": {"uid": ["number"]}}, "ldap_server.attributes.uid: "),
        ({"attributes": {"shoeSize": ["number"]}}, "ldap_server.attributes.shoeSize: "),
        ({"certificate": "/none.pem"}, "ldap_server: certificate and private_key"),
        ({"max_entries": 0}, "ldap_server.max_entries: "),
    ],
)
def test_an_error_of_the_configuration_names_its_key(tmp_path, ports, keys, message):
    status, errors = refusal(tmp_path, ports, **keys)
    assert status != SUCCESS
    assert message in errors
    assert "Traceback" not in errors


def test_the_sample_configuration_answers_phones(tmp_path, ports):
    """The profile of `make run`, at another port."""
    sample = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    kept = ("backends", "provisioning", "ldap_server")
    sample["ldap_server"]["listen"] = f"{HOST}:{ports[0]}"
    with DaemonProcess(tmp_path, {key: sample[key] for key in kept}):
        found = ldapsearch(ports[0], "(|(cn=*)(sn=*))", "cn", "telephoneNumber", base=BASE)
    assert found.code == SUCCESS
    assert found.entries
    assert all(entry["cn"] for entry in found.entries)
