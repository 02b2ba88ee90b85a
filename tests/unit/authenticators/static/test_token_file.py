"""Tests of the token file of the authenticator `static`: its content and its changes."""

import logging
import os
from pathlib import Path

import pytest
import yaml

from xivo_dird.authenticator import InvalidConfiguration, TenantTree, Unauthorized
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings, hash_token

TOP = "11111111-1111-4111-8111-11111111111a"
SUB = "22222222-2222-4222-8222-22222222222b"
OTHER = "44444444-4444-4444-8444-44444444444d"
NO_TENANTS = TenantTree({})
READ = "dird.status.read"


class Clock:
    """A clock that the test advances."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def make_authenticator(token_file: Path, *tokens: dict[str, object]) -> StaticAuthenticator:
    settings = StaticSettings.model_validate({"tokens": tokens, "token_file": token_file})
    return StaticAuthenticator(settings, NO_TENANTS)


def assert_refused(authenticator: StaticAuthenticator, token: str) -> None:
    with pytest.raises(Unauthorized):
        authenticator.authenticate(token, READ, None)


def write_private(path: Path, content: object) -> Path:
    """Replace the file by renaming, as an editor does; only the owner ever has access to it."""
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    new_file = path.with_suffix(".new")
    new_file.touch(mode=0o600)
    new_file.write_text(text, encoding="utf-8")
    new_file.replace(path)
    return path


def plain_token(token: str, tenant_uuid: str = TOP) -> dict[str, object]:
    return {"token": token, "tenant_uuid": tenant_uuid, "acl": ["dird.#"]}


def test_a_token_file_contains_plain_or_hashed_tokens(tmp_path: Path) -> None:
    file = write_private(
        tmp_path / "tokens.yml",
        [plain_token("plain"), {**plain_token("hashed", SUB), "token": None, "hash": hash_token("hashed")}],
    )
    authenticator = make_authenticator(
        file, {"hash": hash_token("configured"), "tenant_uuid": OTHER, "acl": ["#"]}
    )
    tenants = [
        authenticator.authenticate(token, READ, None).tenant_uuid
        for token in ("plain", "hashed", "configured")
    ]
    assert tenants == [TOP, SUB, OTHER]


def test_a_changed_token_file_is_reloaded_at_the_next_check(tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [plain_token("old")])
    clock = Clock()
    authenticator = StaticAuthenticator(StaticSettings(token_file=file), NO_TENANTS, clock)
    authenticator.authenticate("old", READ, None)
    write_private(file, [plain_token("new")])
    authenticator.authenticate("old", READ, None)
    clock.now += 1.0
    authenticator.authenticate("new", READ, None)
    assert_refused(authenticator, "old")


@pytest.mark.parametrize("invalid", ["[{token: new-s3cret, acl", "- {token: new-s3cret}", "\x00"])
def test_after_an_invalid_change_the_last_valid_tokens_remain_in_use(
    invalid: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_private(tmp_path / "tokens.yml", [plain_token("good")])
    clock = Clock()
    authenticator = StaticAuthenticator(StaticSettings(token_file=file), NO_TENANTS, clock)
    write_private(file, invalid)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            clock.now += 1.0
            authenticator.authenticate("good", READ, None)
    assert [str(file) in record.getMessage() for record in caplog.records] == [True]
    assert "s3cret" not in caplog.text


def test_emptying_the_token_file_revokes_its_tokens(tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [plain_token("good")])
    clock = Clock()
    authenticator = StaticAuthenticator(StaticSettings(token_file=file), NO_TENANTS, clock)
    authenticator.authenticate("good", READ, None)
    write_private(file, "")
    clock.now += 1.0
    assert_refused(authenticator, "good")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_token_file_that_others_have_access_to_is_rejected(mode: int, tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [plain_token("s3cret")])
    file.chmod(mode)
    with pytest.raises(InvalidConfiguration, match="chmod 600") as caught:
        make_authenticator(file)
    assert str(file) in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- token: s3cret\n  bad\n", "line"),
        ("s3cret", "the file"),
        ("- {token: s3cret, tenant_uuid: t, acl: '#'}", "0.acl"),
        ("- {token: s3cret, hash: s3cret, tenant_uuid: t, acl: []}", "0.hash"),
        ("- {tenant_uuid: t, acl: []}", "either `token` or `hash`"),
        ("- {token: s3crét, tenant_uuid: t, acl: []}", "visible ASCII"),
        ("- {token: s3cret, tenant_uuid: t, acl: [], rights: s3cret}", "0.rights"),
        ("- !!python/object/apply:os.system ['echo s3cret']", "YAML"),
        ("[" * 500 + "s3cret", "YAML"),
    ],
)
def test_an_error_names_the_token_file_but_does_not_quote_it(
    content: str, message: str, tmp_path: Path
) -> None:
    file = write_private(tmp_path / "tokens.yml", content)
    with pytest.raises(InvalidConfiguration) as caught:
        make_authenticator(file)
    assert str(file) in str(caught.value)
    assert message in str(caught.value)
    assert "s3cr" not in str(caught.value)


def test_after_deleting_the_token_file_its_tokens_remain_in_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_private(tmp_path / "tokens.yml", [plain_token("good")])
    clock = Clock()
    authenticator = StaticAuthenticator(StaticSettings(token_file=file), NO_TENANTS, clock)
    file.unlink()
    clock.now += 1.0
    authenticator.authenticate("good", READ, None)
    assert f"auth.token_file: {file}: No such file" in caplog.text


def test_a_fifo_folder_or_device_is_rejected_without_blocking(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        with pytest.raises(InvalidConfiguration, match=r"not a regular file|Is a directory"):
            make_authenticator(path)
