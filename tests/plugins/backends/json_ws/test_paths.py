"""Paths in answers: what they find, and that no path takes long on any answer."""

import orjson
import pytest

from waiting import assert_prompt
from xivo_dird_backends.json_ws.paths import JsonPath, describe_json

ITEM = {
    "name": "Ada",
    "@odata.id": 7,
    "1": "one",
    "phones": [{"type": "Mobile", "number": "0171"}, {"type": "Work", "number": "2045"}],
    "parent_id": [3, "Acme"],
    "empty": "",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("@", ITEM),
        ("name", "Ada"),
        ("phones[0].number", "0171"),
        ("phones[*].number", ["0171", "2045"]),
        ("phones[?type=='Mobile'].number | [0]", "0171"),
        ("phones[?starts_with(type, 'W')].number", ["2045"]),
        ("parent_id[1]", "Acme"),
        ('"@odata.id"', 7),
        ('"1"', "one"),
        ("empty || name", "Ada"),
        ("not_null(missing, name)", "Ada"),
        ("missing.below[3].it", None),
        ("name.below", None),
        ("length(parent_id)", 2),
        ("length(`5`)", None),
        ("parent_id[0] < parent_id[1]", None),
        ("phones[::0]", None),
    ],
)
def test_a_path_finds_what_is_there(path: str, found: object) -> None:
    assert JsonPath(path).find(ITEM) == found


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "a..b",
            "a[",
            "[@,@]",
            "a.{b: c}",
            "sort_by(@, &a)",
            "map(&a, @)",
            "to_string(@)",
            "unknown(@)",
        ),
        "|".join(["[@,@]"] * 30),
        "(" * 200 + "a" + ")" * 200 + "]",
        "[]" * 100,
    ],
)
def test_a_path_that_is_unknown_or_costly_is_refused(path: str) -> None:
    with assert_prompt(), pytest.raises(ValueError, match=r"JMESPath|supported"):
        JsonPath(path)


@pytest.mark.parametrize(
    "path",
    ["[*]" * 28, "[]" * 14, "*." * 14 + "a", "[?" * 14 + "a" + "]" * 14, "[?@==@]", "@" + "[0]" * 28],
)
def test_no_path_takes_long_on_a_hostile_answer(path: str) -> None:
    answers = [
        b"[" * 1000 + b"]" * 1000,
        b"[" + b"[1]," * 50_000 + b"1]",
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
    ]
    compiled = JsonPath(path)
    for answer in answers:
        with assert_prompt():
            compiled.find(orjson.loads(answer))


def test_a_value_is_described_without_its_content() -> None:
    assert describe_json({"total": 1, "list\n": "Ada"}) == "an object with the keys total, list"
    assert describe_json(dict.fromkeys(map(str, range(50)))).endswith("11, …")
    values: list[object] = [{}, [1], "Ada", 7, True, None]
    assert [describe_json(value) for value in values] == [
        "an empty object",
        "a list",
        "a text",
        "a number",
        "true or false",
        "null",
    ]
