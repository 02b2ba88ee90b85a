"""The entries of people: their attributes, their names, and what of them a client requests."""

import ldap3
import pytest

from api.rest import create
from ldap_daemon import (
    BASE,
    Person,
    ldap_configuration,
    ldap_daemon,
    people_source,
    profile,
    write_people,
)
from ldap_searches import connection, ldapsearch, search

SUCCESS, NO_SUCH_OBJECT = 0, 32
ADMIN = ("-D", "token", "-w", "admin")

ANN_DN = f"uid=people:1,ou=default,{BASE}"
ANN = {
    "objectClass": ["top", "person", "organizationalPerson", "inetOrgPerson"],
    "uid": ["people:1"],
    "cn": ["Ann Lee"],
    "displayName": ["Ann Lee"],
    "givenName": ["Ann"],
    "sn": ["Lee"],
    "mail": ["ann@lees.example"],
    "o": ["Lees"],
    "telephoneNumber": ["2001"],
    "mobile": ["+33612345678"],
    "homePhone": ["0144556677"],
}
HARD_TEXTS = [
    'comma, plus + quote " back\\slash',
    "<less> ; equals = # hash",
    " leading and trailing ",
    "#first",
    "Łódź ☎ 李",
    "per%cent:colon%3A",
    "",
    "'",
    "a" * 200,
]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ldap")
    templates = people_source("named", format_columns={"reverse": "{lastname}"})
    odd = people_source("odd")
    profiles = [
        profile("named", "named"),
        profile("odd", "odd"),
        profile("bare", "people", display=None),
        profile("mine", "people", "mine"),
    ]
    del profiles[2]["display"]
    personal = {
        "tenant": "main",
        "name": "mine",
        "backend": "personal",
        "searched_columns": ["firstname", "lastname"],
        "first_matched_columns": ["office"],
        "format_columns": {"name": "{firstname} {lastname}"},
    }
    config = ldap_configuration(folder, [templates, odd, personal], profiles)
    write_people(folder, [Person("Cher", ""), Person("", "Ng"), Person("Eva", "de la Cruz")], "named")
    people = [Person("Odd", f"Person {number}") for number in range(len(HARD_TEXTS))]
    write_people(folder, people, "odd", HARD_TEXTS)
    with ldap_daemon(config) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def port(daemon):
    return daemon.ldap.port


@pytest.fixture
def client(port):
    client = connection(port)
    yield client
    client.unbind()


@pytest.fixture
def user(port):
    """Return the function that binds with a token; the connections end with the test."""
    clients = []

    def user(token):
        clients.append(connection(port, "token", token))
        return clients[-1]

    yield user
    for client in clients:
        client.unbind()


def attributes(port, *requested, base=BASE):
    """Return the attributes of Ann, as the client requests them."""
    (entry,) = ldapsearch(port, "(mail=ann*)", *requested, base=base).entries
    return {name: values for name, values in entry.items() if name != "dn"}


def test_an_entry_has_the_numbers_of_the_display_by_type_and_title(port):
    found = ldapsearch(port, "(cn=ann lee)")
    assert (found.code, found.entries) == (0, [{"dn": [ANN_DN], **ANN}])


def test_both_clients_find_the_same_entry(client):
    search(client, "(cn=ann lee)")
    (entry,) = client.response
    assert (entry["dn"], dict(entry["attributes"])) == (ANN_DN, ANN)


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        (["*"], ANN.keys()),
        (["+"], ANN.keys()),
        (["1.1"], set()),
        (["cn", "telephoneNumber"], {"cn", "telephoneNumber"}),
        (["gn", "surname", "commonName"], {"gn", "surname", "commonName"}),
        (["Mobile", "HOMEPHONE"], {"Mobile", "HOMEPHONE"}),
        (["2.5.4.42"], {"2.5.4.42"}),
        (["ipPhone", "unknown", "cn"], {"cn"}),
        (["1.1", "cn"], {"cn"}),
        (["*", "Mobile"], {*ANN, "Mobile"} - {"mobile"}),
    ],
)
def test_a_client_gets_the_attributes_that_it_requests(port, requested, expected):
    assert attributes(port, *requested).keys() == set(expected)


def test_a_value_has_the_name_that_the_client_uses(port):
    assert attributes(port, "gn", "Mobile") == {"gn": ["Ann"], "Mobile": ["+33612345678"]}


def test_types_without_values_are_sent_if_the_client_wants_no_values(port):
    (entry,) = ldapsearch(port, "-A", "(mail=ann*)", "cn", "mobile").entries
    assert {name: values for name, values in entry.items() if name != "dn"} == {"cn": [""], "mobile": [""]}


def test_a_map_replaces_the_columns_of_the_display(tmp_path):
    mapping = {"telephoneNumber": ["mobile", "office"], "cn": ["lastname"], "ipPhone": ["office"], "mail": []}
    with ldap_daemon(ldap_configuration(tmp_path, attributes=mapping)) as daemon:
        (entry,) = ldapsearch(daemon.ldap.port, "(cn=lee)").entries
        assert ldapsearch(daemon.ldap.port, "(ipPhone=2001)").names() == ["Lee"]
    changed = {"telephoneNumber": ["+33612345678", "2001"], "ipPhone": ["2001"], "cn": ["Lee"]}
    expected = {"dn": [ANN_DN], **ANN, **changed}
    del expected["mail"]
    assert entry == {**expected, "displayName": entry["displayName"]}


@pytest.mark.parametrize(
    ("condition", "cn", "sn", "given"),
    [
        ("(cn=cher)", "Cher", "Cher", "Cher"),
        ("(cn=ng)", "Ng", "Ng", None),
        ("(cn=eva*)", "Eva de la Cruz", "de la Cruz", "Eva"),
    ],
)
def test_each_entry_has_the_names_that_its_class_requires(port, condition, cn, sn, given):
    (entry,) = ldapsearch(port, *ADMIN, condition, base=f"ou=named,{BASE}").entries
    assert (entry["cn"], entry["sn"], entry.get("givenName")) == ([cn], [sn], [given] if given else None)


def test_without_a_display_entries_have_their_names(port):
    (entry,) = ldapsearch(port, *ADMIN, "(sn=lee)", base=f"ou=bare,{BASE}").entries
    assert (entry["cn"], entry["sn"], entry["mail"]) == (["Ann Lee"], ["Lee"], ["ann@lees.example"])


def entries_by_dn(found):
    return {entry["dn"][0]: entry["uid"] for entry in found.entries}


def test_any_id_of_a_source_is_found_by_the_dn_of_its_entry(user, port):
    found = entries_by_dn(ldapsearch(port, *ADMIN, "(cn=odd*)", base=f"ou=odd,{BASE}"))
    assert len(found) == len(HARD_TEXTS)
    client = user("admin")
    for dn, uid in found.items():
        assert entries_by_dn(ldapsearch(port, *ADMIN, "-s", "base", "(objectClass=*)", base=dn)) == {dn: uid}
        search(client, "(objectClass=*)", base=dn, search_scope=ldap3.BASE)
        assert [(entry["dn"], entry["attributes"]["uid"]) for entry in client.response] == [(dn, uid)]


@pytest.fixture(scope="module")
def hard_port(tmp_path_factory):
    """Start a daemon with sources and profiles that are named by `HARD_TEXTS`; return its port."""
    names = [text for text in HARD_TEXTS if text.strip()]
    sources = [{**people_source(), "name": name} for name in names]
    profiles = [profile(name, *names) for name in names]
    with ldap_daemon(ldap_configuration(tmp_path_factory.mktemp("hard"), sources, profiles)) as daemon:
        yield daemon.ldap.port


def test_any_source_and_profile_is_found_by_the_dn_of_its_entries(hard_port):
    client = connection(hard_port, "token", "admin")
    search(client, "(objectClass=*)", search_scope=ldap3.LEVEL)
    profiles = {entry["attributes"]["ou"][0]: entry["dn"] for entry in client.response}
    names = {text for text in HARD_TEXTS if text.strip()}
    assert profiles.keys() == {"default", *names}
    for name in names:
        search(client, "(cn=ann lee)", base=profiles[name])
        dns = [entry["dn"] for entry in client.response]
        assert len(set(dns)) == len(names)
        for dn in dns:
            assert search(client, "(objectClass=*)", base=dn, search_scope=ldap3.BASE) == (0, ["Ann Lee"])
            assert [entry["dn"] for entry in client.response] == [dn]
        again = ldapsearch(hard_port, *ADMIN, "-s", "base", "(objectClass=*)", base=dns[-1])
        assert [entry["dn"] for entry in again.entries] == [dns[-1:]]
    client.unbind()


def test_contacts_without_an_id_have_different_and_stable_names(tmp_path):
    source = people_source("people", unique_column=None)
    config = ldap_configuration(tmp_path, [{**source, "name": "no-ids"}], [profile("default", "no-ids")])
    found = []
    for _ in range(2):
        with ldap_daemon(config) as daemon:
            found.append(sorted(entries_by_dn(ldapsearch(daemon.ldap.port, "(cn=*)"))))
    assert found[0] == found[1]
    assert len(set(found[0])) == 5


def test_a_user_finds_their_own_personal_contacts_and_none_of_others(daemon, user):
    base = f"ou=mine,{BASE}"
    for token, name in (("admin", "Mine"), ("second", "Theirs")):
        contact = {"firstname": name, "lastname": "Personal", "office": "3001"}
        create(daemon, "/personal", contact, token=token)
    names = {"admin": ["Mine Personal"], "second": ["Theirs Personal"], "userless": []}
    for condition in ("(sn=personal)", "(|(cn=*pers*)(mail=*pers*))", "(telephoneNumber=3001)"):
        assert {token: search(user(token), condition, base=base) for token in names} == {
            token: (SUCCESS, found) for token, found in names.items()
        }


def test_the_dn_of_a_personal_contact_is_that_of_its_user_alone(daemon, user):
    create(daemon, "/personal", {"firstname": "Secret", "lastname": "Friend"}, token="second")
    second = user("second")
    search(second, "(cn=secret friend)", base=f"ou=mine,{BASE}")
    (dn,) = [entry["dn"] for entry in second.response]
    found = {
        token: search(user(token), "(objectClass=*)", base=dn, search_scope=ldap3.BASE)
        for token in ("second", "admin", "userless")
    }
    assert found["second"] == (SUCCESS, ["Secret Friend"])
    assert found["admin"] == found["userless"] == (NO_SUCH_OBJECT, [])
