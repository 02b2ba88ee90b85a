"""docs/configuration.md: the daemon accepts every example."""

import re

import pytest

from docs.shown_configuration import assert_accepted
from xivo_dird.config.schema import Config

EXAMPLES = [
    "backends.yml",
    "numbers.yml",
    "tokens.yml",
    "auth.yml",
    "access.yml",
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
