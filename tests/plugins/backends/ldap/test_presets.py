"""Tests of the presets: a source names its kind of server, a base and an account, and nothing else."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from servers.active_directory import ACCOUNT, DOMAIN, PASSWORD, ActiveDirectory, guid_of, user
from servers.ldap_people import PEOPLE_DN, LdapEntry
from servers.slapd import Slapd
from xivo_dird.backend import Caller
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.presets import PRESETS

OpenBackend = Callable[..., LdapBackend]
BIT_RULE = "(!(userAccountControl:1.2.840.113556.1.4.803:=2))"
"""What slapd can't evaluate of the filter: it knows no such matching rule."""


def names(backend: LdapBackend, term: str, caller: Caller) -> list[str]:
    return sorted(str(entry["displayName"]) for entry in backend.search(term, caller))


@pytest.fixture(scope="module")
def domain() -> Iterator[ActiveDirectory]:
    """Yield a domain whose answers have at most 100 objects, with 250 users of which each has a number."""
    users = [user(f"Member Number{at}", telephoneNumber=[f"+49 30 1234 {at:03}"]) for at in range(250)]
    special = [
        user("Ada Stern", telephoneNumber=["+49 30 5550"], otherTelephone=["+49 30 5551", "+49 30 5552"]),
        user("Disabled Stern", telephoneNumber=["1"], userAccountControl=["514"]),
        user("Hidden Stern", telephoneNumber=["1"], msExchHideFromAddressLists=["TRUE"]),
        user("Shown Stern", ipPhone=["4711"], msExchHideFromAddressLists=["FALSE"]),
        user("Numberless Stern"),
        user("Computer Stern", telephoneNumber=["1"], objectCategory=["computer"]),
        user(
            "Contact Stern", mobile=["+49 171 3920040"], objectClass=["top", "contact"], userAccountControl=[]
        ),
        user("Line Stern", **{"msRTCSIP-Line": ["tel:+4930123401;ext=3401"]}),
    ]
    with ActiveDirectory([*special, *users], max_page_size=100) as server:
        yield server


@pytest.fixture
def in_domain(domain: ActiveDirectory, open_backend: OpenBackend) -> LdapBackend:
    """Return a source in the domain."""
    return open_backend(
        preset="active_directory",
        ldap_uri=domain.uri,
        ldap_base_dn=DOMAIN,
        ldap_username=ACCOUNT,
        ldap_password=PASSWORD,
    )


def test_active_directory_has_people_and_contacts_with_numbers(
    in_domain: LdapBackend, caller: Caller
) -> None:
    assert names(in_domain, "Stern", caller) == ["Ada Stern", "Contact Stern", "Line Stern", "Shown Stern"]


def test_active_directory_is_read_in_pages(in_domain: LdapBackend, caller: Caller) -> None:
    assert len(names(in_domain, "Number", caller)) == 250


@pytest.mark.parametrize(
    ("exten", "name"),
    [
        ("+49305550", "Ada Stern"),
        ("+49305552", "Ada Stern"),
        ("4711", "Shown Stern"),
        ("+491713920040", "Contact Stern"),
        ("+4930123401", "Line Stern"),
        ("1", None),
    ],
)
def test_active_directory_knows_people_by_each_number(
    in_domain: LdapBackend, caller: Caller, exten: str, name: str | None
) -> None:
    found = in_domain.first_match(exten, caller)
    assert (found and found["displayName"]) == name


def test_the_id_in_active_directory_is_the_guid_as_its_tools_show_it(
    in_domain: LdapBackend, caller: Caller
) -> None:
    (entry,) = in_domain.search("Ada", caller)
    assert entry["objectGUID"] == str(guid_of("Ada Stern"))
    assert list(in_domain.fetch([str(guid_of("Ada Stern"))], caller)) == [entry]
    assert in_domain.unique_column == "objectGUID"


@pytest.fixture(scope="module")
def openldap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a server that has the schemas of Active Directory and of 389 Directory Server."""
    people = [
        _person("ad", "Ada Stern", ["user", "mailRecipient"], objectGUID=[guid_of("Ada Stern").bytes_le]),
        _person("hidden", "Hidden Stern", ["user", "mailRecipient"], msExchHideFromAddressLists=["TRUE"]),
        _person("ds", "Dora Stern", ["inetOrgPerson", "nsPerson"], nsUniqueId=["1d-2d-3d-4d"]),
        _person("locked", "Locked Stern", ["inetOrgPerson", "nsPerson"], nsAccountLock=["TRUE"]),
        {**_person("none", "Numberless Stern", ["inetOrgPerson"]), "telephoneNumber": []},
    ]
    folder = tmp_path_factory.mktemp("schemas")
    with Slapd(folder, people, tls=False, schemas=["active_directory.schema", "389ds.schema"]) as server:
        yield server


def _person(uid: str, name: str, classes: list[str], **more: list[str] | list[bytes]) -> LdapEntry:
    is_user = "user" in classes
    return {
        "dn": [f"uid={uid},{PEOPLE_DN}"],
        "objectClass": classes,
        "uid": [uid],
        "cn": [name],
        "sn": [name.rsplit(maxsplit=1)[-1]],
        "displayName": [name],
        "telephoneNumber": ["+49 30 77"],
        "mail": [f"{uid}@example.org"],
        **({"objectCategory": ["person"], "userAccountControl": ["512"]} if is_user else {}),
        **more,
    }


@pytest.mark.parametrize(
    ("preset", "found"),
    [
        ("openldap", ["Ada Stern", "Dora Stern", "Hidden Stern", "Locked Stern"]),
        ("389ds", ["Ada Stern", "Dora Stern", "Hidden Stern"]),
    ],
)
def test_the_other_presets_have_people_with_numbers(
    openldap: Slapd, open_backend: OpenBackend, caller: Caller, preset: str, found: list[str]
) -> None:
    backend = open_backend(preset=preset, ldap_uri=openldap.uri, ldap_base_dn=Slapd.base_dn)
    entries = list(backend.search("stern", caller))
    assert sorted(str(entry["cn"]) for entry in entries) == found
    assert backend.first_match("+493077", caller) is not None


def test_openldap_has_the_uuids_of_its_entries_as_ids(
    openldap: Slapd, open_backend: OpenBackend, caller: Caller
) -> None:
    backend = open_backend(preset="openldap", ldap_uri=openldap.uri, ldap_base_dn=Slapd.base_dn)
    (entry,) = backend.search("Dora", caller)
    assert str(UUID(str(entry["entryUUID"]))) == entry["entryUUID"]
    assert list(backend.fetch([str(entry["entryUUID"])], caller)) == [entry]


def test_openldap_evaluates_the_filter_but_for_the_bit_rule(
    openldap: Slapd, open_backend: OpenBackend, caller: Caller
) -> None:
    without_rule = PRESETS["active_directory"]["ldap_custom_filter"].replace(BIT_RULE, "")
    backend = open_backend(
        preset="active_directory",
        ldap_uri=openldap.uri,
        ldap_base_dn=Slapd.base_dn,
        ldap_custom_filter=without_rule,
    )
    (entry,) = backend.search("stern", caller)
    assert (entry["displayName"], entry["objectGUID"]) == ("Ada Stern", str(guid_of("Ada Stern")))
    assert list(backend.fetch([str(guid_of("Ada Stern"))], caller)) == [entry]


def test_the_filter_of_active_directory_is_the_documented_one() -> None:
    text = PRESETS["active_directory"]["ldap_custom_filter"]
    assert BIT_RULE in text
    assert "(objectCategory=person)(objectClass=user)" in text
    assert "(!(msExchHideFromAddressLists=TRUE))" in text
    assert text.count("(") == text.count(")")
