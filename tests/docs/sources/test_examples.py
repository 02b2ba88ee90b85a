"""docs/sources: the daemon accepts every example, and every page has one that a test runs."""

import ast
from pathlib import Path

import pytest

from docs.conftest import DOCS, SHOWN
from docs.shown_configuration import assert_accepted

PAGES = sorted((DOCS / "sources").glob("*.md"))
FRAGMENTS = {"vtiger-login.yml"}
"""Options of a source without the rest of the configuration."""


def shown_names(page):
    return [name for name, _ in SHOWN.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_daemon_accepts_every_configuration_of_a_page(shown_files, page, tmp_path):
    folder = shown_files(f"sources/{page.name}")
    for name in shown_names(page):
        if name.endswith(".yml") and name not in FRAGMENTS:
            assert_accepted(folder / name, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_test_runs_an_example_of_a_page(page):
    modules = Path(__file__).parent.glob("test_*.py")
    nodes = [node for module in modules for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    assert texts.intersection(shown_names(page))
