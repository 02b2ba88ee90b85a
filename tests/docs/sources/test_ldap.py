"""docs/sources/ldap.md: its examples answer."""

import pytest

from docs.shown_configuration import configuration_of, replace_shown
from servers.active_directory import ACCOUNT, PASSWORD, ActiveDirectory, user
from servers.daemon import DaemonProcess
from servers.ldap_people import PEOPLE_DN
from servers.slapd import Slapd

ADA = ["Ada Stern", "+49 30 1234500", "+49 171 3920040"]


def assert_the_directory_answers(file, folder, replaced):
    """Run the daemon with a file of the page in which texts are replaced; look up Ada Stern by name and number."""
    replace_shown(file, replaced)
    with DaemonProcess(folder, configuration_of(file)) as daemon:
        _, body = daemon.get("/directories/lookup/default", term="stern")
        assert [result["column_values"] for result in body["results"]] == [ADA]
        assert body["results"][0]["relations"]["source_entry_id"]
        _, body = daemon.get("/directories/reverse/default/user", exten="+491713920040")
        assert body["display"] == "Ada Stern"


def test_the_active_directory_of_the_page_answers(shown_files, tmp_path):
    numbers = {"telephoneNumber": [ADA[1]], "mobile": [ADA[2]]}
    disabled = user("Otto Stern", **numbers, userAccountControl=["514"])
    with ActiveDirectory([user("Ada Stern", **numbers), disabled]) as server:
        replaced = {
            "ldaps://dc1.corp.example ldaps://dc2.corp.example": server.uri,
            "phones@corp.example": ACCOUNT,
            "ldap_password: secret": f"ldap_password: {PASSWORD}",
        }
        file = shown_files("sources/ldap.md") / "active-directory.yml"
        assert_the_directory_answers(file, tmp_path, replaced)


@pytest.fixture(scope="module")
def people_server(tmp_path_factory):
    """Yield a server with Ada Stern, and with a locked account of 389 Directory Server."""
    ada = {
        "objectClass": ["inetOrgPerson", "nsPerson"],
        "cn": [ADA[0]],
        "sn": ["Stern"],
        "telephoneNumber": [ADA[1]],
        "mobile": [ADA[2]],
        "nsUniqueId": ["1d-2d-3d-4d"],
    }
    people = [
        {"dn": [f"uid=ada,{PEOPLE_DN}"], "uid": ["ada"], **ada},
        {
            **ada,
            "dn": [f"uid=otto,{PEOPLE_DN}"],
            "uid": ["otto"],
            "cn": ["Otto Stern"],
            "nsAccountLock": ["TRUE"],
        },
    ]
    with Slapd(tmp_path_factory.mktemp("ldap"), people, tls=False, schemas=["389ds.schema"]) as server:
        yield server


@pytest.mark.parametrize(
    ("name", "uris", "account", "base"),
    [
        ("openldap.yml", "ldaps://ldap.example.org", "cn=phones,dc=example,dc=org", None),
        (
            "freeipa.yml",
            "ldaps://ipa1.example.org ldaps://ipa2.example.org",
            "uid=phones,cn=sysaccounts,cn=etc,dc=example,dc=org",
            "cn=users,cn=accounts,dc=example,dc=org",
        ),
    ],
)
def test_the_other_directories_of_the_page_answer(
    shown_files, people_server, tmp_path, name, uris, account, base
):
    replaced = {
        uris: people_server.uri,
        account: people_server.bind_dn,
        "ldap_password: secret": f"ldap_password: {people_server.password}",
    }
    if base is None:  # nothing in OpenLDAP says that an account is locked
        replaced["preset: openldap"] = "preset: openldap\n      searched_columns: [givenName, cn]"
        people_server.change(("modify", f"uid=otto,{PEOPLE_DN}", {"cn": ["Otto Brandt"]}))
    else:
        replaced[base] = PEOPLE_DN
    assert_the_directory_answers(shown_files("sources/ldap.md") / name, tmp_path, replaced)
