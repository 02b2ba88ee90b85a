"""Tests of the user file of the authenticator `static`: its content and its changes."""

import logging
from pathlib import Path

import pytest
import yaml

from xivo_dird.authenticator import InvalidConfiguration, TenantTree, Unauthorized, hash_password
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings

TOP = "11111111-1111-4111-8111-11111111111a"
SUB = "22222222-2222-4222-8222-22222222222b"
USER = "55555555-5555-4555-8555-55555555555e"
READ = "dird.status.read"
PASSWORD = "s3cret"
HASH = hash_password(PASSWORD)


class UserFile:
    """A user file, and an authenticator whose clock the test advances."""

    def __init__(self, path: Path, content: object) -> None:
        self.path = path
        self.now = 0.0
        self.write(content)

    def write(self, content: object) -> None:
        """Replace the file by renaming, as an editor does; only the owner ever has access to it."""
        new_file = self.path.with_suffix(".new")
        new_file.touch(mode=0o600)
        new_file.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        new_file.replace(self.path)
        self.now += 1.0

    def authenticator(self, *users: dict[str, object]) -> StaticAuthenticator:
        settings = StaticSettings.model_validate({"users": users, "user_file": self.path})
        return StaticAuthenticator(settings, TenantTree({}), clock=lambda: self.now)


def user(username: str = "ada", **others: object) -> dict[str, object]:
    return {
        "username": username,
        "password_hash": HASH,
        "tenant_uuid": TOP,
        "acl": ["dird.#"],
        **others,
    }


def is_accepted(authenticator: StaticAuthenticator, username: str = "ada", acl: str = READ) -> bool:
    try:
        return bool(authenticator.authenticate_password(username, PASSWORD, acl, None))
    except Unauthorized:
        return False


def test_users_may_be_in_the_configuration_and_in_the_file(tmp_path: Path) -> None:
    authenticator = UserFile(tmp_path / "users.yml", [user("ada")]).authenticator(user("eve"))
    assert [is_accepted(authenticator, name) for name in ("ada", "eve", "bob")] == [True, True, False]


@pytest.mark.parametrize("content", ["", [user("eve")], [user(password_hash=hash_password("new"))]])
def test_a_removed_or_changed_user_loses_access(content: object, tmp_path: Path) -> None:
    file = UserFile(tmp_path / "users.yml", [user()])
    authenticator = file.authenticator()
    assert is_accepted(authenticator)
    file.write(content)
    assert not is_accepted(authenticator)


def test_changed_rights_and_tenants_are_used(tmp_path: Path) -> None:
    file = UserFile(tmp_path / "users.yml", [user(user_uuid=USER)])
    authenticator = file.authenticator()
    assert is_accepted(authenticator)
    file.write([user(user_uuid=USER, acl=["other.#"], tenant_uuid=SUB)])
    assert [is_accepted(authenticator), is_accepted(authenticator, acl="other.read")] == [False, True]
    assert authenticator.tenant_of_user(USER) == SUB


INVALID_FILES = {
    "no YAML": "[{username: s3cret, acl",
    "a password in clear": [{**user(), "password": "s3cret"}],
    "a token": [{"token": "s3cret", "tenant_uuid": TOP, "acl": []}],
    "a user of the configuration": [user("configured")],
    "a user twice": [user("bob"), user("bob")],
}


@pytest.mark.parametrize("content", INVALID_FILES.values(), ids=INVALID_FILES)
def test_an_invalid_file_is_refused_at_the_start_and_ignored_later(
    content: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = UserFile(tmp_path / "users.yml", [user()])
    authenticator = file.authenticator(user("configured"))
    file.write(content)
    with pytest.raises(InvalidConfiguration, match=r"auth\.user_file: ") as caught:
        file.authenticator(user("configured"))
    with caplog.at_level(logging.DEBUG):
        assert is_accepted(authenticator)
    assert [str(file.path) in record.getMessage() for record in caplog.records] == [True]
    assert "s3cret" not in f"{caught.value} {caplog.text}"
    assert HASH not in f"{caught.value} {caplog.text}"


def test_a_user_file_that_others_have_access_to_is_rejected(tmp_path: Path) -> None:
    file = UserFile(tmp_path / "users.yml", [user()])
    file.path.chmod(0o640)
    with pytest.raises(InvalidConfiguration, match="chmod 600"):
        file.authenticator()


def test_a_missing_user_file_is_an_error(tmp_path: Path) -> None:
    settings = StaticSettings(user_file=tmp_path / "users.yml")
    with pytest.raises(InvalidConfiguration, match=r"auth\.user_file: .*users\.yml: No such file"):
        StaticAuthenticator(settings, TenantTree({}))


def test_the_token_file_contains_no_users(tmp_path: Path) -> None:
    file = UserFile(tmp_path / "tokens.yml", [user()])
    with pytest.raises(InvalidConfiguration, match=r"auth\.token_file: .*0\.username"):
        StaticAuthenticator(StaticSettings(token_file=file.path), TenantTree({}))
