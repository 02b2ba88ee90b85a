"""docs/sources.md and docs/sources: the tables of options are what the schemas say."""

import pytest
from pydantic import BaseModel

from docs.option_tables import BEGIN, DOCS, END, installed_backends, pages, tables_of, with_tables
from xivo_dird.backend import Backend, BackendSettings, SourceOptions

PAGES = pages()
BACKENDS = installed_backends()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_what_the_schemas_say(page):
    text = page.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1, f"{page.name} needs the two comments, once"
    assert text == with_tables(text, PAGES[page]), "run make docs"


def test_every_backend_has_a_page_and_no_other_page_is_there():
    assert {page.stem for page in (DOCS / "sources").iterdir()} == set(BACKENDS)


def test_the_entrance_links_to_the_page_of_every_backend():
    text = (DOCS / "sources.md").read_text(encoding="utf-8")
    assert [name for name in BACKENDS if f"[{name}](sources/{name}.md)" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_has_a_meaning(page):
    rows = [line for line in PAGES[page].splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith(("|  |", "| |"))] == []


class Shelf(BaseModel):
    """A model in options."""

    height: int
    names: tuple[str, ...] = ()


class PlainOptions(SourceOptions):
    """Options of another distribution: without docstrings."""

    limit: int | None = None
    mode: str = "a|b"
    shelves: tuple[Shelf, ...] = ()


class PlainBackend(Backend[PlainOptions]):
    """A backend without a word about its options."""

    Options = PlainOptions
    Settings = BackendSettings


def test_options_without_docstrings_have_no_meaning():
    lines = tables_of("plain", PlainBackend).splitlines()
    assert "| `limit` | integer | none |  |" in lines
    assert "| `mode` | text | `a\\|b` |  |" in lines
    assert "| `shelves` | list of [maps](#options-of-an-element-of-shelves) | none |  |" in lines
    assert "### Options of an element of `shelves`" in lines
    assert "| `height` | integer | required |  |" in lines


class DescribedOptions(PlainOptions):
    """Options with a docstring."""

    colour: str
    """The colour: `red`
    or another one."""


class DescribedBackend(Backend[DescribedOptions]):
    """A backend with an option of its own."""

    Options = DescribedOptions


def test_a_docstring_is_the_meaning_in_the_table_and_in_the_schema():
    lines = tables_of("described", DescribedBackend).splitlines()
    own = [line for line in lines if line.startswith("| `")]
    assert own[0] == "| `colour` | text | required | The colour: `red` or another one. |"
    description = DescribedOptions.model_json_schema()["properties"]["colour"]["description"]
    assert description.split() == ["The", "colour:", "`red`", "or", "another", "one."]


def test_a_page_keeps_what_is_outside_the_comments(tmp_path):
    page = f"before\n{BEGIN}old \\1\n{END}after\n"
    assert with_tables(page, "new \\1\n") == f"before\n{BEGIN}new \\1\n{END}after\n"
