"""docs/sources.md: its examples answer."""

import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from servers.auth_server import AuthServer
from servers.daemon import TOKEN, DaemonProcess
from servers.google_people import GooglePeopleServer, person
from servers.pbx import Pbx, pbx_conference, pbx_user
from servers.ports import HOST, ReservedPort
from vcard_samples import IPHONE, NEXTCLOUD
from waiting import wait_until
from xivo_dird.authenticator import hash_token

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


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
        assert body["display"] == "Dr. Ada Marie Stern, Acme, Inc."


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
