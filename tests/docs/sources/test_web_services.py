"""docs/sources: the examples of web services and of CardDAV servers."""

import socket
import subprocess
import sys

import pytest
import yaml

from docs.answers import caller_name, rows
from docs.shown_configuration import configuration_of, replace_shown
from servers.card_server import CardServer, card
from servers.daemon import DaemonProcess
from servers.json_services import JsonServices
from servers.ports import HOST, ReservedPort
from waiting import wait_until
from xivo_dird.testing import open_source
from xivo_dird_backends.json_ws.backend import JsonWsBackend


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


@pytest.fixture
def people_service(shown_files):
    """Run the web service of the page on a free port, which replaces the one of the page; return the folder."""
    folder, reserved = shown_files("sources/csv_ws.md"), ReservedPort()
    for name in ("people_service.py", "web-service.yml"):
        replace_shown(folder / name, {"8000": str(reserved.number)})
    command = [sys.executable, "people_service.py"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: is_listening(reserved.number))
        yield folder
        process.terminate()
    reserved.release()


def test_the_web_service_of_the_page_answers_the_source(people_service, tmp_path):
    with DaemonProcess(tmp_path, configuration_of(people_service / "web-service.yml")) as daemon:
        assert rows(daemon, "müll") == [["Éric Müller", "+49 30 23125040"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="2045")
        assert (body["display"], body["fields"]["id"]) == ("Ada Stern", "17")
        assert rows(daemon, "nobody") == []


@pytest.mark.parametrize(
    ("name", "shown", "path"),
    [
        ("espocrm.yml", "http://localhost:8001/api/v1", "/espo/api/v1"),
        ("odoo.yml", "http://localhost:8001", "/odoo"),
        ("glpi.yml", "http://localhost:8001/apirest.php", "/glpi/apirest.php"),
    ],
)
def test_the_json_services_of_the_page_answer_their_sources(shown_files, tmp_path, name, shown, path):
    file = shown_files("sources/json_ws.md") / name
    with JsonServices("secret") as services:
        replace_shown(file, {f"url: {shown}\n": f"url: {services.url}{path}\n"})
        with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
            assert rows(daemon, "stern") == [["Ada Stern", "+49 30 23125040"]]
            assert caller_name(daemon, "2046") == "Éric Müller"


def test_the_login_of_the_page_is_accepted(shown_files, tmp_path):
    options = yaml.safe_load((shown_files("sources/json_ws.md") / "vtiger-login.yml").read_text())
    query = "SELECT * FROM Contacts WHERE label LIKE '%{term:sql_like,sql}%' LIMIT 0,{limit};"
    with JsonServices("secret") as services:
        url = f"{services.url}/vtiger/webservice.php"
        options |= {"url": url, "search": {"query": {"query": query}}, "items": "result"}
        with open_source(JsonWsBackend, options, tmp_path) as source:
            assert [contact.fields["label"] for contact in source.search("stern")] == ["Ada Stern"]


def test_the_carddav_server_of_the_page_answers_its_source(shown_files, radicale, tmp_path):
    file = shown_files("sources/carddav.md") / "radicale.yml"
    replaced = {
        "localhost:5232": f"localhost:{radicale.port}",
        "password: secret": f"password: {radicale.password}",
    }
    replace_shown(file, replaced)
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        assert rows(daemon, "crew1") == [["Person Crew1", "+49 30 10000001", "+49 170 10000001"]]
        assert caller_name(daemon, "+49 170 10000002") == "Person Crew2"


def test_the_nextcloud_of_the_page_answers_its_source(shown_files, tmp_path):
    file = shown_files("sources/carddav.md") / "nextcloud.yml"
    with CardServer() as server:
        home = "/remote.php/dav/addressbooks/users/ada/"
        server.add_book("contacts", home=home).put("ada", card("Ada Stern", "2045", "ORG:Acme"))
        replaced = {"https://cloud.example.org": server.url, "wFv5x-8kQzA-example": "s3cret-enough"}
        replace_shown(file, replaced)
        configuration = configuration_of(file)
        profile = {"tenant": "main", "name": "default", "services": {"reverse": {"sources": ["company"]}}}
        configuration["provisioning"]["profiles"] = [profile]
        with DaemonProcess(tmp_path, configuration) as daemon:
            assert caller_name(daemon, "2045") == "Ada Stern"
