"""An index finds names with a typing error, in small directories and in those that are too large to be compared."""

import threading

import pytest

from xivo_dird.backend import TextMatch
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.testing import HOSTILE_TERMS

NAMES = [
    "Ada Stern",
    "Éric Müller",
    "Zoë O'Neil",
    "Jean-Luc Dupont",
    "Paul Dupond",
    "Arnold Schwarzenegger",
    None,
]
FOUND = {
    "stren": ["Ada Stern"],
    "mulller": ["Éric Müller"],
    "oneill": ["Zoë O'Neil"],
    "dupnot": ["Jean-Luc Dupont", "Paul Dupond"],
    "dupondt": ["Jean-Luc Dupont", "Paul Dupond"],
    "schwarzneger": ["Arnold Schwarzenegger"],
    "jean luk": ["Jean-Luc Dupont"],
    "xyzzy": [],
}


@pytest.fixture(params=[2000, 0], ids=["few", "many"])
def reader(request, tmp_path, monkeypatch):
    monkeypatch.setattr("xivo_dird.index.similar_entries.FEW", request.param)
    shape = IndexShape(("name", "number"), ("number",), None, TextMatch.CASE_INSENSITIVE)
    files = IndexFiles(tmp_path, shape, threading.Event())
    people = [{"name": name, "number": f"5{number:04}"} for number, name in enumerate(NAMES)]
    others = [{"name": f"Other {chr(97 + number % 26)}qq", "number": "1"} for number in range(300)]
    reader = files.adopt_or_build("1", lambda: [*people, *others])
    yield reader
    reader.close()


def test_the_most_similar_names_come_first(reader):
    for term, names in FOUND.items():
        assert [entry["name"] for entry in reader.search_similar(term)] == names, term


def test_a_long_list_of_guesses_is_cut(reader):
    assert len(reader.search_similar("othre")) in {0, 100}


@pytest.mark.parametrize("term", HOSTILE_TERMS, ids=ascii)
def test_a_hostile_term_is_only_text(reader, term):
    assert isinstance(reader.search_similar(term), list)
