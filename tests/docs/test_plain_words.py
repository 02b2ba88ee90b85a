"""The rules on words of CONTRIBUTING.md: plain verbs, MAX or MIN in limits, short test names, unique class names."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("xivo_dird", "plugins")
MAX_TEST_NAME = 70
LIMIT_IN_OTHER_WORDS = re.compile(r"_?(MOST|LEAST|LONGEST|SHORTEST|LARGEST|SMALLEST|FEWEST|SLOWEST)(_|$)")
UNUSUAL_VERBS = {
    *(
        "Answer",
        "Ask",
        "Become",
        "Bring",
        "Do",
        "Give",
        "Have",
        "Hear",
        "Judge",
        "Know",
        "Lend",
        "Let",
        "Make",
    ),
    *("Say", "See", "Take", "Tell", "Whether"),
}


@cache
def modules(folder: str) -> list[tuple[str, ast.Module]]:
    """Return the path and the syntax tree of every file below a folder."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_bytes())) for path in paths]


def nodes(folders: Iterable[str]) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of every file below the folders, with the path of the file."""
    for folder in folders:
        for path, module in modules(folder):
            for node in ast.walk(module):
                yield path, node


def functions(*folders: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every function below the folders, with the path of its file."""
    return ((path, node) for path, node in nodes(folders) if isinstance(node, ast.FunctionDef))


def test_no_two_classes_share_a_name():
    names = Counter(node.name for _, node in nodes(PRODUCT) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_docstrings_begin_with_a_plain_verb():
    documented = (
        (path, node, ast.get_docstring(node)) for path, node in functions(*PRODUCT, "tests", "benchmarks")
    )
    first_words = {
        (path, node.name, text.split()[0].strip(".,:;")) for path, node, text in documented if text
    }
    assert {found for found in first_words if found[2] in UNUSUAL_VERBS} == set()


def test_limits_are_called_max_or_min():
    names = {
        (path, node.id)
        for path, node in nodes((*PRODUCT, "tests", "benchmarks"))
        if isinstance(node, ast.Name)
    }
    assert {found for found in names if LIMIT_IN_OTHER_WORDS.match(found[1])} == set()


def test_names_of_tests_are_short_sentences():
    names = {(path, node.name) for path, node in functions("tests") if node.name.startswith("test_")}
    assert {found for found in names if len(found[1]) > MAX_TEST_NAME} == set()
