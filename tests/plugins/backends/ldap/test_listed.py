"""The mode `snapshot`: a copy of the directory that is kept in step, in OpenLDAP and in Active Directory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from servers.active_directory import ACCOUNT, DOMAIN, PASSWORD, ActiveDirectory, user
from servers.hostile_ldap import HostileLdap, refer_to_itself, silent
from servers.ldap_people import BASE_DN, PEOPLE_DN, person
from servers.slapd import Slapd
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import DialPlan, Environment, InvalidSource, SourceUnavailable
from xivo_dird.testing import BackendContract, TestedSource, open_source
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.options import LdapOptions

OpenSource = Callable[..., AbstractContextManager[TestedSource]]
BASIC = {
    "mode": "snapshot",
    "ldap_base_dn": BASE_DN,
    "searched_columns": ["cn", "mail"],
    "first_matched_columns": ["telephoneNumber", "mobile"],
    "unique_column": "uid",
    "refresh_seconds": 1,
    "ldap_network_timeout": TIMEOUT,
}
IN_DOMAIN = {
    "mode": "snapshot",
    "preset": "active_directory",
    "ldap_base_dn": DOMAIN,
    "ldap_username": ACCOUNT,
    "ldap_password": PASSWORD,
    "refresh_seconds": 1,
}


@pytest.fixture
def opened(tmp_path: Path) -> OpenSource:
    """Return a function that opens a source as the daemon does, always in the same folder."""

    @contextmanager
    def open_ldap_source(uri: str, **options: object) -> Iterator[TestedSource]:
        values = {**({} if "preset" in options else BASIC), "ldap_uri": uri, **options}
        with open_source(LdapBackend, values, tmp_path / "state", dial_plan=DialPlan("DE")) as source:
            yield source

    return open_ldap_source


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[Slapd]:
    """Yield a server with a few people, which a test may change."""
    folder = tmp_path / "slapd"
    folder.mkdir()
    with Slapd(folder, [person(number) for number in range(5)], tls=False) as server:
        yield server


def found(source: TestedSource, term: str) -> list[str]:
    return sorted(str(contact.fields["cn"]) for contact in source.search(term))


def test_everybody_is_found_by_all_values_of_a_field(slapd: Slapd, opened: OpenSource) -> None:
    with opened(slapd.uri) as source:
        assert found(source, "adams 107") == ["Hélène Adams 107"]
        assert found(source, "alias0107") == ["Hélène Adams 107"]
        for exten in ("1107", "+33100000107", "+3361000107"):
            contact = source.first_match(exten)
            assert contact is not None
            assert contact.fields["uid"] == "user0107"
        assert len(source.fetch(["user0107", "nobody"])) == 1


def test_a_change_an_addition_and_a_removal_are_seen(writable: Slapd, opened: OpenSource) -> None:
    dn = [f"uid=user000{number},{PEOPLE_DN}" for number in range(5)]
    with opened(writable.uri) as source:
        assert len(found(source, "adams")) == 5
        writable.change(
            ("modify", dn[0], {"cn": ["Zoë Berg"]}),
            ("delete", dn[1], None),
            ("add", f"uid=user0007,{PEOPLE_DN}", {**person(7), "dn": []}),
        )
        wait_until(lambda: found(source, "zoë"))
        wait_until(lambda: found(source, "adams") == sorted(str(person(at)["cn"][0]) for at in (2, 3, 4, 7)))
        assert source.first_match("1001") is None


def test_somebody_who_leaves_the_base_is_gone(writable: Slapd, opened: OpenSource) -> None:
    with opened(writable.uri, ldap_base_dn=PEOPLE_DN) as source:
        assert len(found(source, "adams")) == 5
        writable.change(("move", f"uid=user0002,{PEOPLE_DN}", BASE_DN))
        wait_until(lambda: len(found(source, "adams")) == 4)


def test_people_in_a_folder_that_is_moved_into_the_base_are_seen(tmp_path: Path, opened: OpenSource) -> None:
    with Slapd(tmp_path, [person(number) for number in range(2)], tls=False) as server:
        base = f"ou=all,{BASE_DN}"
        folder = {"objectClass": ["organizationalUnit"], "ou": ["all"]}
        server.change(("add", base, folder))
        member = {**person(7), "dn": []}
        outside = f"ou=team,{BASE_DN}"
        server.change(
            ("add", outside, {**folder, "ou": ["team"]}),
            ("add", f"uid=user0007,{outside}", member),
            ("add", f"uid=user0008,{base}", {**person(8), "dn": []}),
        )
        with opened(server.uri, ldap_base_dn=base) as source:
            assert len(found(source, "")) == 1
            server.change(("modify", f"uid=user0008,{base}", {"cn": ["Zoë Berg"]}))
            wait_until(lambda: found(source, "zoë"))
            server.change(("move", outside, base))
            wait_until(lambda: len(found(source, "")) == 2)


def test_a_server_that_tells_its_changes_is_read_after_a_change_only(
    tmp_path: Path, opened: OpenSource
) -> None:
    with Slapd(tmp_path, [person(1)], tls=False, overlay="syncprov") as server, opened(server.uri) as source:
        assert found(source, "adams") == ["Björn Adams 1"]
        server.change(("delete", f"uid=user0001,{PEOPLE_DN}", None))
        wait_until(lambda: not found(source, "adams"))


def test_an_outage_costs_nobody(writable: Slapd, opened: OpenSource) -> None:
    with opened(writable.uri) as source:
        assert len(found(source, "adams")) == 5
        writable.stop()
        assert len(found(source, "adams")) == 5
        writable.start()
        writable.change(("delete", f"uid=user0001,{PEOPLE_DN}", None))
        wait_until(lambda: len(found(source, "adams")) == 4)


def test_a_list_that_the_server_cuts_is_kept_and_deletes_nobody(tmp_path: Path, opened: OpenSource) -> None:
    entries = [person(at) for at in range(9)]
    with Slapd(tmp_path, entries, size_limit=5, tls=False) as server, opened(server.uri) as source:
        assert len(found(source, "adams")) == 5
        server.change(("delete", f"uid=user0001,{PEOPLE_DN}", None))
        wait_until(lambda: len(found(source, "adams")) > 5)
        assert len(found(source, "björn")) == 1


def test_an_account_without_a_size_limit_reads_everybody(tmp_path: Path, opened: OpenSource) -> None:
    limits = f'limits dn.exact="{Slapd.bind_dn}" size.prtotal=unlimited'
    account = {"ldap_username": Slapd.bind_dn, "ldap_password": Slapd.password}
    with (
        Slapd(tmp_path, size_limit=50, tls=False, limits=limits) as server,
        opened(server.uri, **account) as source,
    ):
        assert len(found(source, "a")) == 200


def test_a_filter_with_a_term_needs_the_mode_query(opened: OpenSource) -> None:
    message = "%Q stands for a term, which mode: snapshot does not have"
    with (
        opened("ldap://127.0.0.1:1", ldap_custom_filter="(cn=*%Q*)") as source,
        pytest.raises(InvalidSource, match=message),
    ):
        source.search("adams")


@pytest.fixture
def domain() -> Iterator[ActiveDirectory]:
    """Yield a domain whose answers have at most three objects."""
    users = [
        user(f"{name} Stern", telephoneNumber=[f"+49 30 123450{at}"]) for at, name in enumerate("ABCDEFG")
    ]
    line = user("Line Stern", **{"msRTCSIP-Line": ["tel:+4930123401;ext=3401"]})
    with ActiveDirectory([*users, line], max_page_size=3) as server:
        yield server


def shown(source: TestedSource) -> list[str]:
    return sorted(str(contact.fields["displayName"]).split()[0] for contact in source.search("stern"))


EVERYBODY = [*"ABCDEFG", "Line"]


def test_active_directory_is_followed_by_the_numbers_of_its_changes(
    domain: ActiveDirectory, opened: OpenSource
) -> None:
    with opened(domain.uri, **IN_DOMAIN) as source:
        assert shown(source) == EVERYBODY
        domain.remove("A Stern")
        domain.put(user("B Stern", telephoneNumber=["1"], userAccountControl=["514"]))
        domain.put(user("C Stern", telephoneNumber=["+49 30 999"]))
        domain.put(user("H Stern", ipPhone=["4711"]))
        wait_until(lambda: shown(source) == ["C", "D", "E", "F", "G", "H", "Line"])
        assert source.first_match("+4930999") is not None


def test_a_line_is_known_by_its_number_and_its_extension(domain: ActiveDirectory, opened: OpenSource) -> None:
    with opened(domain.uri, **IN_DOMAIN) as source:
        matches = [source.first_match(exten) for exten in ("+4930123401", "030123401", "3401")]
        assert [match and match.fields["displayName"] for match in matches] == ["Line Stern"] * 3


def test_after_a_restart_only_what_was_changed_is_asked_for(
    domain: ActiveDirectory, opened: OpenSource
) -> None:
    with opened(domain.uri, **IN_DOMAIN) as source:
        assert shown(source) == EVERYBODY
    domain.put(user("H Stern", ipPhone=["4711"]))
    with opened(domain.uri, **IN_DOMAIN) as source:
        wait_until(lambda: shown(source) == sorted([*EVERYBODY, "H"]))
    assert domain.searches_for_changes > 0


def test_another_controller_or_a_restored_one_is_read_wholly(
    domain: ActiveDirectory, opened: OpenSource
) -> None:
    with opened(domain.uri, **IN_DOMAIN) as source:
        assert shown(source) == EVERYBODY
        domain.replace_controller("dc2.corp.example", usn=1)
        domain.put(user("H Stern", ipPhone=["4711"]))
        wait_until(lambda: shown(source) == sorted([*EVERYBODY, "H"]))


def test_servers_of_a_list_are_tried_in_order(domain: ActiveDirectory, opened: OpenSource) -> None:
    with HostileLdap(silent) as hanging:
        uris = f"ldap://127.0.0.1:1 {hanging.uri} {domain.uri}"
        with opened(uris, **IN_DOMAIN, ldap_list_timeout=0.5) as source:
            assert shown(source) == EVERYBODY


def test_a_referral_is_not_followed(opened: OpenSource) -> None:
    with HostileLdap(refer_to_itself) as server, opened(server.uri) as source:
        with pytest.raises(SourceUnavailable, match="referral"):
            source.search("adams")
        assert server.connections < 5


def test_an_address_that_is_not_allowed_is_refused(tmp_path: Path) -> None:
    values = {**BASIC, "name": "x", "ldap_uri": "ldap://169.254.169.254"}
    options = LdapOptions.model_validate(values)
    environment = Environment("source", "tenant", LdapBackend.Settings(), tmp_path)
    with pytest.raises(InvalidSource, match=r"outgoing\.allow"):
        LdapBackend.of_options(options)(options, environment)


class TestSnapshotContract(BackendContract):
    """The contract, with a directory that is listed."""

    backend = LdapBackend
    term, exten = "adams", "1007"

    @pytest.fixture(autouse=True)
    def _use_slapd(self, slapd: Slapd, monkeypatch: pytest.MonkeyPatch) -> None:
        options = {**BASIC, "name": "listed", "ldap_uri": slapd.uri, "refresh_seconds": 600}
        monkeypatch.setattr(type(self), "options", options, raising=False)
