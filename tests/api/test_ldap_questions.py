"""How often sources are asked for one search of a phone."""

import pytest

from ldap_daemon import ldap_configuration, ldap_daemon, profile
from ldap_searches import connection, search
from servers.gated_people import GatedPeople

ANN = ("1", "Ann", "Lee", "2001")


@pytest.fixture
def services():
    """Run two web services that answer at once; a question that is no longer waited for may come late."""
    with GatedPeople(ANN) as first, GatedPeople(ANN, ("2", "Bob", "Stern", "2002")) as second:
        first.gate.set()
        second.gate.set()
        yield first, second


@pytest.fixture
def client(tmp_path, services):
    sources = [service.source(name) for service, name in zip(services, ("first", "second"), strict=True)]
    config = ldap_configuration(tmp_path, sources, [profile("default", "first", "second")])
    with ldap_daemon(config) as daemon:
        client = connection(daemon.ldap.port)
        yield client
        client.unbind()


@pytest.mark.parametrize(
    ("condition", "asked", "count"),
    [
        ("(|(cn=ann*)(sn=ann*))", ["ann"], 2),
        ("(|(cn=*ann*)(sn=*ann*)(givenName=*ann*)(mail=*ann*)(displayName=*ann*))", ["ann"], 2),
        ("(|(cn=*ann*)(sn=*ann*)(telephoneNumber=*ann*)(mobile=*ann*)(homePhone=*ann*))", ["ann"], 2),
        ("(&(telephoneNumber=*)(sn=lee*))", ["lee"], 2),
        ("(&(mail=*)(|(mail=lee*)(cn=lee*)))", ["lee"], 0),
        ("(&(objectClass=person)(sn=lee*))", ["lee"], 2),
        ("(&(cn=*ann*)(sn=lee*))", None, 2),
    ],
)
def test_each_source_is_asked_once_for_a_filter(client, services, condition, asked, count):
    code, names = search(client, condition)
    assert (code, len(names)) == (0, count)
    questions = [service.asked for service in services]
    if asked is None:  # one of the conditions that must all hold
        assert questions[0] == questions[1]
        assert [len(each) for each in questions] == [1, 1]
    else:
        assert questions == [asked, asked]


@pytest.mark.parametrize(
    "condition",
    [
        "(|(telephoneNumber=2001)(mobile=2001)(homePhone=2001)(ipPhone=2001)(pager=2001))",
        "(&(telephoneNumber=2001)(cn=*))",
    ],
)
def test_no_source_is_asked_twice_for_a_caller(client, services, condition):
    """A source whose predecessor has answered may be asked no more."""
    assert search(client, condition) == (0, ["Ann Lee"])
    questions = [service.asked for service in services]
    assert questions[0] == ["2001"]
    assert questions[1] in [[], ["2001"]]


@pytest.mark.parametrize(
    "condition", ["(unknown=ann)", "(uid=ann)", "(objectClass=printer)", "(telephoneNumber=ann)"]
)
def test_no_source_is_asked_for_what_nobody_can_have(client, services, condition):
    assert search(client, condition) == (0, [])
    assert [service.asked for service in services] == [[], []]
