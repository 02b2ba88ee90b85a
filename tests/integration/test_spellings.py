"""Names and numbers as people really store and type them, in a running daemon with a source of every backend."""

import json
import unicodedata
import urllib.request

import pytest

from servers.daemon import TOKEN, DaemonProcess
from servers.ldap_people import PEOPLE_DN
from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.authenticator import hash_token

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
PEOPLE = [
    ("1", unicodedata.normalize("NFD", "M\u00fcller"), "x", "2001"),
    ("2", unicodedata.normalize("NFD", "\u017bak"), "x", "2002"),
    ("3", unicodedata.normalize("NFD", "\ud55c\uae00"), "x", "2003"),
    ("4", "\u0130pek Y\u0131lmaz", "x", "2004"),
    ("5", "Ofis \u0130STANBUL", "x", "2005"),
    ("6", "Am\u00e9lie", "Marchand", "2006"),
    ("7", "\u0639\u0644\u064a \u0643\u0631\u064a\u0645\u064a", "x", "2007"),
    ("8", "\u0645\u062d\u0640\u0645\u062f", "x", "2008"),
    ("9", "Stra\u00dfer", "x", "06 39 98 12 50"),
    ("10", "M\u00f8ller", "x", "+33 6 39 98 12 51"),
]
FOUND = {
    "m\u00fcller": ["1"],
    unicodedata.normalize("NFD", "am\u00e9lie"): ["6"],
    "\u017cak": ["2"],
    "\ud55c\uae00": ["3"],
    "ipek": ["4"],
    "istanbul": ["5"],
    "am\u00e9lie marchand": ["6"],
    "marchand am\u00e9lie": ["6"],
    "am\u00e9 mar": ["6"],
    "\u0639\u0644\u06cc": ["7"],
    "\u06a9\u0631\u06cc\u0645\u06cc": ["7"],
    "\u0645\u062d\u0645\u062f": ["8"],
    "\u06f2\u06f0\u06f0\u06f6": ["6"],
    "9812": ["9", "10"],
    "0639981250": ["9"],
    "0639981251": ["10"],
    "639981251": ["10"],
    "+33639981250": ["9"],
    "amelie x": [],
    "9812 51 50": [],
}
NOT_IN_LDAP = {"\u0639\u0644\u06cc", "\u06a9\u0631\u06cc\u0645\u06cc", "\u0645\u062d\u0645\u062f"}
"""Letters that OpenLDAP compares by its own rules."""

TYPED = {
    "685537": ["1"],
    "6835537": ["1"],
    "7872737": ["9"],
    "78727737": ["9"],
    "665537": ["10"],
    "6635537": ["10"],
    "0639981250": ["9"],
    "0639981251": ["10"],
    "639981251": ["10"],
}
BACKENDS = ("csv", "personal", "phonebook", "ldap")


@pytest.fixture(scope="module")
def lookup(tmp_path_factory):
    """Start a daemon with the people in every backend; return a function that looks them up."""
    folder = tmp_path_factory.mktemp("spellings")
    (folder / "slapd").mkdir()
    with (
        Slapd(folder / "slapd", [_entry(*person) for person in PEOPLE], tls=False) as slapd,
        DaemonProcess(folder, _configuration(folder, slapd)) as daemon,
    ):
        book = _post(daemon, "/phonebooks", {"name": "book"})["uuid"]
        for uid, first, last, number in PEOPLE:
            body = {"uid": uid, "givenName": first, "sn": last, "telephoneNumber": number}
            _post(daemon, f"/phonebooks/{book}/contacts", body)
            _post(daemon, "/personal", body)
        _add_phonebook_profile(daemon, book)

        def look_up(backend, term, **parameters):
            status, body = daemon.get(f"/directories/lookup/{backend}", term=term, **parameters)
            assert status == 200
            return [result["column_values"][0] for result in body["results"]]

        yield look_up


def _configuration(folder, slapd):
    (folder / "csv").mkdir()
    lines = ["uid,givenName,sn,telephoneNumber", *map(",".join, PEOPLE)]
    (folder / "csv" / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    common = {
        "tenant": "main",
        "searched_columns": ["givenName", "sn", "telephoneNumber"],
        "unique_column": "uid",
    }
    sources = [
        {**common, "name": "csv", "backend": "csv", "file": "people.csv"},
        {
            **common,
            "name": "ldap",
            "backend": "ldap",
            "ldap_uri": slapd.uri,
            "ldap_base_dn": slapd.base_dn,
            "ldap_network_timeout": TIMEOUT,
            "ldap_timeout": TIMEOUT,
        },
        {
            "tenant": "main",
            "name": "personal",
            "backend": "personal",
            "searched_columns": common["searched_columns"],
        },
    ]
    profiles = [
        {
            "tenant": "main",
            "name": source["name"],
            "display": "d",
            "services": {"lookup": {"sources": [source["name"]]}},
        }
        for source in sources
    ]
    return {
        "auth": {
            "method": "static",
            "tokens": [{"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}],
        },
        "backends": {"csv": {"folders": [str(folder / "csv")]}},
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main", "country": "FR"}],
            "sources": sources,
            "displays": [{"tenant": "main", "name": "d", "columns": [{"field": "uid"}]}],
            "profiles": profiles,
        },
    }


def _add_phonebook_profile(daemon, book):
    columns = ["givenName", "sn", "telephoneNumber"]
    source = _post(
        daemon, "/backends/phonebook/sources", {"phonebook_uuid": book, "searched_columns": columns}
    )
    display = _post(daemon, "/displays", {"name": "e", "columns": [{"field": "uid"}]})
    services = {"lookup": {"sources": [{"uuid": source["uuid"]}]}}
    _post(
        daemon,
        "/profiles",
        {"name": "phonebook", "display": {"uuid": display["uuid"]}, "services": services},
    )


def _post(daemon, path, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{daemon.port}/0.1{path}",
        json.dumps(body).encode(),
        {"X-Auth-Token": TOKEN, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        return json.load(response)


def _entry(uid, first, last, number):
    return {
        "dn": [f"uid={uid},{PEOPLE_DN}"],
        "objectClass": ["inetOrgPerson"],
        "uid": [uid],
        "cn": [first],
        "givenName": [first],
        "sn": [last],
        "telephoneNumber": [number],
    }


@pytest.mark.parametrize("backend", BACKENDS)
def test_people_are_found_in_every_spelling(lookup, backend):
    terms = {term: ids for term, ids in FOUND.items() if backend != "ldap" or term not in NOT_IN_LDAP}
    assert {term: lookup(backend, term) for term in terms} == terms


@pytest.mark.parametrize("backend", BACKENDS[:3])
def test_people_are_found_on_a_keypad_in_every_spelling(lookup, backend):
    assert {digits: lookup(backend, digits, t9="true") for digits in TYPED} == TYPED


def test_digits_of_other_scripts_are_keys_too(lookup):
    assert lookup("csv", "\u0666\u0668\u0665\u0665\u0663\u0667", t9="true") == ["1"]
