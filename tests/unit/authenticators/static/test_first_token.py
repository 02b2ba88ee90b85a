"""The token of the first start: it may do everything, and only its owner can read it."""

import os
import stat
from pathlib import Path

import pytest
import yaml

from xivo_dird.authenticator import InvalidConfiguration, TenantTree, Unauthorized
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
TENANTS = TenantTree({TENANT: None, "11111111-1111-4111-8111-111111111111": None})


def authenticator(token_file: Path | None, tenants: TenantTree = TENANTS) -> StaticAuthenticator:
    return StaticAuthenticator(StaticSettings(token_file=token_file), tenants)


def test_the_first_token_has_all_rights_in_the_first_tenant_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tokens.yml"
    former = os.umask(0)
    try:
        with authenticator(path).first_start() as token:
            pass
    finally:
        os.umask(former)
    (entry,) = yaml.safe_load(path.read_text())
    assert (entry["token"], entry["tenant_uuid"], entry["acl"]) == (token, TENANT, ["#"])
    assert entry["user_uuid"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_token_is_let_in_at_once_by_this_process_and_by_others(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    first = authenticator(path)
    with first.first_start() as token:
        assert token is not None
        for asked in (first, authenticator(path)):
            assert asked.authenticate(token, "dird.status.read", None).tenant_uuid == TENANT


def test_a_token_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    path.touch(mode=0o600)
    with authenticator(path).first_start() as token:
        assert token is None
    assert path.read_text() == ""


def test_a_start_that_fails_was_not_the_first_one(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    with pytest.raises(InvalidConfiguration, match="later mistake"), authenticator(path).first_start():
        raise InvalidConfiguration("later mistake")
    assert not path.exists()


def test_without_a_token_file_no_token_is_made() -> None:
    with authenticator(None).first_start() as token:
        assert token is None


def test_before_the_first_start_nobody_is_let_in(tmp_path: Path) -> None:
    with pytest.raises(Unauthorized):
        authenticator(tmp_path / "tokens.yml").authenticate("any", "dird.status.read", None)


def test_a_token_needs_a_tenant(tmp_path: Path) -> None:
    alone = authenticator(tmp_path / "tokens.yml", TenantTree({}))
    with pytest.raises(InvalidConfiguration, match=r"^provisioning\.tenants: "), alone.first_start():
        pass


def test_a_token_file_that_cannot_be_written_names_its_key() -> None:
    asked = authenticator(Path("/dev/null/tokens.yml"))
    with pytest.raises(InvalidConfiguration, match=r"^auth\.token_file: /dev/null"), asked.first_start():
        pass
