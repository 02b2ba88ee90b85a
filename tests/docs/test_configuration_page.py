"""docs/configuration.md: the daemon accepts every example."""

import re

import pytest

from xivo_dird.config.files import Arguments, load
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller

EXAMPLES = [
    "people.yml",
    "encoding.yml",
    "staff.yml",
    "certificates.yml",
    "numbers.yml",
    "tokens.yml",
    "auth.yml",
    "bus.yml",
    "process.yml",
    "secrets.yml",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid(shown_files, example, tmp_path, monkeypatch):
    monkeypatch.setenv("DIRD_BUS_PASSWORD", "guest")
    file = shown_files("configuration.md") / example
    text = file.read_text().replace("/var/lib/xivo-dird", str(tmp_path))
    file.write_text(f"extra_config_files: null\n{re.sub(r'token_file:.*', '', text)}")
    controller = Controller(load(Arguments(file)).config)
    assert controller.application is not None
    controller.stop()


def test_every_example_is_tested(shown_files):
    assert sorted(file.name for file in shown_files("configuration.md").iterdir()) == sorted(EXAMPLES)


def test_the_page_names_no_key_that_does_not_exist(shown_files):
    sections = {name for name, field in Config.model_fields.items() if field.annotation is not None}
    for file in shown_files("configuration.md").iterdir():
        assert set(re.findall(r"^(\w+):", file.read_text(), re.MULTILINE)) <= sections
