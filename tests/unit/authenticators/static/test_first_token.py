"""Tests of the token created at the first start: it has all rights, and only its owner can read it."""

import os
import stat
from pathlib import Path

import pytest
import yaml

from xivo_dird.authenticator import InvalidConfiguration, TenantTree, Unauthorized
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
TENANTS = TenantTree({TENANT: None, "11111111-1111-4111-8111-111111111111": None})


def make_authenticator(token_file: Path | None, tenants: TenantTree = TENANTS) -> StaticAuthenticator:
    return StaticAuthenticator(StaticSettings(token_file=token_file), tenants)


def test_the_first_token_has_all_rights_in_the_first_tenant(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tokens.yml"
    original_umask = os.umask(0)
    try:
        with make_authenticator(path).first_start() as token:
            pass
    finally:
        os.umask(original_umask)
    (entry,) = yaml.safe_load(path.read_text())
    assert (entry["token"], entry["tenant_uuid"], entry["acl"]) == (token, TENANT, ["#"])
    assert entry["user_uuid"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_token_is_accepted_by_this_and_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    first = make_authenticator(path)
    with first.first_start() as token:
        assert token is not None
        for authenticator in (first, make_authenticator(path)):
            assert authenticator.authenticate(token, "dird.status.read", None).tenant_uuid == TENANT


def test_an_existing_token_file_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    path.touch(mode=0o600)
    with make_authenticator(path).first_start() as token:
        assert token is None
    assert path.read_text() == ""


def test_a_failed_first_start_removes_the_token_file(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    with pytest.raises(InvalidConfiguration, match="later mistake"), make_authenticator(path).first_start():
        raise InvalidConfiguration("later mistake")
    assert not path.exists()


def test_without_a_token_file_no_token_is_created() -> None:
    with make_authenticator(None).first_start() as token:
        assert token is None


def test_before_the_first_start_all_tokens_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unauthorized):
        make_authenticator(tmp_path / "tokens.yml").authenticate("any", "dird.status.read", None)


def test_the_first_token_needs_a_declared_tenant(tmp_path: Path) -> None:
    without_tenants = make_authenticator(tmp_path / "tokens.yml", TenantTree({}))
    with (
        pytest.raises(InvalidConfiguration, match=r"^provisioning\.tenants: "),
        without_tenants.first_start(),
    ):
        pass


def test_a_token_file_that_cannot_be_written_names_its_key() -> None:
    authenticator = make_authenticator(Path("/dev/null/tokens.yml"))
    with (
        pytest.raises(InvalidConfiguration, match=r"^auth\.token_file: /dev/null"),
        authenticator.first_start(),
    ):
        pass
