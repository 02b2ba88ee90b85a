"""docs/sources.md: its examples answer."""

import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import trustme
import yaml

from docs.shown_configuration import configuration_of
from plugins.backends.faulty_source import tls_of
from servers.auth_server import AuthServer
from servers.card_server import CardServer, card
from servers.daemon import TOKEN, DaemonProcess
from servers.entra import ACCOUNT, EntraServer, user
from servers.google_directory import GoogleDirectoryServer
from servers.google_people import GooglePeopleServer, person
from servers.json_services import JsonServices
from servers.pbx import Pbx, pbx_conference, pbx_user
from servers.ports import HOST, ReservedPort
from vcard_samples import IPHONE, NEXTCLOUD
from waiting import wait_until
from xivo_dird.testing import open_source
from xivo_dird_backends.json_ws.backend import JsonWsBackend

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


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


def test_the_configuration_of_the_clouds_finds_the_contacts_of_the_user(shown_files, tmp_path):
    file, user = shown_files("sources.md") / "clouds.yml", "44444444-4444-4444-8444-444444444444"
    with AuthServer() as auth, GooglePeopleServer() as google:
        file.write_text(file.read_text().replace("9497", str(auth.port)))
        configuration = configuration_of(file, backends={"google": {"endpoint": google.url}})
        (token,) = configuration["auth"]["tokens"]
        token["user_uuid"] = user
        auth.add_token(TOKEN, tenant_uuid=token["tenant_uuid"], user_uuid=user)
        auth.access_tokens[user, "google"] = "access"
        google.book("access").put(person("c1", "Ada Stern", [("work", "20 45"), ("mobile", "0612")]))
        with DaemonProcess(tmp_path, configuration) as daemon:
            _, body = daemon.get("/directories/lookup/default", term="ada")
            assert [result["column_values"] for result in body["results"]] == [["Ada Stern", "2045", "0612"]]
            _, body = daemon.get(f"/directories/reverse/default/{user}", exten="2045")
            assert body["display"] == "Ada Stern"


def test_the_directory_of_microsoft_of_the_page_is_found(shown_files, tmp_path):
    file, authority = shown_files("sources.md") / "entra.yml", trustme.CA()
    (tmp_path / "secret").write_text(f"{ACCOUNT['client_secret']}\n")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    trust = {"certificate_folders": [str(tmp_path)], "verify_certificate": str(tmp_path / "ca.pem")}
    with EntraServer(tls_of(authority, HOST)) as entra:
        servers = f"graph_url: {entra.url}\n      login_url: {entra.url}"
        text = file.read_text().replace("22222222-2222-4222-8222-222222222222", ACCOUNT["directory_id"])
        text = text.replace(
            "33333333-3333-4333-8333-333333333333", f"{ACCOUNT['client_id']}\n      {servers}"
        )
        file.write_text(text.replace("/etc/xivo-dird/entra-secret", str(tmp_path / "secret")))
        entra.users.put(
            user("u1", "Ada", "Stern", businessPhones=["030 2045"], department="Sales"),
            user("u2", "Room Stern", businessPhones=["030 2046"]),
        )
        with DaemonProcess(tmp_path, configuration_of(file, backends={"entra": trust})) as daemon:
            _, body = daemon.get("/directories/lookup/default", term="stern")
            found = [result["column_values"] for result in body["results"]]
            assert found == [["Ada Stern", "030 2045", None, "Sales"]]
            _, body = daemon.get("/directories/reverse/default/user", exten="+49302045")
            assert body["display"] == "Ada Stern"


def test_the_directory_of_google_of_the_page_is_found(shown_files, tmp_path):
    file = shown_files("sources.md") / "google-directory.yml"
    with GoogleDirectoryServer() as google:
        (tmp_path / "key.json").write_text(google.key_file())
        file.write_text(
            file.read_text().replace("/etc/xivo-dird/google-key.json", str(tmp_path / "key.json"))
        )
        google.people.put(person("p1", "Ada Stern", [("work", "030 2045"), ("mobile", "0170 1")]))
        backends = {"google_directory": {"endpoint": google.url, "token_uri": google.token_uri}}
        with DaemonProcess(tmp_path, configuration_of(file, backends=backends)) as daemon:
            _, body = daemon.get("/directories/lookup/default", term="stern")
            found = [result["column_values"] for result in body["results"]]
            assert found == [["Ada Stern", "0302045", "01701", None]]
            _, body = daemon.get("/directories/reverse/default/user", exten="+49302045")
            assert body["display"] == "Ada Stern"


def test_the_telephone_system_of_the_page_answers_its_sources(shown_files, tmp_path):
    file = shown_files("sources.md") / "telephone-system.yml"
    with Pbx() as pbx:
        pbx.users.append(pbx_user(7, firstname="Ada", lastname="Stern", exten="2045"))
        pbx.conferences.append(pbx_conference(1, "Board", ["4001"]))
        pbx.accounts["dird"] = "secret"
        text = file.read_text()
        for shown, prefix in (("9497", "/auth"), ("9486", "/confd")):
            rest = ", https: false, prefix: "
            text = text.replace(f"port: {shown}{rest}null", f"port: {pbx.port}{rest}{prefix}")
        file.write_text(text)
        with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
            _, body = daemon.get("/directories/lookup/default", term="a")
            found = [result["column_values"] for result in body["results"]]
            assert sorted(found) == [["Ada Stern", "2045"], ["Board", "4001"]]


def test_the_carddav_server_of_the_page_answers_its_source(shown_files, radicale, tmp_path):
    file = shown_files("sources.md") / "radicale.yml"
    text = file.read_text().replace("localhost:5232", f"localhost:{radicale.port}")
    file.write_text(text.replace("password: secret", f"password: {radicale.password}"))
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="crew1")
        found = [result["column_values"] for result in body["results"]]
        assert found == [["Person Crew1", "+49 30 10000001", "+49 170 10000001"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="+49 170 10000002")
        assert body["display"] == "Person Crew2"


def test_the_nextcloud_of_the_page_answers_its_source(shown_files, tmp_path):
    file = shown_files("sources.md") / "nextcloud.yml"
    with CardServer() as server:
        home = "/remote.php/dav/addressbooks/users/ada/"
        server.add_book("contacts", home=home).put("ada", card("Ada Stern", "2045", "ORG:Acme"))
        text = file.read_text().replace("https://cloud.example.org", server.url)
        file.write_text(text.replace("wFv5x-8kQzA-example", "s3cret-enough"))
        configuration = configuration_of(file)
        profile = {"tenant": "main", "name": "default", "services": {"reverse": {"sources": ["company"]}}}
        configuration["provisioning"]["profiles"] = [profile]
        with DaemonProcess(tmp_path, configuration) as daemon:
            _, body = daemon.get("/directories/reverse/default/user", exten="2045")
            assert body["display"] == "Ada Stern"


def test_the_vcards_of_the_page_are_found(shown_files, tmp_path):
    file, folder = shown_files("sources.md") / "vcards.yml", tmp_path / "vcard"
    (folder / "customers").mkdir(parents=True)
    (folder / "crew.vcf").write_bytes(NEXTCLOUD)
    (folder / "customers" / "ada.vcf").write_bytes(IPHONE)
    file.write_text(file.read_text().replace("/var/lib/xivo-dird/vcard", str(folder)))
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="brandt")
        assert [result["column_values"] for result in body["results"]] == [["Ivo Brandt", "030 1", "030 3"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="2046")
        assert body["display"] == "Dr. Ada Marie Stern"


@pytest.mark.parametrize(
    ("name", "shown", "path"),
    [
        ("espocrm", "http://localhost:8001/api/v1", "/espo/api/v1"),
        ("odoo", "http://localhost:8001", "/odoo"),
        ("glpi", "http://localhost:8001/apirest.php", "/glpi/apirest.php"),
    ],
)
def test_the_json_services_of_the_page_answer_their_sources(shown_files, tmp_path, name, shown, path):
    file = shown_files("sources.md") / f"{name}.yml"
    with JsonServices("secret") as services:
        file.write_text(file.read_text().replace(f"url: {shown}\n", f"url: {services.url}{path}\n"))
        with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
            _, body = daemon.get("/directories/lookup/default", term="stern")
            assert [result["column_values"] for result in body["results"]] == [
                ["Ada Stern", "+49 30 23125040"]
            ]
            _, body = daemon.get("/directories/reverse/default/user", exten="2046")
            assert body["display"] == "Éric Müller"


def test_the_login_of_the_page_is_accepted(shown_files, tmp_path):
    options = yaml.safe_load((shown_files("sources.md") / "vtiger-login.yml").read_text())
    query = "SELECT * FROM Contacts WHERE label LIKE '%{term:sql_like,sql}%' LIMIT 0,{limit};"
    with JsonServices("secret") as services:
        url = f"{services.url}/vtiger/webservice.php"
        options |= {"url": url, "search": {"query": {"query": query}}, "items": "result"}
        with open_source(JsonWsBackend, options, tmp_path) as source:
            assert [contact.fields["label"] for contact in source.search("stern")] == ["Ada Stern"]


def test_the_sqlite_file_of_the_page_is_found(shown_files, tmp_path):
    file, folder = shown_files("sources.md") / "sqlite.yml", tmp_path / "sql"
    folder.mkdir()
    (statements,) = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        database.executescript(statements)
    file.write_text(file.read_text().replace("/var/lib/xivo-dird/sql", str(folder)))
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="stern")
        assert [result["column_values"] for result in body["results"]] == [["Ada Stern", "+49 30 23125040"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="+493023125040")
        assert (body["display"], body["fields"]["id"]) == ("Ada Stern", 17)
