"""The first start: a token that only its owner can read, and a question that can be pasted."""

import os
import stat
from pathlib import Path

import pytest
import yaml

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.process.first_start import (
    first_token,
    lookup_command,
    make_state_directory,
    without_missing_token_file,
)

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"


def configuration(token_file: Path, **keys: object) -> Config:
    given: dict[str, object] = {
        "auth": {"token_file": str(token_file)},
        "provisioning": {"tenants": [{"uuid": TENANT}, {"uuid": "11111111-1111-4111-8111-111111111111"}]},
    }
    return Config.model_validate(given | keys)


def test_the_first_token_has_all_rights_in_the_first_tenant_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tokens.yml"
    former = os.umask(0)
    try:
        with first_token(configuration(path)) as token:
            pass
    finally:
        os.umask(former)
    (entry,) = yaml.safe_load(path.read_text())
    assert (entry["token"], entry["tenant_uuid"], entry["acl"]) == (token, TENANT, ["#"])
    assert entry["user_uuid"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_token_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    path.write_text("[]")
    with first_token(configuration(path)) as token:
        assert token is None
    assert path.read_text() == "[]"


def test_a_start_that_fails_was_not_the_first_one(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    with pytest.raises(InvalidConfiguration, match="later mistake"), first_token(configuration(path)):
        raise InvalidConfiguration("later mistake")
    assert not path.exists()


def test_without_a_token_file_no_token_is_made() -> None:
    with first_token(Config()) as token:
        assert token is None


def test_a_token_needs_a_tenant(tmp_path: Path) -> None:
    config = configuration(tmp_path / "tokens.yml", provisioning={})
    with pytest.raises(InvalidConfiguration, match=r"^provisioning\.tenants: "), first_token(config):
        pass


def test_a_token_file_that_cannot_be_written_names_its_key() -> None:
    config = configuration(Path("/dev/null/tokens.yml"))
    with pytest.raises(InvalidConfiguration, match=r"^auth\.token_file: /dev/null"), first_token(config):
        pass


def test_before_the_first_start_a_missing_token_file_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "tokens.yml"
    assert (without_missing_token_file(configuration(path)).auth.model_extra or {})["token_file"] is None
    path.write_text("[]")
    assert without_missing_token_file(configuration(path)) == configuration(path)


@pytest.mark.parametrize(
    ("settings", "beginning", "address"),
    [
        ({}, "curl -s -H 'X-Auth-Token: abc' ", "'http://127.0.0.1:80/0.1/"),
        ({"listen": "0.0.0.0"}, "curl -s -H ", "'http://127.0.0.1:80/0.1/"),
        ({"listen": "::"}, "curl -s -H ", "'http://[::1]:80/0.1/"),
        ({"listen": "192.0.2.7"}, "curl -s -H ", "'http://192.0.2.7:80/0.1/"),
        (
            {"certificate": "/a b.pem", "private_key": "/k.pem"},
            "curl -s --cacert '/a b.pem' -H ",
            "'https://127.0.0.1:80/0.1/",
        ),
    ],
)
def test_the_command_asks_where_the_daemon_really_listens(
    settings: dict[str, object], beginning: str, address: str
) -> None:
    command = lookup_command(RestApi.model_validate(settings), 80, "abc")
    assert command.startswith(beginning)
    assert command.endswith(f"{address}directories/lookup/default?term=mar'")


def test_a_state_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    make_state_directory(Config(state_directory=tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()
