"""Which hosts may get a secret of the administrator."""

import pytest

from xivo_dird.outgoing import AllowedTargets, Outgoing

ALLOWED = AllowedTargets.parse(["localhost", "auth.lan:9497", "10.0.0.0/8"])


@pytest.mark.parametrize(
    ("host", "port", "is_trusted"),
    [
        ("localhost", 1, True),
        ("LOCALHOST.", 1, True),
        ("auth.lan", 9497, True),
        ("auth.lan", 443, False),
        ("10.0.0.1", 443, False),
        ("example.org", 443, False),
        ("localhost.example.org", 443, False),
    ],
)
def test_a_host_is_trusted_only_under_the_name_that_is_allowed(host, port, is_trusted):
    assert Outgoing(ALLOWED).is_trusted(host, port) == is_trusted


def test_every_host_of_a_declared_source_is_trusted():
    assert Outgoing(ALLOWED, trusts_options=True).is_trusted("example.org", 443)
