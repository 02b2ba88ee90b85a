"""Names of callers that are safe in the dialplan of a PBX."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.bounds import DEFAULT_CALLER_NAME_CHARACTERS
from xivo_dird.phones.dialplan import REMOVED, REPLACED, dialplan_name

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SPECIAL = "\"<>,;:\\$|`()[]{}%^*?#'&"
ANY_TEXT = st.text(st.one_of(st.characters(exclude_categories=[]), st.sampled_from(SPECIAL + BIDI_CONTROLS)))

NAMES = [
    ("Ann Lee", "Ann Lee"),
    ("", ""),
    (" \t ", ""),
    ("Ann\r\nLee", "Ann Lee"),
    ("Ann\u00a0\u3000 Lee", "Ann Lee"),
    ("A\x00n\x07n\x1b[2J\x85Lee", "Ann2J Lee"),
    ('Lee, Ann "Nan"', "Lee Ann Nan"),
    ("Müller (Büro)", "Müller Büro"),
    ("Support: Level 2", "Support Level 2"),
    ("O'Neil", "O\u2019Neil"),
    ("R&D", "R+D"),
    ("Müller & Söhne", "Müller + Söhne"),
    ("100% Ann", "100 Ann"),
    ("Ann-Marie St. John/Doe @home 2 +1 = _~!", "Ann-Marie St. John/Doe @home 2 +1 = _~!"),
    (f"{BIDI_CONTROLS}Ada{BIDI_CONTROLS}5551", "Ada5551"),
    ("\ufeffAda\u200b\u00ad", "Ada"),
    ("\ud800\ue000\uffff", ""),
    ("Zoe\u0301", "Zo\u00e9"),
    ("Zoe\u200b\u0301", "Zo\u00e9"),
    ("محمد علي", "محمد علي"),
    ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
    ("\u200dAnn\u200d", "Ann"),
    ("\u3164\uffa0\u115f\u1160\u2800\u034f\u17b4 \u17b5", ""),
    ("\ufe0f \U000e0101", ""),
    ("\u3164Ann\u3164Lee", "AnnLee"),
    ("\u2764\ufe0f Ann", "\u2764\ufe0f Ann"),
    ("👩\u200d💻 Zoé", "👩\u200d💻 Zoé"),
    ("$(reboot) ${EXTEN} $[1+1] `id`; rm | sh > x", "reboot EXTEN 1+1 id rm sh x"),
    ('Ann")n(SHELL(id)', "AnnnSHELLid"),
    ("Ann):System(id", "AnnSystemid"),
]

TRANSLITERATED = [
    ("Jérôme Müller", "Jerome Muller"),
    ("Łukasz Ørsted", "Lukasz Orsted"),
    ("Straße", "Strasse"),
    ("Иван Иванов", "Ivan Ivanov"),
    ("Γιώργος", "Giorgos"),
    ("Đặng Thị", "Dang Thi"),
    ("王伟", "WangWei"),
    ("O'Neil", "ONeil"),
    ("O\u2019Neil", "ONeil"),
    ("R&D", "R+D"),
    ("\u201cAnn\u201d \u2039Lee\u203a \uff1b \uff04\uff5bx\uff5d", "Ann Lee x"),
    ("👩\u200d💻 Zoe\u0301", "Zoe"),
    ("☎", ""),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_a_name_is_one_line_without_special_characters(name: str, shown: str) -> None:
    assert dialplan_name(name) == shown


@pytest.mark.parametrize(("name", "shown"), TRANSLITERATED)
def test_a_name_is_transliterated_to_ascii(name: str, shown: str) -> None:
    assert dialplan_name(name, is_ascii=True) == shown


def test_exactly_these_characters_are_removed_or_replaced() -> None:
    printable = "".join(map(chr, range(0x21, 0x7F)))
    kept = {character for character in printable if dialplan_name(character) == character}
    assert {*printable} - kept == {*SPECIAL} == {*REMOVED, *REPLACED}


@given(ANY_TEXT, st.integers(1, 256), st.booleans())
def test_no_text_has_anything_special(text: str, max_characters: int, is_ascii: bool) -> None:
    name = dialplan_name(text, max_characters, is_ascii=is_ascii)
    assert len(name) <= max_characters
    assert not {*name} & {*SPECIAL, *BIDI_CONTROLS}
    assert not re.search(r"[^\S ]|  |^ | $", name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Cn", "Zl", "Zp"}
    assert name.isascii() or not is_ascii
    assert dialplan_name(name, max_characters, is_ascii=is_ascii) == name


@pytest.mark.parametrize(
    ("name", "max_characters", "beginning"),
    [
        ("Ann Lee", 7, "Ann Lee"),
        ("Ann Lee", 4, "Ann"),
        ("Ann Lee", 1, "A"),
        ('"Ann" Lee', 7, "Ann Lee"),
        ("Zoe\u0301 Lee", 3, "Zo\u00e9"),
        ("👩\u200d💻", 2, "👩"),
        ("x" * 1000, 256, "x" * 256),
    ],
)
def test_a_long_name_is_cut_after_it_was_made_safe(name: str, max_characters: int, beginning: str) -> None:
    assert dialplan_name(name, max_characters) == beginning


def test_a_name_has_at_most_80_characters_by_default() -> None:
    assert dialplan_name("x" * 100_000) == "x" * 80 == "x" * DEFAULT_CALLER_NAME_CHARACTERS


def test_transliterated_letters_count_for_the_length() -> None:
    assert dialplan_name("ЩЩ", 5, is_ascii=True) == "ShchS"
