"""The token file of the authenticator `static`: what it may hold, and what a change of it does."""

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
NO_TREE = TenantTree({})
READ = "dird.status.read"


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def authenticator(token_file: Path, *tokens: dict[str, object]) -> StaticAuthenticator:
    settings = StaticSettings.model_validate({"tokens": tokens, "token_file": token_file})
    return StaticAuthenticator(settings, NO_TREE)


def refused(asked: StaticAuthenticator, token: str) -> None:
    with pytest.raises(Unauthorized):
        asked.authenticate(token, READ, None)


def write_private(path: Path, content: object) -> Path:
    """Replace the file as an editor does, private from its first byte."""
    text = content if isinstance(content, str) else yaml.safe_dump(content)
    aside = path.with_suffix(".new")
    aside.touch(mode=0o600)
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
    return path


def in_clear(token: str, tenant_uuid: str = TOP) -> dict[str, object]:
    return {"token": token, "tenant_uuid": tenant_uuid, "acl": ["dird.#"]}


def test_a_token_file_holds_tokens_in_clear_or_hashed(tmp_path: Path) -> None:
    file = write_private(
        tmp_path / "tokens.yml",
        [in_clear("clear"), {**in_clear("hashed", SUB), "token": None, "hash": hash_token("hashed")}],
    )
    asked = authenticator(file, {"hash": hash_token("configured"), "tenant_uuid": OTHER, "acl": ["#"]})
    tenants = [
        asked.authenticate(token, READ, None).tenant_uuid for token in ("clear", "hashed", "configured")
    ]
    assert tenants == [TOP, SUB, OTHER]


def test_a_changed_token_file_counts_from_the_next_look_on(tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [in_clear("old")])
    clock = Clock()
    asked = StaticAuthenticator(StaticSettings(token_file=file), NO_TREE, clock)
    asked.authenticate("old", READ, None)
    write_private(file, [in_clear("new")])
    asked.authenticate("old", READ, None)
    clock.now += 1.0
    asked.authenticate("new", READ, None)
    refused(asked, "old")


@pytest.mark.parametrize("broken", ["[{token: new-s3cret, acl", "- {token: new-s3cret}", "\x00"])
def test_a_broken_token_file_leaves_the_last_good_tokens_in_force(
    broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_private(tmp_path / "tokens.yml", [in_clear("good")])
    clock = Clock()
    asked = StaticAuthenticator(StaticSettings(token_file=file), NO_TREE, clock)
    write_private(file, broken)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            clock.now += 1.0
            asked.authenticate("good", READ, None)
    assert [str(file) in record.getMessage() for record in caplog.records] == [True]
    assert "s3cret" not in caplog.text


def test_an_emptied_token_file_revokes_its_tokens(tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [in_clear("good")])
    clock = Clock()
    asked = StaticAuthenticator(StaticSettings(token_file=file), NO_TREE, clock)
    asked.authenticate("good", READ, None)
    write_private(file, "")
    clock.now += 1.0
    refused(asked, "good")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_token_file_that_others_have_access_to_is_refused(mode: int, tmp_path: Path) -> None:
    file = write_private(tmp_path / "tokens.yml", [in_clear("s3cret")])
    file.chmod(mode)
    with pytest.raises(InvalidConfiguration, match="chmod 600") as caught:
        authenticator(file)
    assert str(file) in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "named"),
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
def test_a_bad_token_file_is_named_with_its_key_and_not_quoted(
    content: str, named: str, tmp_path: Path
) -> None:
    file = write_private(tmp_path / "tokens.yml", content)
    with pytest.raises(InvalidConfiguration) as caught:
        authenticator(file)
    assert str(file) in str(caught.value)
    assert named in str(caught.value)
    assert "s3cr" not in str(caught.value)


def test_a_deleted_token_file_is_named_and_its_last_tokens_stay_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_private(tmp_path / "tokens.yml", [in_clear("good")])
    clock = Clock()
    asked = StaticAuthenticator(StaticSettings(token_file=file), NO_TREE, clock)
    file.unlink()
    clock.now += 1.0
    asked.authenticate("good", READ, None)
    assert f"auth.token_file: {file}: No such file" in caplog.text


def test_a_fifo_or_folder_is_no_token_file_and_is_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o600)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        with pytest.raises(InvalidConfiguration, match=r"not a regular file|Is a directory"):
            authenticator(path)
