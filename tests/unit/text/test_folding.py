"""Texts that people consider equal fold to the same text."""

import unicodedata

import pytest

from xivo_dird.text.folding import SEPARATOR, fold, storable


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("DUPONT", "dupont"),
        ("Jérôme", "jerome"),
        ("Strauß", "strauss"),
        ("GROẞ", "gross"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("Ægir", "aegir"),
        ("İstanbul", "istanbul"),
        ("Diyarbak\u0131r", "diyarbakir"),
        ("ﬁn", "fin"),
        ("Αθήνα", "αθηνα"),
        ("ΟΔΟΣ", "οδοσ"),
        ("Дмитрий", "дмитрии"),
    ],
)
def test_folding_ignores_case_and_accents(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("name", ["Jérôme Müller", "Søren Åberg", "Дмитрий", "한국어", "がぎ", "हिन्दी"])
def test_composed_and_decomposed_forms_fold_to_the_same_text(name):
    assert fold(unicodedata.normalize("NFC", name)) == fold(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize("name", ["Иванов", "محمد", "田中", "한국어", "हिन्दी", "\N{GRINNING FACE}"])
def test_letters_of_other_scripts_are_not_removed(name):
    assert fold(name)


def test_letters_that_differ_by_more_than_an_accent_remain_different():
    assert fold("が") != fold("か")
    assert fold("ы") != fold("и")


def test_folding_twice_changes_nothing():
    text = "".join(map(chr, range(0x20, 0x600)))
    assert fold(fold(text)) == fold(text)


def test_thousands_of_combining_marks_fold_to_their_letter():
    assert fold("e" + "\u0301\u0323" * 50_000) == "e"


def test_unstorable_texts_become_storable_and_remain_different():
    texts = ["a\0b", "a" + SEPARATOR + "b", "a\ud800b", "a\udfffb", "ab"]
    stored = [storable(text) for text in texts]
    assert len(set(stored)) == len(texts)
    assert all(text.encode() and SEPARATOR not in text and "\0" not in text for text in stored)


def test_plain_text_is_stored_unchanged():
    assert storable("Jérôme %_*") == "Jérôme %_*"
