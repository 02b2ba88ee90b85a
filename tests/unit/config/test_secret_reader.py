"""References in secrets are read from files and environment variables, within what their author may read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from waiting import assert_prompt
from xivo_dird.config.secret_reader import (
    MAX_REFERENCE_CHARACTERS,
    MAX_SECRET_BYTES,
    SecretReader,
    administrator_reader,
    check_references,
    has_reference,
    source_reader,
    tenant_reader,
)
from xivo_dird.exceptions import InvalidSource

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
SECRET = "s3cret"


def resolve(reader: SecretReader, text: str) -> str:
    return reader.resolve(text, in_uri=False)


def refusal(reader: SecretReader, text: str) -> str:
    """Return the error of a text, which has no secret."""
    with pytest.raises(InvalidSource) as error_info:
        resolve(reader, text)
    assert SECRET not in str(error_info.value)
    return str(error_info.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Create the folder of the tenants, with a secret of each."""
    for tenant in (TENANT, OTHER):
        (tmp_path / tenant).mkdir()
        (tmp_path / tenant / "ldap").write_text(f"{SECRET} of {tenant}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"s3cret", "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\n", "s3cret"),
        (b"s3cret\n\n", "s3cret\n"),
        (b" s3cret \r", " s3cret \r"),
        ("\ufeffs3crét".encode(), "s3crét"),
        (b"${env:HOME} $ { } $$", "${env:HOME} $ { } $$"),
        (b"x" * MAX_SECRET_BYTES, "x" * MAX_SECRET_BYTES),
    ],
)
def test_a_file_is_read_without_one_newline_at_its_end(tmp_path: Path, content: bytes, secret: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert resolve(administrator_reader(), f"${{file:{tmp_path}/file}}") == secret


def test_references_can_be_anywhere_in_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD_USER", "Ada B")
    (tmp_path / "file").write_text("p@ss/w:rd\n", encoding="utf-8")
    text = f"ldap://${{env:DIRD_USER}}:${{file:{tmp_path}/file}}@host"
    assert resolve(administrator_reader(), text) == "ldap://Ada B:p@ss/w:rd@host"
    in_uri = administrator_reader().resolve(text, in_uri=True)
    assert in_uri == "ldap://Ada%20B:p%40ss%2Fw%3Ard@host"


def test_a_whole_uri_is_inserted_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD_URI", "postgresql://u:p%40@host/x")
    assert administrator_reader().resolve("${env:DIRD_URI}", in_uri=True) == "postgresql://u:p%40@host/x"


@pytest.mark.parametrize(
    "text",
    ["$", "{", "$$", "${", "${}", "$env:HOME", "{file:x}", "${file}", "pa$${word", "${:x}", "$ {env:x}"],
)
def test_other_dollars_and_braces_are_ordinary_text(text: str) -> None:
    assert not has_reference(text)
    assert resolve(administrator_reader(), text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${foo:bar}", "${foo:…} is unknown: a secret refers to ${file:PATH} or ${env:NAME}"),
        ("${foo:bar", "${foo:…} is unknown"),
        ("a${FILE:/x}", "${FILE:…} is unknown"),
        ("${env:}", "${env: needs a name and a closing brace"),
        ("${file:/x", "${file: needs a name and a closing brace"),
        ("${file:${env:HOME}}", "references can't be nested"),
        ("${env:A{B}}", "references can't be nested"),
        ("${env:A}" * 17, "a text has at most 16 references"),
        ("${env:A}" * 1000, f"has at most {MAX_REFERENCE_CHARACTERS} characters"),
    ],
)
def test_a_reference_that_is_written_wrongly_is_an_error(text: str, message: str) -> None:
    assert has_reference(text)
    with pytest.raises(InvalidSource) as error_info:
        check_references(text)
    assert message in str(error_info.value)
    assert refusal(administrator_reader(), text) == str(error_info.value)


def test_a_variable_that_is_missing_empty_or_not_utf_8_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = administrator_reader()
    monkeypatch.delenv("DIRD_MISSING", raising=False)
    monkeypatch.setenv("DIRD_EMPTY", "")
    monkeypatch.setenv("DIRD_BYTES", os.fsdecode(b"s3cret\xff"))
    assert refusal(reader, "${env:DIRD_MISSING}") == (
        "${env:DIRD_MISSING}: the environment variable is not set"
    )
    assert refusal(reader, "${env:DIRD_EMPTY}") == "${env:DIRD_EMPTY} is empty"
    assert refusal(reader, "${env:DIRD_BYTES}").endswith("is not UTF-8")
    assert refusal(reader, "${env:\ud800}").endswith("is not UTF-8")


def spoil_nothing(_path: Path) -> None:
    """Leave the file missing."""


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


SPOILED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (spoil_nothing, "can't be read: No such file or directory"),
    "fifo": (make_fifo, "is a FIFO, not a regular file"),
    "folder": (lambda path: path.mkdir(), "is a folder, not a regular file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device, not a regular file"),
    "large": (
        lambda path: path.write_bytes(b"s3cret" * MAX_SECRET_BYTES),
        f"a secret may have ({MAX_SECRET_BYTES})",
    ),
    "not UTF-8": (lambda path: path.write_bytes(b"s3cret\xff\xfe"), "is not UTF-8"),
    "empty": (lambda path: path.write_bytes(b"\n"), "is empty"),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_a_file_that_is_no_secret_is_a_prompt_error(tmp_path: Path, kind: str) -> None:
    spoil, message = SPOILED[kind]
    spoil(tmp_path / "file")
    with assert_prompt():
        error = refusal(administrator_reader(), f"${{file:{tmp_path}/file}}")
    assert error.startswith(f"${{file:{tmp_path}/file}}")
    assert message in error


def test_the_administrator_writes_absolute_paths() -> None:
    assert refusal(administrator_reader(), "${file:etc/passwd}").endswith("the path must be absolute")
    assert "is no path" in refusal(administrator_reader(), "${file:/etc/\0}")


def test_a_tenant_reads_only_files_in_its_own_folder(folder: Path) -> None:
    (folder / TENANT / "sub").mkdir()
    (folder / TENANT / "sub" / "link").symlink_to("../ldap")
    reader = tenant_reader(folder, TENANT)
    for name in ("ldap", "sub/../ldap", "sub/link", f"{folder}/{TENANT}/ldap"):
        assert resolve(reader, f"${{file:{name}}}") == f"s3cret of {TENANT}"


@pytest.mark.parametrize(
    "name",
    [
        "../ldap",
        f"../{OTHER}/ldap",
        f"sub/../../{OTHER}/ldap",
        "..",
        "/etc/hostname",
        "/proc/self/environ",
        "/dev/stdin",
        "out",
        "link-to-fd",
        "\0",
        "x" * 3000,
    ],
)
def test_a_tenant_reads_no_other_file(folder: Path, name: str) -> None:
    (folder / "ldap").write_text(SECRET, encoding="utf-8")
    (folder / TENANT / "out").symlink_to(folder / OTHER / "ldap")
    (folder / TENANT / "link-to-fd").symlink_to("/proc/self/environ")
    error = refusal(tenant_reader(folder, TENANT), f"${{file:{name}}}")
    assert "it is not a file below" in error or "can't be read: File name too long" in error


def test_a_tenant_can_not_find_out_which_other_files_exist(folder: Path) -> None:
    reader = tenant_reader(folder, TENANT)
    there = refusal(reader, f"${{file:../{OTHER}/ldap}}")
    not_there = refusal(reader, f"${{file:../{OTHER}/none}}")
    assert there.replace("ldap", "none") == not_there


def test_a_tenant_uses_no_variable_however_it_is_written(folder: Path) -> None:
    reader = tenant_reader(folder, TENANT)
    for text in ("${env:HOME}", "a${env:HOME}b", "${file:ldap}${env:HOME}"):
        assert "only a source that is declared in YAML may use an environment variable" in refusal(
            reader, text
        )
    assert "can't be nested" in refusal(reader, "${file:${env:HOME}}")


@pytest.mark.parametrize("tenant", ["", ".", "..", f"{TENANT}/../{OTHER}", f"{OTHER}/", "sub"])
def test_what_is_no_uuid_of_a_tenant_has_no_folder(folder: Path, tenant: str) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "ldap").write_text(SECRET, encoding="utf-8")
    assert refusal(tenant_reader(folder, tenant), "${file:ldap}").endswith("has no folder for secrets")
    assert refusal(tenant_reader(folder, ""), f"${{file:{OTHER}/ldap}}").endswith("no folder for secrets")


def test_without_a_folder_of_tenants_all_files_are_refused() -> None:
    error = refusal(tenant_reader(None, TENANT), "${file:/etc/hostname}")
    assert "unless the administrator sets secrets.tenant_folder" in error


def test_only_a_declared_source_has_the_reader_of_the_administrator(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIRD_SECRET", SECRET)
    declared = source_reader(is_declared=True, tenant_uuid=TENANT, tenant_folder=folder)
    assert resolve(declared, "${env:DIRD_SECRET}") == SECRET
    editable = source_reader(is_declared=False, tenant_uuid=TENANT, tenant_folder=folder)
    assert resolve(editable, "${file:ldap}") == f"s3cret of {TENANT}"
    assert "declared in YAML" in refusal(editable, "${env:DIRD_SECRET}")


def test_messages_are_shown_without_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD_SECRET", "p@ss w0rd'x")
    reader = administrator_reader()
    assert not reader.has_read
    resolve(reader, "${env:DIRD_SECRET}")
    assert reader.has_read
    assert reader.redacted("no p@ss w0rd'x, P%40SS%20W0RD%27X or W0RD'X here") == "no …, … or … here"
    assert reader.redacted("nothing of it") == "nothing of it"
