"""The format of an index file: a later release opens the files of an earlier one, so it changes with its version."""

from datetime import timedelta
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from xivo_dird.backend import Environment, SnapshotBackend, SourceOptions, TextMatch
from xivo_dird.index.format import (
    COMPANY_KEY_RANGE,
    SCHEMA,
    IndexShape,
    id_keys,
    number_key_range,
    number_keys,
    word_key_range,
    word_keys,
)
from xivo_dird.index.grams import encode_texts
from xivo_dird.numbers.written import STEM_KEYS
from xivo_dird.text.keypad import CODE_LENGTH

SHAPE = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE, '{"path": "x"}')


class Options(SourceOptions):
    """Options of all kinds whose text needs care."""

    separator: str = ";"
    kinds: frozenset[int | str] = frozenset()
    columns: tuple[int, ...] = (2, 1)
    pause: timedelta = timedelta(seconds=5)
    password: SecretStr = SecretStr("secret")


class Listing(SnapshotBackend[Options]):
    Options = Options
    unique_column = "id"
    text_match = TextMatch.CASE_AND_ACCENT_INSENSITIVE

    def version(self, caller):
        return "1"

    def entries(self, caller):
        return []


def shape_of(**options):
    return IndexShape.of_backend(
        Listing(
            Options(name="people", **options),
            Environment("s", "t", Listing.Settings(), Path("unused")),
        )
    )


def test_the_format_changes_only_with_its_version():
    """Increase `FORMAT_VERSION` with each change here: otherwise files of earlier releases are read wrongly."""
    assert SHAPE.fingerprint("1") == "674cb227b77963ca98c24f4bf402ea79"
    without_options = IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE)
    assert without_options.fingerprint("1") == "af90fea77ea077078d7063c4e20bf24d"
    assert blake2b(";".join(SCHEMA).encode(), digest_size=8).hexdigest() == "09b1eec7059fd70f"
    assert number_keys("Ada", 5) == [3264951821076004869]
    assert number_keys("+33144556677", 5) == [5223759784850751493]
    assert number_keys("030 12345-0", 5) == [4747421165889257477, 5944673879816404997]
    assert id_keys("Ada", 5) == [3260582970678837253]
    assert id_keys("\ud800", 5) == [504882303743295493]
    assert word_keys("Ada-Eve Ross", 5) == [-8442631478407331835, -8106781141987491835, -7218972925439770619]
    assert number_key_range(556676) == (5223757753331220480, 5223758852842848255)
    assert word_key_range("23") == (-8449176987091599360, -8428252796557459457)
    assert COMPANY_KEY_RANGE == (5931099971758587904, 7030611599534587903)
    assert encode_texts(["Ada", "\u00e9"]) == ["A\u0564\u0461\u041f\u041f", "\u04c3\u04a9\u041f\u041f"]


def test_every_kind_of_key_has_a_range_of_its_own():
    """No key of one kind is taken for one of another, whatever the last entry is."""
    last = 2**30 - 1
    longest = "9" * CODE_LENGTH
    words = (word_key_range("0" * CODE_LENGTH)[0], word_key_range(longest)[1])
    numbers = (number_key_range(0)[0], number_key_range(STEM_KEYS.start - 1)[1])
    plain = (min(id_keys("Ada", 0)), max(number_keys("Ada", last)))
    ranges = [words, plain, numbers, COMPANY_KEY_RANGE]
    assert all(earlier[1] < later[0] for earlier, later in pairwise(ranges))
    assert words[0] >= -(2**63)
    assert words[1] < 0
    assert COMPANY_KEY_RANGE[1] < 2**63
    for text, (lowest, highest) in (
        ("030 12345", number_key_range(12345)),
        ("+33144556677", number_key_range(556677)),
        ("\ud800 +33144556677", number_key_range(556677)),
    ):
        assert all(lowest <= key <= highest for entry in (0, last) for key in number_keys(text, entry))


def test_words_have_the_keys_of_the_digits_that_begin_them():
    for digits, words in (("2", "Ada"), ("232", "ada"), ("2327", "Adas"), ("999999999", "zzzzzzzzz")):
        lowest, highest = word_key_range(digits)
        assert all(lowest <= key <= highest for entry in (0, 2**30 - 1) for key in word_keys(words, entry))
    lowest, highest = word_key_range("232")
    assert not any(lowest <= key <= highest for word in ("Ad", "Abe", "Adg") for key in word_keys(word, 0))


def test_a_fingerprint_has_all_that_changes_the_content_of_a_file():
    shapes = [
        SHAPE,
        IndexShape(("name", "mail"), ("number",), "id", TextMatch.CASE_INSENSITIVE, '{"path": "x"}'),
        IndexShape(("name",), ("number", "mail"), "id", TextMatch.CASE_INSENSITIVE, '{"path": "x"}'),
        IndexShape(("name",), ("number",), None, TextMatch.CASE_INSENSITIVE, '{"path": "x"}'),
        IndexShape(("name",), ("number",), "id", TextMatch.CASE_AND_ACCENT_INSENSITIVE, '{"path": "x"}'),
        IndexShape(("name",), ("number",), "id", TextMatch.CASE_INSENSITIVE),
    ]
    fingerprints = [shape.fingerprint("1") for shape in shapes] + [SHAPE.fingerprint("2")]
    assert len(set(fingerprints)) == len(fingerprints)
    assert all(len(fingerprint) == 32 for fingerprint in fingerprints)


def test_the_shape_of_a_backend_has_its_own_options():
    shape = shape_of(searched_columns=["name"], first_matched_columns=["number"], kinds=["b", 2, "a", 10])
    assert shape == IndexShape(
        ("name",),
        ("number",),
        "id",
        TextMatch.CASE_AND_ACCENT_INSENSITIVE,
        '{"columns": [2, 1], "kinds": [10, 2, "a", "b"], "password": "**********",'
        ' "pause": "PT5S", "separator": ";"}',
    )


@pytest.mark.parametrize(
    ("option", "value"), [("separator", ","), ("columns", [1, 2]), ("kinds", ["a"]), ("pause", 6)]
)
def test_an_option_that_changes_makes_another_index(option, value):
    assert shape_of(**{option: value}).fingerprint("1") != shape_of().fingerprint("1")


def test_the_name_and_the_password_of_a_source_do_not_change_its_index():
    other = shape_of(password="other", format_columns={"a": "b"})
    assert other.fingerprint("1") == shape_of().fingerprint("1")
