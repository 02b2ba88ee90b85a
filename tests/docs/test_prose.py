"""All pages: lines of at most 100 columns, links to files that exist, and nothing that a merge has left."""

import re
from pathlib import Path

import pytest

from docs.option_words import slug

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
MAX_COLUMNS = 100


def name_of(page: Path) -> str:
    """Return the path of a page in the project."""
    return page.relative_to(ROOT).as_posix()


def without_code(page: Path) -> str:
    """Return the text of a page without its blocks of code."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_lines_of_prose_have_at_most_100_columns(page: Path) -> None:
    """Ignore tables and code, which cannot be wrapped."""
    lines = [line for line in without_code(page).splitlines() if not line.startswith("|")]
    unbreakable = re.compile(r"`[^`]{60,}`|\]\([^)]+\)")
    long = [line for line in lines if len(line) > MAX_COLUMNS and not unbreakable.search(line)]
    assert long == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_has_the_two_sides_of_a_merge(page: Path) -> None:
    assert re.findall(r"^(?:<{7} .*|={7}|>{7} .*)$", page.read_text(encoding="utf-8"), re.MULTILINE) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_section_leads_to_its_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)#: ]*)#([^)]+)\)", without_code(page))
    targets = [(page.parent / file if file else page, anchor) for file, anchor in links]
    assert [
        (name_of(file.resolve()), anchor) for file, anchor in targets if anchor not in anchors(file)
    ] == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", without_code(page), re.MULTILINE)}
