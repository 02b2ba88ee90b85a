"""Entra and google_directory sources over REST: all users see one directory."""

import pytest
import trustme

from api.conftest import COLUMNS, Daemon, configuration
from api.favorites import favorite
from api.rest import check_error, create
from plugins.backends.faulty_source import tls_of
from servers.entra import ACCOUNT, EntraServer, user
from servers.google_directory import SUBJECT, GoogleDirectoryServer
from servers.google_people import person
from servers.ports import HOST
from waiting import wait_until

ENTRA_COLUMNS = {
    "searched_columns": ["displayName", "businessPhones", "mobilePhone"],
    "first_matched_columns": ["businessPhones", "mobilePhone"],
    "format_columns": {"name": "{displayName}", "number": "{businessPhones[0]}", "mobile": "{mobilePhone}"},
}
GOOGLE_COLUMNS = {
    "searched_columns": ["name", "numbers"],
    "first_matched_columns": ["numbers"],
    "format_columns": {"number": "{numbers[0]}"},
}


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def entra(authority):
    with EntraServer(tls_of(authority, HOST)) as server:
        server.users.put(
            user("u1", "Ada", "Stern", businessPhones=["+49 30 5550101"], mobilePhone="0170 5550199"),
            user("u2", "Ivo", "Brandt", accountEnabled=False),
        )
        yield server


@pytest.fixture(scope="module")
def google():
    with GoogleDirectoryServer() as server:
        server.people.put(
            person("p1", "Éric Stern", [("work", "+49 30 5550201"), ("mobile", "0171 5550299")])
        )
        yield server


@pytest.fixture(scope="module")
def daemon(tmp_path_factory, authority, entra, google):
    """Run a daemon with a source of each directory and the profile `company`."""
    folder = tmp_path_factory.mktemp("directories")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    config = configuration(folder)
    trust = {"certificate_folders": [folder], "verify_certificate": str(folder / "ca.pem")}
    config["backends"]["entra"] = trust
    config["backends"]["google_directory"] = {"endpoint": google.url, "token_uri": google.token_uri}
    with Daemon(config) as daemon:
        bodies = {
            "entra": {**ACCOUNT, "graph_url": entra.url, "login_url": entra.url, **ENTRA_COLUMNS},
            "google_directory": {
                "service_account_key": google.key_file(),
                "subject": SUBJECT,
                **GOOGLE_COLUMNS,
            },
        }
        sources = [
            create(daemon, f"/backends/{backend}/sources", {"name": backend, **body})
            for backend, body in bodies.items()
        ]
        display = create(daemon, "/displays", {"name": "company", "columns": COLUMNS})
        services = {name: {"sources": sources} for name in ("lookup", "reverse", "favorites")}
        create(daemon, "/profiles", {"name": "company", "display": display, "services": services})
        yield daemon


def lookup(daemon, term, **arguments):
    response = daemon.get("/directories/lookup/company", term=term, **arguments)
    assert response.status_code == 200, response.text
    return sorted((found["source"], *found["column_values"][:3]) for found in response.json["results"])


def test_a_lookup_finds_the_people_of_both_directories(daemon):
    assert lookup(daemon, "stern") == [
        ("entra", "Ada Stern", "+49 30 5550101", False),
        ("google_directory", "Éric Stern", "+49 30 5550201", False),
    ]
    assert lookup(daemon, "brandt") == []


def test_users_share_one_copy(daemon, entra, google):
    lookup(daemon, "stern")
    asked = len(entra.requests), len(google.requests)
    assert len(lookup(daemon, "stern", token="second")) == 2
    assert (len(entra.requests), len(google.requests)) == asked


@pytest.mark.parametrize(
    ("exten", "name"), [("+49305550101", "Ada Stern"), ("01715550299", "Éric Stern"), ("5559999", None)]
)
def test_a_number_is_found_in_either_directory(daemon, exten, name):
    lookup(daemon, "")
    response = daemon.get("/directories/reverse/company/a-user", exten=exten)
    assert response.json["display"] == name


@pytest.mark.parametrize(("source", "key"), [("entra", "u1"), ("google_directory", "p1")])
def test_people_can_be_favorites(daemon, source, key):
    lookup(daemon, "")
    assert favorite(daemon, "PUT", f"{source}/{key}").status_code == 204
    response = daemon.get("/directories/favorites/company")
    assert [found["relations"]["source_entry_id"] for found in response.json["results"]] == [key]
    assert favorite(daemon, "DELETE", f"{source}/{key}").status_code == 204


def test_a_refused_application_is_explained_by_the_status(daemon, entra):
    body = {**ACCOUNT, "client_secret": "wrong", "graph_url": entra.url, "login_url": entra.url}
    source = create(daemon, "/backends/entra/sources", {"name": "wrong", **body, **ENTRA_COLUMNS})
    create(daemon, "/profiles", {"name": "wrong", "services": {"lookup": {"sources": [source]}}})
    assert daemon.get("/directories/lookup/wrong", term="a").json["results"] == []
    wait_until(lambda: "AADSTS7000215" in str(daemon.get("/status").json["sources"][source["uuid"]]["error"]))


@pytest.mark.parametrize(
    ("backend", "change", "text"),
    [
        ("entra", {"client_secret": None}, "exactly one of client_secret and client_certificate"),
        ("entra", {"client_certificate": "x"}, "exactly one of client_secret and client_certificate"),
        ("entra", {"login_url": "http://127.0.0.1"}, "login_url"),
        ("entra", {"graph_url": "https://127.0.0.1/path"}, "graph_url"),
        ("entra", {"graph_url": "https://user@127.0.0.1"}, "graph_url"),
        ("entra", {"directory_id": "common"}, "one directory"),
        ("entra", {"directory_id": "../evil"}, "directory_id"),
        ("entra", {"client_secret": None, "client_certificate": "a-secret"}, "client_certificate: needs"),
        ("entra", {"exclude": {"displayName": "Room"}}, "exclude"),
        ("entra", {"refresh_seconds": 0}, "refresh_seconds"),
        ("google_directory", {"service_account_key": "a-secret"}, "service_account_key: is not"),
        ("google_directory", {"service_account_key": "${file:key}"}, "secrets.tenant_folder"),
        ("google_directory", {"subject": "ada"}, "subject"),
    ],
)
def test_options_that_can_t_work_are_a_400(daemon, entra, google, backend, change, text):
    bodies = {
        "entra": {**ACCOUNT, "graph_url": entra.url, "login_url": entra.url},
        "google_directory": {"service_account_key": google.key_file(), "subject": SUBJECT},
    }
    body = {"name": "refused", **bodies[backend], **change}
    response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
    assert text in str(check_error(response, 400, "invalid-data"))
    assert "a-secret" not in response.text
