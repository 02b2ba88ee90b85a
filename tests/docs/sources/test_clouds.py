"""docs/sources: the examples of clouds."""

import pytest
import trustme

from docs.answers import caller_name, rows
from docs.shown_configuration import configuration_of, replace_shown
from plugins.backends.faulty_source import tls_of
from servers.auth_server import AuthServer
from servers.daemon import TOKEN, DaemonProcess
from servers.entra import ACCOUNT, EntraServer, user
from servers.google_directory import GoogleDirectoryServer
from servers.google_people import GooglePeopleServer, person
from servers.graph import GraphServer, contact
from servers.ports import HOST

USER = "44444444-4444-4444-8444-444444444444"


@pytest.fixture
def auth():
    """Run an authentication server that has access tokens of the user for both clouds."""
    with AuthServer() as server:
        for service in ("google", "microsoft"):
            server.access_tokens[USER, service] = "access"
        yield server


def configuration_for_a_user(file, auth, **changes):
    """Return the configuration that a file shows, with this authentication server and a token of the user."""
    replace_shown(file, {"9497": str(auth.port)})
    configuration = configuration_of(file, **changes)
    (token,) = configuration["auth"]["tokens"]
    token["user_uuid"] = USER
    auth.add_token(TOKEN, tenant_uuid=token["tenant_uuid"], user_uuid=USER)
    return configuration


def test_the_google_contacts_of_the_user_are_found(shown_files, auth, tmp_path):
    file = shown_files("sources/google.md") / "google.yml"
    with GooglePeopleServer() as google:
        google.book("access").put(person("c1", "Ada Stern", [("work", "20 45"), ("mobile", "0612")]))
        backends = {"google": {"endpoint": google.url}}
        with DaemonProcess(tmp_path, configuration_for_a_user(file, auth, backends=backends)) as daemon:
            assert rows(daemon, "ada") == [["Ada Stern", "2045", "0612"]]
            assert caller_name(daemon, "2045", USER) == "Ada Stern"


def test_the_microsoft_contacts_of_the_user_are_found(shown_files, auth, tmp_path):
    file = shown_files("sources/office365.md") / "office365.yml"
    with GraphServer() as graph:
        ada = contact("c1", "Ada", "Stern", businessPhones=["2045"], mobilePhone="0612")
        graph.mailbox("access").put(ada)
        backend = "backend: office365"
        replace_shown(file, {backend: f"{backend}\n      endpoint: {graph.endpoint}"})
        with DaemonProcess(tmp_path, configuration_for_a_user(file, auth)) as daemon:
            assert rows(daemon, "ada") == [["Ada Stern", "2045", "0612"]]
            assert caller_name(daemon, "2045", USER) == "Ada"


def test_the_directory_of_microsoft_of_the_page_is_found(shown_files, tmp_path):
    file, authority = shown_files("sources/entra.md") / "entra.yml", trustme.CA()
    (tmp_path / "secret").write_text(f"{ACCOUNT['client_secret']}\n")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    trust = {"certificate_folders": [str(tmp_path)], "verify_certificate": str(tmp_path / "ca.pem")}
    with EntraServer(tls_of(authority, HOST)) as entra:
        servers = f"graph_url: {entra.url}\n      login_url: {entra.url}"
        replaced = {
            "22222222-2222-4222-8222-222222222222": ACCOUNT["directory_id"],
            "33333333-3333-4333-8333-333333333333": f"{ACCOUNT['client_id']}\n      {servers}",
            "/etc/xivo-dird/entra-secret": str(tmp_path / "secret"),
        }
        replace_shown(file, replaced)
        entra.users.put(
            user("u1", "Ada", "Stern", businessPhones=["030 2045"], department="Sales"),
            user("u2", "Room Stern", businessPhones=["030 2046"]),
        )
        with DaemonProcess(tmp_path, configuration_of(file, backends={"entra": trust})) as daemon:
            assert rows(daemon, "stern") == [["Ada Stern", "030 2045", None, "Sales"]]
            assert caller_name(daemon, "+49302045") == "Ada Stern"


def test_the_directory_of_google_of_the_page_is_found(shown_files, tmp_path):
    file = shown_files("sources/google_directory.md") / "google-directory.yml"
    with GoogleDirectoryServer() as google:
        (tmp_path / "key.json").write_text(google.key_file())
        replace_shown(file, {"/etc/xivo-dird/google-key.json": str(tmp_path / "key.json")})
        google.people.put(person("p1", "Ada Stern", [("work", "030 2045"), ("mobile", "0170 1")]))
        backends = {"google_directory": {"endpoint": google.url, "token_uri": google.token_uri}}
        with DaemonProcess(tmp_path, configuration_of(file, backends=backends)) as daemon:
            assert rows(daemon, "stern") == [["Ada Stern", "0302045", "01701", None]]
            assert caller_name(daemon, "+49302045") == "Ada Stern"
