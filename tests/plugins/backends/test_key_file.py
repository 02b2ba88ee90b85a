"""Key files of service accounts: read when they are needed, only from allowed folders, and never quoted."""

import pytest

from xivo_dird.backend import AllowedFolders, InvalidSource, SourceUnavailable
from xivo_dird_backends._key_file import MAX_KEY_FILE_BYTES, KeyFile


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder


@pytest.fixture
def key_file(folder):
    """Return a function that creates the key file of an option."""
    return lambda path="key.yml": KeyFile("auth.key_file", path, AllowedFolders([folder], "the.key"))


def test_a_key_file_may_appear_and_change_later(folder, key_file):
    file = key_file()
    with pytest.raises(SourceUnavailable, match=r"auth.key_file: .*key.yml can't be read: No such file"):
        file.read()
    for key in ("first", "second"):
        (folder / "key.yml").write_text(f"service_id: dird\nservice_key: {key}\nother: 1\n")
        account = file.read()
        assert (account.service_id, account.service_key.get_secret_value()) == ("dird", key)


@pytest.mark.parametrize("path", ["/etc/passwd", "../key.yml", "link.yml", "a\0b"])
def test_a_file_outside_the_folders_is_not_read(folder, tmp_path, key_file, path):
    (tmp_path / "key.yml").write_text("service_id: dird\nservice_key: secret\n")
    (folder / "link.yml").symlink_to(tmp_path / "key.yml")
    with pytest.raises(InvalidSource):
        key_file(path).read()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"secret",
        b"[secret]",
        b"service_id: secret",
        b"service_id: secret\nservice_key: [secret]",
        b"service_id: {secret: 1}\nservice_key: secret",
        b"secret: [",
        b"secret: 'open",
        b"\tsecret",
        b"\xff\xfe\x00secret",
        b"secret: 2001-99-99",
        b"!!python/object:secret {}",
        b"[" * 20_000 + b"secret",
        b"secret" * MAX_KEY_FILE_BYTES,
    ],
    ids=range(14),
)
def test_the_error_of_a_broken_file_names_but_never_quotes_it(folder, key_file, content):
    (folder / "key.yml").write_bytes(content)
    with pytest.raises(SourceUnavailable, match=r"auth.key_file: .*key.yml") as raised:
        key_file().read()
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None or "secret" not in str(raised.value.__cause__)


def test_a_folder_is_no_key_file(folder, key_file):
    (folder / "key.yml").mkdir()
    with pytest.raises(SourceUnavailable, match="is a folder"):
        key_file().read()


def test_the_error_of_a_broken_file_says_what_is_wrong(folder, key_file):
    (folder / "key.yml").write_text("service_id: dird\n")
    with pytest.raises(SourceUnavailable, match=r"auth.key_file: .*key.yml: service_key: Field required"):
        key_file().read()
