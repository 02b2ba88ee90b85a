"""The template for the name of a line."""

import logging

import pytest

from xivo_dird.phones.number_display import NumberDisplay


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{name}", "Ann"),
        ("{name} (Mobile)", "Ann (Mobile)"),
        ("{name} {empty}", "Ann"),
        ("{empty}", ""),
        ("{{{name}}}", "{Ann}"),
        ("Desk", "Desk"),
        ("{number}", "101"),
    ],
)
def test_a_template_is_filled_with_the_fields_of_the_contact(template, name):
    assert NumberDisplay(template, "office")({"name": "Ann", "empty": "", "number": 101}) == name


def test_a_missing_field_is_logged_once_with_the_column(caplog):
    number_display = NumberDisplay("{name} {floor}", "office")
    with caplog.at_level(logging.INFO):
        assert [number_display({"name": name}) for name in ("Ann", "Bob")] == [None, None]
    (record,) = caplog.records
    assert "office" in record.message
    assert "floor" in record.message
    assert "Ann" not in record.message


def test_a_template_reaches_no_attribute_of_a_value():
    assert "class" not in (NumberDisplay("{name.__class__}", "office")({"name": "Ann"}) or "")
