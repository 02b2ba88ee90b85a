"""docs/configuration.md: the daemon accepts every example."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from docs.shown_configuration import assert_accepted
from servers.program import PROGRAM
from xivo_dird.authenticator import PASSWORD_HASH, has_hash, prepare_password
from xivo_dird.config.schema import Config

ROOT = Path(__file__).parents[2]

EXAMPLES = [
    "backends.yml",
    "numbers.yml",
    "tokens.yml",
    "users.yml",
    "auth.yml",
    "access.yml",
    "agi.yml",
    "ldap.yml",
    "phones.yml",
    "bus.yml",
    "process.yml",
    "secrets.yml",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid(shown_files, example, tmp_path, monkeypatch):
    monkeypatch.setenv("DIRD_BUS_PASSWORD", "guest")
    assert_accepted(shown_files("configuration.md") / example, tmp_path)


def test_every_example_is_tested(shown_files):
    assert sorted(file.name for file in shown_files("configuration.md").iterdir()) == sorted(EXAMPLES)


def test_the_page_names_no_key_that_does_not_exist(shown_files):
    sections = {name for name, field in Config.model_fields.items() if field.annotation is not None}
    for file in shown_files("configuration.md").iterdir():
        assert set(re.findall(r"^(\w+):", file.read_text(), re.MULTILINE)) <= sections


def test_the_shown_command_prints_a_hash_of_the_shown_password(shown_files):
    page = (ROOT / "docs" / "configuration.md").read_text()
    command, password = re.findall(r"^(echo '(.+)' \| xivo-dird --hash-password)\b", page, re.MULTILINE)[0]
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    printed = subprocess.check_output(["sh", "-c", command], env={**os.environ, "PATH": path}, text=True)
    users = yaml.safe_load((shown_files("configuration.md") / "users.yml").read_text())["auth"]["users"]
    for password_hash in (printed.removesuffix("\n"), users[0]["password_hash"]):
        assert PASSWORD_HASH.fullmatch(password_hash)
        assert has_hash(prepare_password(password), password_hash)
