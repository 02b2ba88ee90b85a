"""The whole application, called through its WSGI interface, and its configuration."""

from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import Client

from databases import STORES, new_database, sqlite_template
from servers.auth_server import AuthServer
from servers.ports import ReservedPort
from stored import DATABASE_LIMITS
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller

TENANT = "11111111-1111-4111-8111-111111111111"
CHILD = "22222222-2222-4222-8222-222222222222"
OTHER = "33333333-3333-4333-8333-333333333333"
USER = "44444444-4444-4444-8444-444444444444"
OTHER_TENANT_USER = "66666666-6666-4666-8666-666666666666"
SECOND_USER = "55555555-5555-4555-8555-555555555555"

PEOPLE = '''\
id,firstname,lastname,number,mobile
17,Ada,Stern,2045,+33 1 44 55
18,Éric,Müller,2046,
19,Zoë,O'Neil,2047,0612
20,"Anna ""Nan""",Adams,2048,
'''

COLUMNS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Phone", "type": "number", "field": "number"},
    {"type": "favorite", "field": "favorite"},
    {"type": "personal"},
    {"title": "Mobile", "type": "number", "field": "mobile", "default": "none"},
    {"title": "Floor", "field": "floor", "default": "ground"},
]


class Daemon:
    """A started application; requests have the administrator's token by default.

    A response is read to its end and closed, as a server does it, unless `buffered` is False.

    Attributes:
        changed: The paths of the requests that may have changed something.
        declared: The uuids of the resources that the configuration declares, for `emptied_daemon`.
    """

    def __init__(self, config, database_limits=DATABASE_LIMITS):
        self.config = config
        self.changed = set()
        self.declared = set()
        self.controller = Controller(Config.model_validate(config), database_limits=database_limits)
        self.client = Client(self.controller.application)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *exc_info):
        self.controller.stop()

    def request(self, method, path, token="admin", headers=None, **arguments):
        headers = dict(headers or {})
        if token is not None:
            headers.setdefault("X-Auth-Token", token)
        if method not in {"GET", "HEAD", "OPTIONS"}:
            self.changed.add(path)
        return self.client.open(path, method=method, headers=headers, **{"buffered": True, **arguments})

    def get(self, path, token="admin", headers=None, **query):
        return self.request("GET", f"/0.1{path}", token, headers, query_string=query)


ADA = {
    "id": "17",
    "firstname": "Ada",
    "lastname": "Stern",
    "number": "2045",
    "mobile": "+33 1 44 55",
    "name": "Ada Stern",
    "reverse": "Ada Stern",
}
"""The fields of the first contact of `csv_source`."""


def csv_source(file="crew.csv", **options):
    return {
        "tenant": "main",
        "name": "crew",
        "backend": "csv",
        "file": file,
        "unique_column": "id",
        "searched_columns": ["firstname", "lastname", "number"],
        "first_matched_columns": ["number", "mobile"],
        "format_columns": {"name": "{firstname} {lastname}", "reverse": "{firstname} {lastname}"},
        **options,
    }


UNREACHABLE = {
    "tenant": "main",
    "name": "staff",
    "backend": "ldap",
    "ldap_uri": "ldap://127.0.0.1:1",
    "ldap_base_dn": "dc=example",
    "searched_columns": ["cn"],
}
"""A source whose server never answers."""


def configuration(folder: Path, sources=(), profile_sources=("crew",), **changes):
    """Return the configuration of a daemon with its files in a folder, and create its database if there is none."""
    if "db_uri" not in changes and not (folder / "dird.db").exists():
        (folder / "dird.db").write_bytes(sqlite_template())
    csv_folder = folder / "csv"
    csv_folder.mkdir(exist_ok=True)
    (csv_folder / "crew.csv").write_text(PEOPLE, encoding="utf-8")
    services = {name: {"sources": list(profile_sources)} for name in ("lookup", "reverse", "favorites")}
    token = {"tenant_uuid": TENANT, "user_uuid": USER}
    return {
        "state_directory": folder / "state",
        "db_uri": f"sqlite:///{folder / 'dird.db'}",
        "log_filename": None,
        "bus": {"enabled": False},
        "backends": {"csv": {"folders": [csv_folder]}, "vcard": {"folders": [csv_folder]}},
        "auth": {
            "method": "static",
            "tokens": [
                {**token, "hash": hash_token("admin"), "acl": ["#"]},
                {**token, "hash": hash_token("reader"), "acl": ["dird.directories.lookup.default.read"]},
                {**token, "hash": hash_token("other-tenant"), "acl": ["#"], "tenant_uuid": OTHER},
                {"hash": hash_token("userless"), "acl": ["#"], "tenant_uuid": TENANT},
                {**token, "hash": hash_token("second"), "acl": ["#"], "user_uuid": SECOND_USER},
                {
                    "hash": hash_token("other-tenant-user"),
                    "acl": ["#"],
                    "tenant_uuid": OTHER,
                    "user_uuid": OTHER_TENANT_USER,
                },
                {**token, "hash": hash_token("no-rights"), "acl": []},
            ],
            "master_tenant_uuid": TENANT,
        },
        "lookup": dict.fromkeys(("timeout", "reverse_timeout", "reverse_grace"), TIMEOUT),
        "provisioning": {
            "tenants": [
                {"uuid": TENANT, "name": "main"},
                {"uuid": CHILD, "name": "child", "parent": TENANT},
                {"uuid": OTHER, "name": "other"},
            ],
            "sources": [csv_source(), *sources],
            "displays": [{"tenant": "main", "name": "desk", "columns": COLUMNS}],
            "profiles": [
                {"tenant": "main", "name": "default", "display": "desk", "services": services},
                {"tenant": "main", "name": "bare", "services": services},
                {"tenant": "main", "name": "empty", "display": "desk"},
            ],
        },
        **changes,
    }


@pytest.fixture
def new_daemon(tmp_path, db_uri):
    """Start a daemon for one test, which may change its files."""
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
        yield daemon


@pytest.fixture
def daemon(new_daemon):
    return new_daemon


@pytest.fixture
def daemon_without_broker(tmp_path, db_uri):
    """Start a daemon whose broker refuses connections."""
    port = ReservedPort()
    bus = {"host": "127.0.0.1", "port": port.number}
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=bus)) as daemon:
        yield daemon
    port.release()


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory):
    """Share one daemon between tests that change nothing and do not depend on the kind of store."""
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.fixture
def phonebook(daemon):
    response = daemon.request("POST", "/0.1/phonebooks", json={"name": "Suppliers"})
    assert response.status_code == 201, response.text
    return response.json


@pytest.fixture
def contacts(phonebook):
    """Return the path of the contacts of a phonebook."""
    return f"/0.1/phonebooks/{phonebook['uuid']}/contacts"


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that returns the configuration of `reused_daemon`; a module may have its own."""
    return configuration


_KINDS = ("sources", "profiles", "displays", "phonebooks")


@pytest.fixture(scope="module", params=STORES)
def reused_daemon(request, tmp_path_factory, new_configuration):
    """Start one daemon per kind of store for all tests of a module; see `emptied_daemon`."""
    folder = tmp_path_factory.mktemp("daemon")
    with new_database(request, folder) as db_uri, Daemon(new_configuration(folder, db_uri=db_uri)) as daemon:
        daemon.declared = {item["uuid"] for kind in _KINDS for _, item in _stored(daemon, kind)}
        yield daemon


@pytest.fixture
def emptied_daemon(reused_daemon):
    """Return the daemon of the module, and delete afterwards what is stored and not declared.

    For modules with many tests of displays, profiles, sources, phonebooks and personal contacts: such a daemon
    takes a fifth of the time of a new one. Events remain, and favorites that no profile shows.
    """
    reused_daemon.changed.clear()
    yield reused_daemon
    changed = "\n".join(reused_daemon.changed)
    if "favorites" in changed:
        _delete_favorites(reused_daemon)
    for kind in _KINDS:
        if kind in changed:
            _delete_stored(reused_daemon, kind)
    if "personal" in changed:
        for token in ("admin", "second", "other-tenant", "other-tenant-user"):
            assert reused_daemon.request("DELETE", "/0.1/personal", token=token).status_code == 204


def _delete_favorites(daemon):
    for token in ("admin", "second"):
        for result in daemon.get("/directories/favorites/default", token).json["results"]:
            favorite = f"{result['source']}/{result['relations']['source_entry_id']}"
            removed = daemon.request("DELETE", f"/0.1/directories/favorites/{quote(favorite)}", token)
            assert removed.status_code == 204, removed.text


def _delete_stored(daemon, kind):
    for token, item in _stored(daemon, kind):
        if item["uuid"] not in daemon.declared:
            path = f"/backends/{item['backend']}/sources" if kind == "sources" else f"/{kind}"
            of_its_tenant = {"Wazo-Tenant": item["tenant_uuid"]}
            removed = daemon.request("DELETE", f"/0.1{path}/{item['uuid']}", token, of_its_tenant)
            assert removed.status_code == 204, removed.text


def _stored(daemon, kind):
    """Yield the resources of a kind in all tenants, and the token of each."""
    for token in ("admin", "other-tenant"):
        for item in daemon.get(f"/{kind}", token, recurse=True).json["items"]:
            yield token, item


@pytest.fixture
def auth_server():
    """Start an authentication server with the tenant, and no tokens."""
    with AuthServer() as server:
        server.add_tenant(TENANT)
        yield server


@pytest.fixture
def auth_daemon(tmp_path, auth_server):
    """Start a daemon that asks the authentication server about every token."""
    auth = {"method": "wazo_auth", "cache_ttl": 0, **auth_server.settings()}
    with Daemon(configuration(tmp_path, auth=auth)) as daemon:
        yield daemon
