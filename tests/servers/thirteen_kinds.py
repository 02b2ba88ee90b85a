"""A tenant with thirteen sources of as many kinds, one person in each, and the servers behind them.

with ThirteenKinds(folder) as kinds, DaemonProcess(folder, kinds.configuration()) as daemon:
    store_contacts(daemon)
    ... the profile `default` has all sources, each named after its backend
    ... the source `ldap` has NAMES["ldap"] with NUMBERS["ldap"]
"""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import trustme

from plugins.backends.faulty_source import tls_of
from plugins.backends.json_ws.samples import espo
from servers.card_server import card
from servers.csv_service import CsvService
from servers.daemon import TOKEN, DaemonProcess
from servers.entra import ACCOUNT, EntraServer, user
from servers.google_directory import SUBJECT, GoogleDirectoryServer
from servers.google_people import person
from servers.json_people import Person
from servers.json_services import JsonServices
from servers.ldap_people import PEOPLE_DN
from servers.pbx import Pbx, pbx_conference, pbx_user
from servers.ports import HOST
from servers.radicale import RadicaleServer
from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"

COPIED = ("csv", "vcard", "sql", "carddav", "entra", "google_directory")
ASKED = ("ldap", "csv_ws", "json_ws", "wazo", "conference", "phonebook", "personal")
KINDS = (*COPIED, *ASKED)
NAMES = {kind: f"{kind.title()} Stern" for kind in KINDS}
NUMBERS = {kind: str(2000 + position) for position, kind in enumerate(KINDS)}

REVERSE = {"format_columns": {"reverse": "{name}"}}
BY_NAME = {"searched_columns": ["name"], "first_matched_columns": ["number"], **REVERSE}
"""The columns of a source whose entries have `name` and `number`."""


class ThirteenKinds:
    """The servers and files, for the length of a context.

    Attributes:
        slapd, radicale, entra, google, csv_service, json_services, pbx: The servers.
        sqlite_file: The database of the source `sql`.
    """

    def __init__(self, folder: Path) -> None:
        """Write the files, and create the servers, below an existing folder."""
        self.sqlite_file = folder / "people.db"
        self._folder = folder
        self._running = ExitStack()
        for name in ("slapd", "radicale"):
            (folder / name).mkdir()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        self.slapd = Slapd(folder / "slapd", [ldap_entry()], tls=False)
        self.radicale = RadicaleServer(folder / "radicale")
        self.entra, self.google = EntraServer(tls_of(authority, HOST)), GoogleDirectoryServer()
        self.csv_service = CsvService([{"name": NAMES["csv_ws"], "number": NUMBERS["csv_ws"]}])
        self.json_services, self.pbx = JsonServices(), Pbx()
        self._write_files()
        self._add_people()

    def __enter__(self) -> Self:
        """Start the servers."""
        with self._running:
            for server in (self.slapd, self.radicale, self.entra, self.google):
                self._running.enter_context(server)
            for service in (self.csv_service, self.json_services, self.pbx):
                self._running.enter_context(service)
            self._running = self._running.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the servers."""
        self._running.close()

    def configuration(self, **lookup: float) -> dict[str, Any]:
        """Return the configuration of a daemon; `lookup` has settings of that section."""
        token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}
        folders = {"folders": [str(self._folder)]}
        trust = {
            "certificate_folders": [str(self._folder)],
            "verify_certificate": str(self._folder / "ca.pem"),
        }
        google = {"endpoint": self.google.url, "token_uri": self.google.token_uri}
        return {
            "lookup": lookup,
            "auth": {"tokens": [token]},
            "backends": {
                **dict.fromkeys(("csv", "vcard", "sql"), folders),
                "entra": trust,
                "google_directory": google,
            },
            "provisioning": {
                "tenants": [{"uuid": TENANT, "name": "main"}],
                "sources": [
                    {"tenant": "main", "name": kind, "backend": kind, **options}
                    for kind, options in {**self._copied(), **self._asked()}.items()
                ],
            },
        }

    def _copied(self) -> dict[str, dict[str, Any]]:
        formatted = {"name": "{displayName}", "reverse": "{displayName}", "number": "{businessPhones[0]}"}
        entra = {**ACCOUNT, "graph_url": self.entra.url, "login_url": self.entra.url}
        account = {"service_account_key": self.google.key_file(), "subject": SUBJECT}
        often = {"refresh_seconds": 1}
        return {
            "csv": {**BY_NAME, "file": "people.csv"},
            "vcard": {**BY_NAME, "file": "people.vcf"},
            "sql": {**BY_NAME, **often, "uri": "sqlite:///people.db", "table": "people"},
            "carddav": {**BY_NAME, **often, **self.radicale.options},
            "entra": {
                **often,
                **entra,
                "searched_columns": ["displayName"],
                "first_matched_columns": ["businessPhones"],
                "format_columns": formatted,
            },
            "google_directory": {
                **account,
                "searched_columns": ["name"],
                "first_matched_columns": ["numbers"],
                "format_columns": {"reverse": "{name}", "number": "{numbers[0]}"},
            },
        }

    def _asked(self) -> dict[str, dict[str, Any]]:
        user_columns = {"searched_columns": ["lastname"], "first_matched_columns": ["exten"]}
        room_columns = {"searched_columns": ["name"], "first_matched_columns": ["extensions"]}
        user_formatted = {"name": "{firstname} {lastname}", "reverse": "{name}", "number": "{exten}"}
        return {
            "ldap": {
                "preset": "openldap",
                "ldap_uri": self.slapd.uri,
                "ldap_base_dn": PEOPLE_DN,
                "ldap_timeout": TIMEOUT,
            },
            "csv_ws": {**BY_NAME, "lookup_url": self.csv_service.lookup_url},
            "json_ws": {**espo(self.json_services.url), **REVERSE},
            "wazo": {**user_columns, **self.pbx.options(), "format_columns": user_formatted},
            "conference": {
                **room_columns,
                **self.pbx.options(),
                "format_columns": {"reverse": "{name}", "number": "{extensions[0]}"},
            },
            "personal": BY_NAME,
        }

    def _write_files(self) -> None:
        text = f"name,number\n{NAMES['csv']},{NUMBERS['csv']}\n"
        (self._folder / "people.csv").write_text(text)
        (self._folder / "people.vcf").write_bytes(card(NAMES["vcard"], NUMBERS["vcard"]))
        with closing(sqlite3.connect(self.sqlite_file)) as database:
            database.execute("CREATE TABLE people (name TEXT, number TEXT)")
            database.execute("INSERT INTO people VALUES (?, ?)", (NAMES["sql"], NUMBERS["sql"]))
            database.commit()

    def _add_people(self) -> None:
        crew = card(NAMES["carddav"], NUMBERS["carddav"], "UID:crew-1")
        self.radicale.load(self.radicale.username, "crew", "Crew", [crew])
        self.entra.users.put(user("u1", *NAMES["entra"].split(), businessPhones=[NUMBERS["entra"]]))
        self.google.people.put(
            person("p1", NAMES["google_directory"], [("work", NUMBERS["google_directory"])])
        )
        self.json_services.people = [Person("7", NAMES["json_ws"], NUMBERS["json_ws"])]
        first, last = NAMES["wazo"].split()
        self.pbx.users = [pbx_user(7, firstname=first, lastname=last, exten=NUMBERS["wazo"])]
        self.pbx.conferences = [pbx_conference(7, NAMES["conference"], [NUMBERS["conference"]])]


def ldap_entry() -> dict[str, list[str]]:
    """Return the person of the source `ldap`."""
    names = {"cn": [NAMES["ldap"]], "sn": ["Stern"], "telephoneNumber": [NUMBERS["ldap"]]}
    return {"dn": [f"uid=ldap,{PEOPLE_DN}"], "objectClass": ["inetOrgPerson"], "uid": ["ldap"], **names}


def store_contacts(daemon: DaemonProcess, timeout: float) -> None:
    """Store the contacts of the sources `personal` and `phonebook`, then the profile with all sources.

    Args:
        daemon: A daemon that has been started for the first time.
        timeout: The seconds of a lookup and of a reverse lookup.
    """
    created(daemon, "/personal", {"name": NAMES["personal"], "number": NUMBERS["personal"]})
    phonebook = created(daemon, "/phonebooks", {"name": "phonebook"})
    contact = {"name": NAMES["phonebook"], "number": NUMBERS["phonebook"]}
    created(daemon, f"/phonebooks/{phonebook['uuid']}/contacts", contact)
    created(daemon, "/backends/phonebook/sources", {**BY_NAME, "phonebook_uuid": phonebook["uuid"]})
    columns = [{"title": field.title(), "field": field} for field in ("name", "number")]
    display = created(daemon, "/displays", {"name": "desk", "columns": columns})
    by_name = {source["name"]: source for source in daemon.get("/sources")[1]["items"]}
    service = {"sources": [by_name[kind] for kind in KINDS], "options": {"timeout": timeout}}
    services = {"lookup": service, "reverse": service}
    created(daemon, "/profiles", {"name": "default", "display": display, "services": services})


def created(daemon: DaemonProcess, path: str, content: object) -> dict[str, Any]:
    """Create a resource and return it."""
    status, body = daemon.post(path, content)
    assert status in {200, 201}, body
    return body
