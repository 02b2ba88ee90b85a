"""`xivo-dird source check` says what is wrong with a directory of a company in a cloud."""

import pytest
import trustme

from plugins.backends.faulty_source import tls_of
from servers.commands import CommandFolder
from servers.entra import ACCOUNT, EntraServer, token_error, user
from servers.google_directory import CLIENT_ID, SCOPE, SUBJECT, GoogleDirectoryServer
from servers.google_people import error as google_error
from servers.google_people import person
from servers.graph import error
from servers.ports import HOST
from servers.web_server import WebAnswer


@pytest.fixture
def commands(tmp_path):
    return CommandFolder(tmp_path)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def entra(commands, authority):
    """Yield an Entra, and declare a source of it."""
    folder = commands.folder
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    trust = {"certificate_folders": [str(folder)], "verify_certificate": str(folder / "ca.pem")}
    commands.configuration["backends"]["entra"] = trust
    (folder / "secret").write_text(f"{ACCOUNT['client_secret']}\n")
    with EntraServer(tls_of(authority, HOST)) as server:
        options = {
            **ACCOUNT,
            "client_secret": f"${{file:{folder}/secret}}",
            "graph_url": server.url,
            "login_url": server.url,
            "organization_contacts": True,
            "searched_columns": ["displayName"],
        }
        commands.add("sources", "company", backend="entra", **options)
        server.users.put(user("u1", "Ada", "Stern"))
        yield server


@pytest.fixture
def google(commands):
    """Yield a Google, and declare a source of it."""
    with GoogleDirectoryServer() as server:
        settings = {"endpoint": server.url, "token_uri": server.token_uri}
        commands.configuration["backends"]["google_directory"] = settings
        (commands.folder / "key.json").write_text(server.key_file())
        key = {"service_account_key": f"${{file:{commands.folder}/key.json}}", "subject": SUBJECT}
        commands.add("sources", "domain", backend="google_directory", **key, searched_columns=["name"])
        server.people.put(person("p1", "Ada Stern"))
        yield server


def test_a_directory_that_works_is_read(commands, entra, google):
    for name in ("company", "domain"):
        printed = commands.call("source", "check", name, "stern")
        assert (printed.status, printed.row("read")[2]) == (0, "1 entry")


def test_fields_that_nobody_has_at_present_are_no_missing_columns(commands, entra, google):
    company, domain = commands.configuration["provisioning"]["sources"]
    company["searched_columns"] = ["displayName", "department", "faxNumber", "mail"]
    domain["searched_columns"] = ["name", "department", "title", "email"]
    for name in ("company", "domain"):
        printed = commands.call("source", "check", name, "stern")
        assert (printed.status, "no such column" in printed.output) == (0, False), printed.output
    company["searched_columns"] = ["displayName", "departement"]
    printed = commands.call("source", "check", "company", "stern")
    assert "'departement' (searched_columns) is in no entry; is it 'department'?" in printed.output


@pytest.mark.parametrize(
    ("answer", "cause", "text"),
    [
        (token_error(7000215, "invalid_client"), "application refused", "copy the value of a new one"),
    ],
)
def test_a_refused_application_is_named(commands, entra, answer, cause, text):
    entra.token_answers.append(answer)
    printed = commands.call("source", "check", "company")
    assert (printed.status, printed.row("read")[2]) == (1, f"failed: {cause}")
    assert text in printed.output
    assert ACCOUNT["client_secret"] not in printed.output


def test_a_missing_permission_is_named_with_what_to_do(commands, entra):
    entra.users.refusal = error(403, "Authorization_RequestDenied")
    printed = commands.call("source", "check", "company")
    assert (printed.status, printed.row("read")[2]) == (1, "failed: no consent")
    assert "User.Read.All" in printed.output
    assert "Grant admin consent" in printed.output


def test_refused_contacts_are_a_hint(commands, entra):
    entra.contacts.refusal = error(403, "Authorization_RequestDenied")
    printed = commands.call("source", "check", "company", "stern")
    assert printed.row("read")[2].startswith("1 entry, incomplete: ")
    assert "OrgContact.Read.All" in printed.output.partition("Hints:")[2]


@pytest.mark.parametrize(
    ("answer", "cause", "text"),
    [
        (
            WebAnswer(401, {"error": "unauthorized_client"}),
            "not delegated",
            f"{CLIENT_ID} with the scope {SCOPE}",
        ),
        (WebAnswer(400, {"error": "invalid_grant"}), "account refused", "`subject`"),
    ],
)
def test_a_refused_service_account_is_named(commands, google, answer, cause, text):
    google.token_answers.append(answer)
    printed = commands.call("source", "check", "domain")
    assert (printed.status, printed.row("read")[2]) == (1, f"failed: {cause}")
    assert text in printed.output
    assert "PRIVATE KEY" not in printed.output


def test_an_api_that_is_not_enabled_is_named(commands, google):
    google.failures.append(google_error(403, "PERMISSION_DENIED", "SERVICE_DISABLED"))
    printed = commands.call("source", "check", "domain")
    assert (printed.status, printed.row("read")[2]) == (1, "failed: disabled API")
    assert "People API" in printed.output


def test_a_file_that_is_no_key_is_named(commands, google):
    (commands.folder / "key.json").write_text("a-secret")
    printed = commands.call("source", "check", "domain")
    assert printed.status == 2
    assert "wrong key file" in printed.output
    assert "a-secret" not in printed.output
