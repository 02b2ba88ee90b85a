"""Tables of the terminal are aligned, and values can't control the terminal."""

from xivo_dird.process.diagnosis.text_table import MAX_CELL_WIDTH, cell_text, format_table


def test_columns_are_as_wide_as_their_longest_text():
    assert format_table(("a", "number"), [("Ada", "1"), ("x", None)], "  ") == [
        "  a    number",
        "  ---  ------",
        "  Ada  1",
        "  x",
    ]


def test_wide_characters_and_accents_are_aligned():
    lines = format_table(("n", "x"), [("王", 1), ("e\u0301", 2)])
    assert lines[2:] == ["王  1", "e\u0301   2"]


def test_long_texts_are_cut_but_those_of_the_last_column():
    lines = format_table(("a", "b"), [("x" * 100, "y" * 100)])
    assert lines[2] == f"{'x' * (MAX_CELL_WIDTH - 1)}…  {'y' * 100}"


def test_a_value_is_one_line_without_control_characters():
    assert cell_text("a\n\tb\x1b[2J\u202e") == "a b?[2J?"
    assert cell_text(["1", "2"]) == "1, 2"
