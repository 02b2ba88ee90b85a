"""The tables of characters."""

from xivo_dird.character_map import MAX_CHARACTERS, CharacterMap


def test_each_character_is_converted_once():
    converted = []

    def convert(character: str) -> str:
        converted.append(character)
        return character.upper()

    assert "ada".translate(CharacterMap(convert)) == "ADA"
    assert converted == ["a", "d"]


def test_a_full_table_is_emptied_and_converts_as_before():
    table = CharacterMap(str.lower)
    text = "".join(map(chr, range(2 * MAX_CHARACTERS)))
    assert text.translate(table) == "".join(map(str.lower, text))
    assert len(table) <= MAX_CHARACTERS
    assert "ADA".translate(table) == "ada"
