"""The filters of phones and mail clients, with what users type, beside a source that hangs."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ldap_daemon import ldap_configuration, ldap_daemon, profile
from ldap_searches import connection, search
from servers.csv_service import CsvService
from servers.gated_people import GatedPeople

CLIENTS = 60
"""How many clients search at once."""

SECONDS = 4.0
"""The timeout of the profile, in which the sources that answer have their time on any machine."""

SUCCESS, TIME_LIMIT_EXCEEDED = 0, 3

ANN, ERIC, ZOE, BOB, MARIE = "Ann Lee", "Éric Müller", "Zoë Annesley", "Bob Stern", "Marie Ann Dupont"
ALL = [ANN, ERIC, ZOE, BOB, MARIE]

FILTERS = {
    # vendor and kind of filter: the filter, in which % stands for what is typed
    "yealink name, prefix": "(|(cn=%*)(sn=%*))",
    "yealink name, contains": "(|(cn=*%*)(sn=*%*))",
    "yealink both must hold": "(&(cn=*)(sn=%*))",
    "yealink with a number": "(&(telephoneNumber=*)(sn=%*))",
    "yealink number, prefix": "(|(telephoneNumber=%*)(mobile=%*)(ipPhone=%*))",
    "yealink number, contains": "(|(telephoneNumber=*%*)(mobile=*%*)(ipPhone=*%*))",
    "yealink call": "(|(telephoneNumber=%)(mobile=%)(ipPhone=%))",
    "yealink negation": "(!(cn=%*))",
    "grandstream name": "(|(cn=%*)(sn=%*))",
    "grandstream number": "(|(telephoneNumber=%*)(Mobile=%*)(homePhone=%*))",
    "grandstream call": "(|(telephoneNumber=%)(Mobile=%)(homePhone=%))",
    "snom": "(|(&(telephoneNumber=*)(cn=%*))(&(telephoneNumber=*)(sn=%*)))",
    "snom number": "(&(telephoneNumber=%*)(cn=*))",
    "snom call": "(&(telephoneNumber=%)(cn=*))",
    "cisco last name": "(sn=%*)",
    "cisco first name": "(givenName=*%*)",
    "cisco both names": "(&(givenName=a*)(sn=%*))",
    "cisco search item": "(cn:caseIgnoreMatch:=%)",
    "fanvil": "(&(|(telephoneNumber=*)(mobile=*)(other=*))(|(cn=%*)(sn=%*)))",
    "fanvil number": "(|(telephoneNumber=%*)(mobile=%*)(other=%*))",
    "gigaset": "(|(cn=*%*)(sn=*%*)(givenName=*%*))",
    "gigaset number": "(|(telephoneNumber=*%)(homePhone=*%)(mobile=*%))",
    "polycom": "(&(objectClass=person)(sn=%*))",
    "polycom list": "(&(objectClass=person)(sn=*))",
    "mitel": "(|(gn=%*)(surname=%*)(commonName=%*))",
    "mitel number": "(|(telephoneNumber=*%*)(mobile=*%*)(homePhone=*%*)(facsimileTelephoneNumber=*%*))",
    "one field": "(|(cn=*%*)(sn=*%*)(telephoneNumber=*%*)(mobile=*%*)(homePhone=*%*))",
    "thunderbird": "(|(mail=*%*)(cn=*%*)(givenName=*%*)(sn=*%*))",
    "thunderbird two words": (
        "(&(|(mail=*%*)(cn=*%*)(givenName=*%*)(sn=*%*))(|(mail=*lee*)(cn=*lee*)(givenName=*lee*)(sn=*lee*)))"
    ),
    "outlook": "(&(mail=*)(|(mail=%*)(cn=%*)(sn=%*)(givenName=%*)(displayName=%*)))",
    "apple": "(&(objectClass=inetOrgPerson)(|(cn=*%*)(givenName=%*)(sn=%*)(mail=%*)(o=%*)))",
}

SEARCHES = [
    ("yealink name, prefix", "ann", [ANN, ZOE]),
    ("yealink name, prefix", "ANNESLEY", [ZOE]),
    ("yealink name, prefix", "eric", [ERIC]),
    ("yealink name, prefix", "mueller", []),
    ("yealink name, prefix", "muller", []),  # accents count in files (docs/search.md)
    ("yealink name, prefix", "zo", [ZOE]),
    ("yealink name, prefix", "nobody", []),
    ("yealink name, prefix", "", ALL),
    ("yealink name, contains", "ann", [ANN, ZOE, MARIE]),
    ("yealink name, contains", "ann lee", [ANN]),
    ("yealink name, contains", "lee ann", [ANN]),
    ("yealink both must hold", "dupont", [MARIE]),
    ("yealink both must hold", "b", []),
    ("yealink with a number", "stern", []),
    ("yealink with a number", "le", [ANN]),
    ("yealink number, prefix", "200", [ANN, ERIC, ZOE]),
    ("yealink number, prefix", "06123", [ANN]),
    ("yealink number, prefix", "061234567", [ANN]),
    ("yealink number, prefix", "+336", [ANN]),
    ("yealink number, prefix", "345678", []),
    ("yealink number, contains", "345678", [ANN, MARIE]),
    ("yealink number, contains", "2003", [ZOE]),
    ("yealink call", "0612345678", [ANN]),
    ("yealink call", "+33612345678", [ANN]),
    ("yealink call", "0033612345678", [ANN]),
    ("yealink call", "+33698765432", [ZOE]),
    ("yealink call", "2002", [ERIC]),
    ("yealink call", "2009", []),
    ("yealink negation", "ann", [ERIC, ZOE, BOB, MARIE]),
    ("grandstream name", "mül", [ERIC]),
    ("grandstream number", "2003", [ZOE]),
    ("grandstream number", "0144", [ANN]),
    ("grandstream call", "0144556677", [ANN]),
    ("grandstream call", "+33 1 44 55 66 77", [ANN]),
    ("snom", "s", []),
    ("snom", "l", [ANN]),
    ("snom", "e", [ERIC]),
    ("snom number", "2", [ANN, ERIC, ZOE]),
    ("snom number", "0123", [MARIE]),
    ("snom call", "0123456789", [MARIE]),
    ("snom call", "+33123456789", [MARIE]),
    ("cisco last name", "annes", [ZOE]),
    ("cisco first name", "ann", [ANN, MARIE]),
    ("cisco both names", "l", [ANN]),
    ("cisco search item", "bob stern", [BOB]),
    ("fanvil", "a", [ANN, ZOE]),
    ("fanvil number", "06 98", [ZOE]),
    ("gigaset", "marie", [MARIE]),
    ("gigaset", "er", [ERIC, BOB]),
    ("gigaset number", "612345678", [ANN]),
    ("gigaset number", "0612345678", [ANN]),
    ("polycom", "an", [ZOE]),
    ("polycom list", "", ALL),
    ("mitel", "ann", [ANN, ZOE]),
    ("mitel number", "5566", [ANN]),
    ("one field", "ann", [ANN, ZOE, MARIE]),
    ("one field", "2003", [ZOE]),
    ("one field", "0698765432", [ZOE]),
    ("one field", "+33698765432", [ZOE]),
    ("one field", "0123456789", [MARIE]),
    ("thunderbird", "ann", [ANN, ZOE, MARIE]),
    ("thunderbird", "example.org", [ERIC, BOB, MARIE]),
    ("thunderbird two words", "ann", [ANN]),
    ("outlook", "b", [BOB]),
    ("outlook", "ann", [ANN]),
    ("apple", "lees", [ANN]),
    ("apple", "müller", [ERIC]),
]


@pytest.fixture(scope="module", params=["hung, people", "people, hung"])
def results(request, tmp_path_factory):
    """Return the result of each search; all are made before the first test, some at once."""
    folder = tmp_path_factory.mktemp("phones")
    with GatedPeople() as hung:
        profiles = [profile("default", *request.param.split(", "))]
        config = ldap_configuration(
            folder, [hung.source("hung")], profiles, late_sources="time_limit_exceeded"
        )
        config["lookup"] |= {
            "timeout": SECONDS,
            "reverse_timeout": SECONDS / 2,
            "reverse_grace": 0.2,
            "breaker_failures": 1_000_000,
            "queue_per_source": 1_000,
        }
        with ldap_daemon(config) as daemon, ThreadPoolExecutor(CLIENTS) as pool:
            port = daemon.ldap.port
            found = pool.map(lambda each: _searched(port, FILTERS[each[0]], each[1]), SEARCHES)
            yield dict(zip([search[:2] for search in SEARCHES], found, strict=True))


def _searched(port, template, typed):
    client = connection(port)
    try:
        return search(client, template.replace("%", typed).replace("**", "*"))
    finally:
        client.unbind()


@pytest.mark.parametrize(("vendor", "typed", "people"), SEARCHES)
def test_a_phone_finds_the_people_although_a_source_hangs(results, vendor, typed, people):
    code, names = results[vendor, typed]
    assert sorted(names) == sorted(people)
    assert code in {SUCCESS, TIME_LIMIT_EXCEEDED}


def test_a_search_without_the_people_of_a_source_says_so(results):
    assert results["yealink name, contains", "ann"][0] == TIME_LIMIT_EXCEEDED
    assert results["yealink name, prefix", "nobody"][0] == TIME_LIMIT_EXCEEDED


PATIENT = {"id": "1", "firstname": "Pat", "lastname": "Ient", "office": "2003"}
OTHER = {"id": "2", "firstname": "Otto", "lastname": "Her", "office": "0698765432"}


@pytest.fixture(scope="module")
def remote_port(tmp_path_factory):
    """Start a daemon with a web service that answers at once and one that hangs; return its port."""
    with GatedPeople() as hung, CsvService([PATIENT, OTHER]) as service:
        remote = {**hung.source("remote"), "lookup_url": service.lookup_url}
        profiles = [profile("default", "hung", "remote")]
        config = ldap_configuration(
            tmp_path_factory.mktemp("remote"), [remote, hung.source("hung")], profiles
        )
        config["lookup"] |= {"timeout": SECONDS, "reverse_timeout": SECONDS, "breaker_failures": 1_000_000}
        with ldap_daemon(config) as daemon:
            yield daemon.ldap.port


@pytest.mark.parametrize(
    ("vendor", "typed", "names"),
    [
        ("one field", "2003", ["Pat Ient"]),
        ("mitel number", "2003", ["Pat Ient"]),
        ("one field", "0698765432", ["Otto Her"]),
    ],
)
def test_a_hung_source_leaves_others_time_for_a_second_question(remote_port, vendor, typed, names):
    """Of what is typed in digits, a source is first asked as for any text, then as for the number of a caller."""
    assert _searched(remote_port, FILTERS[vendor], typed) == (SUCCESS, names)


def test_a_hung_source_leaves_others_time_for_each_of_two_texts(remote_port):
    assert _searched(remote_port, "(|(sn=ient)(sn=her))", "") == (SUCCESS, ["Pat Ient", "Otto Her"])
