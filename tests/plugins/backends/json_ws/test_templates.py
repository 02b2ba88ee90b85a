"""Templates: variables, their escapes, and what is refused."""

import pytest

from xivo_dird_backends.json_ws.templates import TextTemplate


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{term}", "O'Brien 100%"),
        ("*{term}*", "*O'Brien 100%*"),
        ("{{{term}}}", "{O'Brien 100%}"),
        ("{term:sql}", "O''Brien 100%"),
        ("{term:sql_like}", "O'Brien 100\\%"),
        ("{term:sql_like,sql}", "O''Brien 100\\%"),
        ("{term:soql}", "O\\'Brien 100%"),
        ("{term:sosl}", "O\\'Brien 100%"),
        ("{signs:sosl}", "\\+49 \\(0\\)30\\-1 a\\\\b"),
        ("{signs:lucene}", "\\+49 \\(0\\)30\\-1 a\\\\b"),
        ("{signs:sql_like}", "+49 (0)30-1 a\\\\b"),
        ("{limit}", "100"),
        ("{session.a+secret.b:md5}", "187ef4436122d1cc2f40dc2b92f0eba0"),
    ],
)
def test_a_template_is_filled(template: str, text: str) -> None:
    values = {
        "term": "O'Brien 100%",
        "signs": "+49 (0)30-1 a\\b",
        "limit": 100,
        "session.a": "a",
        "secret.b": "b",
    }
    assert TextTemplate(template).text(values) == text


def test_a_value_is_no_template() -> None:
    assert TextTemplate("{term}").text({"term": "{secret.key}", "secret.key": "s"}) == "{secret.key}"


def test_a_single_variable_keeps_its_type_in_json() -> None:
    values = {"limit": 100, "cursor": None}
    assert TextTemplate("{limit}").json(values) == 100
    assert TextTemplate("{limit}:").json(values) == "100:"
    assert TextTemplate("{cursor}").json(values) is None
    assert TextTemplate("after {cursor}").text(values) is None


@pytest.mark.parametrize(
    "template", ["{", "}", "a}b", "{a", "{term:shell}", "{term!r}", "{a:{b}}", "{term:,}"]
)
def test_a_template_that_can_not_be_read_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"brace|escape"):
        TextTemplate(template)


@pytest.mark.parametrize("template", ["${file:/etc/key}", "key=${env:KEY}"])
def test_a_reference_outside_of_secrets_is_refused_with_the_right_place(template: str) -> None:
    with pytest.raises(ValueError, match=r"the option secrets, as key, and write \{secret.key\} here"):
        TextTemplate(template)


def test_a_dollar_before_another_variable_is_text() -> None:
    assert TextTemplate("${limit}").text({"limit": 100}) == "$100"
