"""A daemon in the process of a test that answers LDAP on free loopback ports, and its people."""

import csv
from contextlib import contextmanager
from typing import NamedTuple

from api.conftest import TENANT, Daemon, configuration, csv_source
from ldap_server import running_ldap_server
from servers.ports import HOST
from xivo_dird.config.schema import Config
from xivo_dird.tcp.tls import server_tls_context

BASE = "dc=example,dc=org"
GUEST = {"subnet": HOST, "tenant_uuid": TENANT, "profile": "default"}
"""The network of clients without an account: this host."""

COLUMNS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Number", "type": "number", "field": "office"},
    {"title": "Mobile", "type": "callable", "field": "mobile"},
    {"title": "Number at home", "type": "number", "field": "private"},
]
"""A display whose numbers are of three kinds: by default, by field and title, and by title alone."""

SERVICES = ("lookup", "reverse", "favorites")


class Person(NamedTuple):
    """A line of the CSV file."""

    firstname: str
    lastname: str
    office: str = ""
    mobile: str = ""
    private: str = ""
    email: str = ""
    company: str = ""


PEOPLE = (
    Person("Ann", "Lee", "2001", "+33 6 12 34 56 78", "01 44 55 66 77", "ann@lees.example", "Lees"),
    Person("Éric", "Müller", "2002", "", "", "eric@example.org"),
    Person("Zoë", "Annesley", "2003", "06 98 76 54 32"),
    Person("Bob", "Stern", email="bob@example.org", company="Stern & Co"),
    Person("Marie Ann", "Dupont", "+33 (0)1 23 45 67 89", "", "", "marie@example.org"),
)
"""The people of the source `people`; their ids count from 1."""

DISPLAY = {"tenant": "main", "name": "numbers", "columns": COLUMNS}


def people_source(name="people", **options):
    """Return a source with people of a CSV file."""
    fields = ["firstname", "lastname", "office", "mobile", "private", "email", "company"]
    return csv_source(
        **{
            "file": f"{name}.csv",
            "name": name,
            "searched_columns": fields,
            "first_matched_columns": ["office", "mobile", "private"],
            **options,
        }
    )


def profile(name, *sources, display="numbers", tenant="main"):
    """Return a profile whose services have these sources."""
    services = {service: {"sources": list(sources)} for service in SERVICES}
    return {"tenant": tenant, "name": name, "display": display, "services": services}


def write_people(folder, people=PEOPLE, name="people", ids=None):
    """Write the file of a `people_source`."""
    with (folder / "csv" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *Person._fields])
        rows = zip(ids or range(1, len(people) + 1), people, strict=True)
        writer.writerows([entry_id, *person] for entry_id, person in rows)


def ldap_configuration(folder, sources=(), profiles=(), **keys):
    """Return the configuration of a daemon in which everybody on this host may search the profile `default`.

    Args:
        folder: The folder of its files.
        sources: Further sources.
        profiles: Further profiles, or others with the same name.
        **keys: Keys of the section `ldap_server`.
    """
    config = configuration(folder)
    write_people(folder)
    config["ldap_server"] = {
        "listen": "127.0.0.1:3890",  # replaced by a free port
        "base_dn": BASE,
        "require_tls": False,
        "anonymous": [GUEST],
        **keys,
    }
    named = {each["name"]: each for each in (profile("default", "people"), *profiles)}
    declared = config["provisioning"]
    declared["tenants"][0]["country"] = "FR"
    declared["sources"] += [people_source(), *sources]
    declared["displays"].append(DISPLAY)
    declared["profiles"] = [*named.values()]
    return config


@contextmanager
def ldap_daemon(config):
    """Run a daemon with its LDAP server; yield the daemon, whose attribute `ldap` has the ports."""
    certificate = Config.model_validate(config).ldap_certificate()
    context = None if certificate is None else server_tls_context(*certificate)
    with (
        Daemon(config) as daemon,
        running_ldap_server(daemon.controller.ldap, context, **config["ldap_server"]) as addresses,
    ):
        daemon.ldap = addresses
        yield daemon
