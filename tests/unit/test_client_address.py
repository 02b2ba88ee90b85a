"""The address of a client, and which addresses count as one client."""

import pytest

from xivo_dird.client_address import UNKNOWN, origin_of


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_the_origin_is_the_ipv4_address_or_the_ipv6_network(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [None, "", "localhost", "192.0.2.1:80", "[::1]", "192.0.2.001", "1" * 60_000, " 192.0.2.1", "3221225985"],
)
def test_what_is_no_address_is_one_unknown_origin(text: str | None) -> None:
    assert origin_of(text) == UNKNOWN
