"""Private keys of sources: the check of a huge one would block the daemon for minutes."""

import pytest

from servers.jwt_endpoint import huge_rsa_key, pem_of, rsa_key
from xivo_dird_backends._private_key import read_private_key


def test_a_key_is_read_from_its_text() -> None:
    assert read_private_key(pem_of(rsa_key())).public_key() == rsa_key().public_key()


def test_a_huge_key_is_refused_before_it_is_checked() -> None:
    with pytest.raises(ValueError, match="more than 4096 bits"):
        read_private_key(pem_of(huge_rsa_key()))


def test_a_key_with_a_password_is_refused() -> None:
    with pytest.raises(ValueError, match="with a password"):
        read_private_key(pem_of(rsa_key(), b"s3cret"))
