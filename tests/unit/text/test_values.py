"""The texts of a field of any type."""

from xivo_dird.text.values import texts_of


def test_a_field_has_the_texts_of_all_its_elements():
    for value, texts in (
        ("Ada", ["Ada"]),
        ("", [""]),
        (None, []),
        (12, ["12"]),
        (True, ["True"]),
        (["1", None, 2, ["3"]], ["1", "2", "3"]),
        (("1", "2"), ["1", "2"]),
        ({"1"}, ["1"]),
        (frozenset({"1"}), ["1"]),
        ({"home": "1", "work": ["2", {"x": 3}]}, ["1", "2", "3"]),
        ([], []),
    ):
        assert texts_of(value) == texts, value
