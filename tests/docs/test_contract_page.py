"""docs/api-0.1.md: every section that comments cite exists."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api-0.1.md"
CITATION = re.compile(r"contract sections? (\d+(?:\.\d+)*(?:(?:, | and | to )\d+(?:\.\d+)*)*)")


def citations() -> Iterator[tuple[Path, str]]:
    for folder in ("xivo_dird", "plugins", "tests", "benchmarks"):
        for file in (ROOT / folder).rglob("*.py"):
            for cited in CITATION.findall(file.read_text(encoding="utf-8")):
                yield from (
                    (file.relative_to(ROOT), number) for number in re.findall(r"\d+(?:\.\d+)*", cited)
                )


def test_every_section_that_is_cited_exists() -> None:
    sections = set(re.findall(r"^#+ (\d+(?:\.\d+)*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    cited = list(citations())
    assert len(cited) > 90
    assert [(file, number) for file, number in cited if number not in sections] == []


def test_every_citation_of_a_section_names_its_document() -> None:
    bare = re.compile(r"(?<!contract )(?<!RFC \d{4} )\bsections? \d")
    files = [file for folder in ("xivo_dird", "plugins") for file in (ROOT / folder).rglob("*.py")]
    assert [file for file in files if bare.search(file.read_text(encoding="utf-8"))] == []
