"""The tree of names: bases, scopes, and the entries of the server itself."""

import ldap3
import pytest

from api.conftest import CHILD, OTHER, TENANT
from ldap_daemon import BASE, ldap_configuration, ldap_daemon, people_source, profile
from ldap_searches import connection, ldapsearch, search
from servers.ports import HOST

SUCCESS, NO_SUCH_OBJECT, INVALID_DN_SYNTAX = 0, 32, 34
INSUFFICIENT_ACCESS_RIGHTS, UNWILLING_TO_PERFORM = 50, 53
PROFILE = f"ou=default,{BASE}"
ANN = f"uid=people:1,{PROFILE}"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """Start a daemon with a profile of a second name, and one of the tenant below."""
    of_child = people_source("crew", tenant="child", file="people.csv")
    config = ldap_configuration(tmp_path_factory.mktemp("ldap"), [of_child], [profile("board", "people")])
    declared = config["provisioning"]
    declared["displays"].append({**declared["displays"][-1], "tenant": "child", "name": "of child"})
    declared["profiles"].append(profile("default", "crew", display="of child", tenant="child"))
    with ldap_daemon(config) as daemon:
        yield daemon


@pytest.fixture
def client(daemon):
    """Bind as an administrator of the tenant and the one below it."""
    client = connection(daemon.ldap.port, "token", "admin")
    yield client
    client.unbind()


@pytest.mark.parametrize(
    "base", ["", BASE, PROFILE, f"ou=board,{BASE}", f"ou=default,o={TENANT},{BASE}", f"o={TENANT},{BASE}"]
)
def test_people_are_below_the_base_and_below_each_profile(client, base):
    assert search(client, "(sn=lee)", base=base) == (SUCCESS, ["Ann Lee"])


@pytest.mark.parametrize(
    "base", [BASE.upper(), f"OU = Default , {BASE}".replace("Default", "default"), f'ou="default",{BASE}']
)
def test_a_base_may_be_written_in_other_ways(client, base):
    assert search(client, "(sn=lee)", base=base) == (SUCCESS, ["Ann Lee"])


def test_a_tenant_below_that_of_the_account_is_named_in_the_base(client):
    base = f"ou=default,o={CHILD},{BASE}"
    search(client, "(sn=lee)", base=base)
    assert [entry["dn"] for entry in client.response] == [f"uid=crew:1,{base}"]
    assert search(client, "(sn=lee)", base=f"o={CHILD.upper()},{BASE}") == (SUCCESS, ["Ann Lee"])


@pytest.mark.parametrize(
    ("base", "code"),
    [
        (f"ou=none,{BASE}", NO_SUCH_OBJECT),
        ("dc=elsewhere,dc=com", NO_SUCH_OBJECT),
        (f"cn=people,{BASE}", NO_SUCH_OBJECT),
        (f"uid=people:1,{BASE}", NO_SUCH_OBJECT),
        ("dc=org", NO_SUCH_OBJECT),
        ("nonsense", INVALID_DN_SYNTAX),
        ("ou=default,,dc=example", INVALID_DN_SYNTAX),
        (f"o={OTHER},{BASE}", INSUFFICIENT_ACCESS_RIGHTS),
        (f"o=nonsense,{BASE}", INSUFFICIENT_ACCESS_RIGHTS),
    ],
)
@pytest.mark.parametrize("scope", ["base", "one", "sub"])
def test_a_wrong_base_is_refused(daemon, base, code, scope):
    found = ldapsearch(
        daemon.ldap.port, "-D", "token", "-w", "admin", "-s", scope, "(objectClass=*)", base=base
    )
    assert (found.code, found.entries) == (code, [])


def test_an_unknown_profile_names_what_exists(client):
    search(client, "(cn=*)", base=f"ou=none,{BASE}")
    assert client.result["dn"] == BASE


@pytest.mark.parametrize(
    ("base", "scope", "dns"),
    [
        (BASE, ldap3.BASE, [BASE]),
        (PROFILE, ldap3.BASE, [PROFILE]),
        (ANN, ldap3.BASE, [ANN]),
        (ANN, ldap3.SUBTREE, [ANN]),
        (ANN, ldap3.LEVEL, []),
        (BASE, ldap3.LEVEL, [f"ou={name},{BASE}" for name in ("board", "default")]),
        (PROFILE, ldap3.LEVEL, [f"uid=people:{number},{PROFILE}" for number in range(1, 6)]),
        (PROFILE, ldap3.SUBTREE, [f"uid=people:{number},{PROFILE}" for number in range(1, 6)]),
    ],
)
def test_a_scope_limits_a_search(client, base, scope, dns):
    search(client, "(objectClass=*)", base=base, search_scope=scope)
    assert client.result["result"] == SUCCESS
    assert [entry["dn"] for entry in client.response] == dns


@pytest.mark.parametrize("dn", [f"uid=people:9,{PROFILE}", f"uid=none:1,{PROFILE}", f"uid=ann,{PROFILE}"])
def test_the_dn_of_nobody_is_no_such_object(client, dn):
    assert search(client, "(objectClass=*)", base=dn, search_scope=ldap3.BASE)[0] == NO_SUCH_OBJECT
    assert client.result["dn"] == PROFILE


def test_the_filter_also_selects_the_entry_of_a_dn(client):
    assert search(client, "(sn=stern)", base=ANN, search_scope=ldap3.BASE) == (SUCCESS, [])
    assert search(client, "(sn=lee)", base=ANN, search_scope=ldap3.BASE) == (SUCCESS, ["Ann Lee"])


def test_a_tree_of_a_user_lists_the_profiles_that_it_may_search(daemon):
    client = connection(daemon.ldap.port, "token", "reader")
    search(client, "(objectClass=organizationalUnit)", search_scope=ldap3.LEVEL)
    assert [entry["dn"] for entry in client.response] == [PROFILE]
    client.unbind()


def test_ldap3_reads_what_the_server_is_and_its_schema(daemon):
    server = ldap3.Server(HOST, daemon.ldap.port, get_info=ldap3.ALL)
    client = ldap3.Connection(server, auto_bind=True)
    assert server.info.naming_contexts == [BASE]
    assert server.info.supported_ldap_versions == ["3"]
    assert [extension[0] for extension in server.info.supported_extensions] == ["1.3.6.1.4.1.4203.1.11.3"]
    assert set(server.schema.object_classes["inetOrgPerson"].may_contain) >= {"mobile", "mail", "uid"}
    attributes = ["telephoneNumber", "ipPhone", "gn", "surname"]
    assert client.search(BASE, "(&(mobile=*)(commonName=ann lee))", attributes=attributes)
    assert (client.entries[0].telephoneNumber.value, client.entries[0].gn.value) == ("2001", "Ann")
    client.unbind()


def test_an_anonymous_client_reads_what_the_server_is_from_everywhere(daemon):
    client = connection(daemon.ldap.port, source_address="127.0.0.9")
    search(client, "(objectClass=*)", base="", search_scope=ldap3.BASE)
    assert client.result["result"] == SUCCESS
    assert client.response[0]["attributes"]["namingContexts"] == [BASE]
    assert search(client, "(cn=*)", base=BASE)[0] == INSUFFICIENT_ACCESS_RIGHTS
    client.unbind()


def test_nothing_can_be_changed(client):
    client.add(f"uid=new,{PROFILE}", "inetOrgPerson", {"cn": "New", "sn": "New"})
    assert client.result["result"] == UNWILLING_TO_PERFORM
    client.modify(ANN, {"sn": [(ldap3.MODIFY_REPLACE, ["Changed"])]})
    assert client.result["result"] == UNWILLING_TO_PERFORM
    client.modify_dn(ANN, "uid=other")
    assert client.result["result"] == UNWILLING_TO_PERFORM
    client.delete(ANN)
    assert client.result["result"] == UNWILLING_TO_PERFORM
    client.compare(ANN, "sn", "Lee")
    assert client.result["result"] == UNWILLING_TO_PERFORM
    assert search(client, "(sn=lee)") == (SUCCESS, ["Ann Lee"])
