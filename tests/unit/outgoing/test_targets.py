"""Tests of which hosts and addresses sources may reach."""

import pytest

from xivo_dird.outgoing.targets import DEFAULT_TARGETS, AllowedTargets, Target, TargetNotAllowed

CRM = Target("crm.lan", 8080)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert AllowedTargets().has_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "::ffff:0:7f00:1",
        "fec0::1",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "2001::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(TargetNotAllowed, match=r"crm\.lan has no public address.*outgoing\.allow"):
        AllowedTargets().allowed(CRM, [address], is_named=True)


def test_only_the_public_addresses_of_a_host_are_used() -> None:
    assert AllowedTargets().allowed(CRM, ["10.0.0.1", "8.8.8.8"], is_named=True) == ["8.8.8.8"]


@pytest.mark.parametrize("entry", ["crm.lan", "CRM.lan.", "crm.lan:8080"])
def test_an_allowed_host_may_have_any_address_if_a_source_names_it(entry: str) -> None:
    targets = AllowedTargets.parse([entry])
    assert targets.allowed(CRM, ["10.0.0.1"], is_named=True) == ["10.0.0.1"]
    with pytest.raises(TargetNotAllowed):
        targets.allowed(CRM, ["10.0.0.1"], is_named=False)


@pytest.mark.parametrize("entry", ["crm.lan:8081", "xcrm.lan", "10.0.0.2"])
def test_another_host_or_port_is_not_allowed(entry: str) -> None:
    with pytest.raises(TargetNotAllowed):
        AllowedTargets.parse([entry]).allowed(CRM, ["10.0.0.1"], is_named=True)


@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "fd00::5"])
@pytest.mark.parametrize("is_named", [True, False])
def test_an_allowed_network_may_be_reached_by_any_name_or_redirect(address: str, is_named: bool) -> None:
    targets = AllowedTargets.parse(["10.0.0.0/8", "fd00::/8"])
    assert targets.allowed(CRM, [address], is_named=is_named) == [address]


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "127.0.0.1", "[::1]"])
def test_the_usual_names_of_the_host_itself_are_allowed_by_default(host: str) -> None:
    assert DEFAULT_TARGETS.has_host(Target.of(host, 9486))


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "2130706433", "0x7f.1", "localhost.example.org", "::ffff:127.0.0.1"]
)
def test_other_spellings_of_the_host_of_the_daemon_are_not_allowed(host: str) -> None:
    with pytest.raises(TargetNotAllowed):
        DEFAULT_TARGETS.allowed(Target.of(host, 80), ["127.0.0.1"], is_named=True)


@pytest.mark.parametrize(
    "entry", ["", "10.0.0.1/8", "a b", "http://crm.lan", "crm.lan:x", "crm.lan:65536", "10.0.0.0/33", "*"]
)
def test_an_entry_that_is_no_host_and_no_network_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match=entry.replace("*", r"\*") or "''"):
        AllowedTargets.parse([entry])


def test_an_ipv6_address_may_have_a_port() -> None:
    assert AllowedTargets.parse(["[::1]:9486"]).has_host(Target("::1", 9486))
