"""docs/sources.md: its examples answer."""

import socket
import subprocess
import sys

import pytest
import yaml

from servers.daemon import TOKEN, DaemonProcess
from servers.ports import HOST, ReservedPort
from waiting import wait_until
from xivo_dird.authenticator import hash_token


def configuration_of(file, **changes):
    """Return the configuration that a file shows, with a token of its tenant."""
    configuration = yaml.safe_load(file.read_text())
    tenant = configuration["provisioning"]["tenants"][0]["uuid"]
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": tenant}
    return {**configuration, "auth": {"tokens": [token]}, **changes}


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


@pytest.fixture
def people_service(shown_files):
    """Run the web service of the page on a free port, which replaces the one of the page; return the folder."""
    folder, reserved = shown_files("sources.md"), ReservedPort()
    for name in ("people_service.py", "web-service.yml"):
        text = (folder / name).read_text().replace("8000", str(reserved.number))
        (folder / name).write_text(text)
    command = [sys.executable, "people_service.py"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: is_listening(reserved.number))
        yield folder
        process.terminate()
    reserved.release()


def test_the_web_service_of_the_page_answers_the_source(people_service, tmp_path):
    with DaemonProcess(tmp_path, configuration_of(people_service / "web-service.yml")) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="müll")
        assert [result["column_values"] for result in body["results"]] == [["Éric Müller", "+49 30 23125040"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="2045")
        assert (body["display"], body["fields"]["id"]) == ("Ada Stern", "17")
        _, body = daemon.get("/directories/lookup/default", term="nobody")
        assert body["results"] == []
