"""docs/sources.md: its examples answer."""

import socket
import subprocess
import sys

import pytest
import yaml

from servers.active_directory import ACCOUNT, PASSWORD, ActiveDirectory, user
from servers.auth_server import AuthServer
from servers.card_server import CardServer, card
from servers.daemon import TOKEN, DaemonProcess
from servers.google_people import GooglePeopleServer, person
from servers.json_services import JsonServices
from servers.ldap_people import PEOPLE_DN
from servers.pbx import Pbx, pbx_conference, pbx_user
from servers.ports import HOST, ReservedPort
from servers.slapd import Slapd
from vcard_samples import IPHONE, NEXTCLOUD
from waiting import wait_until
from xivo_dird.authenticator import hash_token
from xivo_dird.testing import open_source
from xivo_dird_backends.json_ws.backend import JsonWsBackend


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
            assert body["display"] == "Ada Stern, Acme"


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


ADA = ["Ada Stern", "+49 30 1234500", "+49 171 3920040"]


def assert_the_directory_answers(file, folder, replaced):
    """Run the daemon with a file of the page in which texts are replaced; look up Ada Stern by name and number."""
    text = file.read_text()
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    with DaemonProcess(folder, configuration_of(file)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="stern")
        assert [result["column_values"] for result in body["results"]] == [ADA]
        assert body["results"][0]["relations"]["source_entry_id"]
        _, body = daemon.get("/directories/reverse/default/user", exten="+491713920040")
        assert body["display"] == "Ada Stern"


def test_the_active_directory_of_the_page_answers(shown_files, tmp_path):
    numbers = {"telephoneNumber": [ADA[1]], "mobile": [ADA[2]]}
    disabled = user("Otto Stern", **numbers, userAccountControl=["514"])
    with ActiveDirectory([user("Ada Stern", **numbers), disabled]) as server:
        replaced = {
            "ldaps://dc1.corp.example ldaps://dc2.corp.example": server.uri,
            "phones@corp.example": ACCOUNT,
            "ldap_password: secret": f"ldap_password: {PASSWORD}",
        }
        file = shown_files("sources.md") / "active-directory.yml"
        assert_the_directory_answers(file, tmp_path, replaced)


@pytest.fixture(scope="module")
def people_server(tmp_path_factory):
    """Yield a server with Ada Stern, and with a locked account of 389 Directory Server."""
    ada = {
        "objectClass": ["inetOrgPerson", "nsPerson"],
        "cn": [ADA[0]],
        "sn": ["Stern"],
        "telephoneNumber": [ADA[1]],
        "mobile": [ADA[2]],
        "nsUniqueId": ["1d-2d-3d-4d"],
    }
    people = [
        {"dn": [f"uid=ada,{PEOPLE_DN}"], "uid": ["ada"], **ada},
        {
            **ada,
            "dn": [f"uid=otto,{PEOPLE_DN}"],
            "uid": ["otto"],
            "cn": ["Otto Stern"],
            "nsAccountLock": ["TRUE"],
        },
    ]
    with Slapd(tmp_path_factory.mktemp("ldap"), people, tls=False, schemas=["389ds.schema"]) as server:
        yield server


@pytest.mark.parametrize(
    ("name", "uris", "account", "base"),
    [
        ("openldap.yml", "ldaps://ldap.example.org", "cn=phones,dc=example,dc=org", None),
        (
            "freeipa.yml",
            "ldaps://ipa1.example.org ldaps://ipa2.example.org",
            "uid=phones,cn=sysaccounts,cn=etc,dc=example,dc=org",
            "cn=users,cn=accounts,dc=example,dc=org",
        ),
    ],
)
def test_the_other_directories_of_the_page_answer(
    shown_files, people_server, tmp_path, name, uris, account, base
):
    replaced = {
        uris: people_server.uri,
        account: people_server.bind_dn,
        "ldap_password: secret": f"ldap_password: {people_server.password}",
    }
    if base is None:  # nothing in OpenLDAP says that an account is locked
        replaced["preset: openldap"] = "preset: openldap\n      searched_columns: [givenName, cn]"
        people_server.change(("modify", f"uid=otto,{PEOPLE_DN}", {"cn": ["Otto Brandt"]}))
    else:
        replaced[base] = PEOPLE_DN
    assert_the_directory_answers(shown_files("sources.md") / name, tmp_path, replaced)


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
