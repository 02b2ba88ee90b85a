"""An index finds names for terms with typing errors, whether or not it compares all entries."""

import pytest

from index_factory import index_factory
from xivo_dird.backend import TextMatch
from xivo_dird.index.format import IndexShape
from xivo_dird.index.similar_entries import similar_entries
from xivo_dird.testing import HOSTILE_TERMS
from xivo_dird.text.typos import SimilarTerm

SHAPE = IndexShape(("name", "number"), ("number",), None, TextMatch.CASE_INSENSITIVE)
NAMES = [
    "Ada Stern",
    "Éric Müller",
    "Zoë O'Neil",
    "Jean-Luc Dupont",
    "Paul Dupond",
    "Arnold Schwarzenegger",
    None,
]
EXPECTED = {
    "stren": ["Ada Stern"],
    "mulller": ["Éric Müller"],
    "oneill": ["Zoë O'Neil"],
    "dupnot": ["Jean-Luc Dupont", "Paul Dupond"],
    "dupondt": ["Jean-Luc Dupont", "Paul Dupond"],
    "schwarzneger": ["Arnold Schwarzenegger"],
    "jean luk": ["Jean-Luc Dupont"],
    "xyzzy": [],
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    people = [{"name": name, "number": f"5{number:04}"} for number, name in enumerate(NAMES)]
    others = [{"name": f"Other {chr(97 + number % 26)}qq", "number": "1"} for number in range(300)]
    with index_factory(tmp_path_factory.mktemp("index")) as build:
        yield build([*people, *others], SHAPE)


@pytest.fixture(params=[2000, 0], ids=["scanned", "preselected"])
def search(request, reader):
    """Return a function that searches by a comparison with all entries, or with preselected ones."""
    return lambda term: reader.search_similar(term, max_scanned=request.param)


@pytest.mark.parametrize("term", EXPECTED)
def test_the_most_similar_names_come_first(search, term):
    assert [entry["name"] for entry in search(term)] == EXPECTED[term]


def test_the_number_of_similar_entries_is_limited(reader):
    found = reader.search_similar("othre")
    assert [entry["name"] for entry in found] == [f"Other {chr(97 + number % 26)}qq" for number in range(100)]
    assert reader.search_similar("othre", max_scanned=306) == []  # nearly all entries have its pieces
    assert len(reader.search_similar("othre", max_scanned=307)) == 100


def test_the_more_similar_name_comes_first_whatever_the_order(search):
    assert [entry["name"] for entry in search("dupond")] == ["Paul Dupond", "Jean-Luc Dupont"]


def test_a_name_with_two_errors_is_found_although_others_have_pieces_of_it(search):
    assert [entry["name"] for entry in search("shwarzeneger")] == ["Arnold Schwarzenegger"]
    assert [entry["name"] for entry in search("arnolt schwarzeneger")] == ["Arnold Schwarzenegger"]


def test_an_entry_with_only_a_part_of_a_piece_is_not_compared(search):
    assert search("dupqqqqq") == []


@pytest.mark.parametrize("term", HOSTILE_TERMS, ids=ascii)
def test_a_hostile_term_is_only_text(search, term):
    assert isinstance(search(term), list)


class RecordingTerm(SimilarTerm):
    """Keeps the texts that were compared with the term."""

    def __init__(self, term):
        super().__init__(term)
        self.compared = []

    def nearest(self, texts):
        self.compared.append(list(texts))
        return super().nearest(self.compared[-1])


@pytest.mark.parametrize(
    ("names", "compared"),
    [
        (["abcxx yyfgh", "abcx", "zfgh"], [["abcxx yyfgh"], ["abcxx yyfgh"]]),
        (["abcx", "abcy"], [[], []]),
        (["abcdx", "efgh", "cdab"], [["abcdx", "efgh"], ["abcdx", "efgh", "cdab"]]),
    ],
)
def test_only_entries_with_all_parts_of_a_piece_are_compared(tmp_path, names, compared):
    others = [f"{letter * 5}" for letter in "klmnoprstuvw" * 3]
    term = RecordingTerm("abcdefgh")
    with index_factory(tmp_path) as build:
        reader = build([{"name": name} for name in [*names, *others]], SHAPE)
        with reader.file.connection() as connection:
            found = similar_entries(connection, term, SHAPE.normalize, len(names + others), max_scanned=0)
    assert term.compared == compared
    assert found == []
