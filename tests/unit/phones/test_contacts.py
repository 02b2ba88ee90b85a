"""The conversion of contacts into names and numbers, by the columns of a display."""

import pytest

from xivo_dird.directory.contact import ContactFormat
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.phones.contacts import MAX_NUMBERS, PhonePresentation, number_kind
from xivo_dird.phones.dialled_number import dialled_number
from xivo_dird.phones.model import PhoneDirectory

NAME = DisplayColumn(type="name", field="name", title="Name")
OFFICE = DisplayColumn(type="number", field="office", title="Office")
MOBILE = DisplayColumn(type="number", field="mobile", title="Mobile")
HOME = DisplayColumn(type="number", field="home", title="Home")
FORMAT = ContactFormat("people", "csv", "id", {})


def presentation(*columns):
    return PhonePresentation(Display("d", "t", "d", columns) if columns else None, dialled_number)


def shown(columns, **fields):
    contacts = presentation(*columns).contacts([FORMAT.format(fields)])
    return [(line.name, line.number) for line in PhoneDirectory(list(contacts)).sorted_lines()]


@pytest.mark.parametrize(
    ("numbers", "lines"),
    [
        ({"office": "101", "mobile": "555"}, [("Ann", "101"), ("Ann (mobile)", "555")]),
        ({"office": "", "mobile": "555"}, [("Ann", "555")]),
        ({"office": None, "mobile": None}, []),
        ({}, []),
        ({"office": "n/a", "mobile": "555"}, [("Ann", "555")]),
        ({"office": "n/a", "mobile": "+"}, []),
        ({"office": 101, "mobile": "555"}, [("Ann", "101"), ("Ann (mobile)", "555")]),
        ({"office": ["101", "102"]}, [("Ann", "101"), ("Ann (office)", "102")]),
        ({"office": {"a": "101", "b": None}}, [("Ann", "101")]),
    ],
)
def test_the_first_number_has_the_bare_name_each_further_one_a_suffix(numbers, lines):
    assert shown((NAME, OFFICE, MOBILE), name="Ann", **numbers) == lines


def test_the_order_of_the_columns_decides_which_number_is_the_first():
    assert shown((MOBILE, OFFICE, NAME), name="Ann", office="1", mobile="2") == [
        ("Ann", "2"),
        ("Ann (office)", "1"),
    ]


def test_a_contact_has_a_limited_number_of_numbers():
    lines = shown((NAME, *[OFFICE] * 1000), name="Ann", office="101")
    assert len(lines) == MAX_NUMBERS


def test_a_column_with_number_display_names_its_lines():
    office = OFFICE.model_copy(update={"number_display": "{name}, {floor}"})
    fields = {"name": "Ann", "floor": "3rd", "office": "1", "mobile": "2"}
    assert shown((NAME, office, MOBILE), **fields) == [("Ann (mobile)", "2"), ("Ann, 3rd", "1")]


def test_a_contact_without_a_field_of_number_display_has_no_such_line():
    office = OFFICE.model_copy(update={"number_display": "{name}, {floor}"})
    assert shown((NAME, office, MOBILE), name="Ann", office="1", mobile="2") == [("Ann (mobile)", "2")]


def test_an_empty_number_display_names_the_line_by_its_number():
    office = OFFICE.model_copy(update={"number_display": "{floor}"})
    assert shown((NAME, office), name="Ann", floor="", office="1") == [("1", "1")]


@pytest.mark.parametrize("name", [None, "", " \t", "\x07\u202e"])
def test_a_contact_without_a_name_has_its_number_as_the_name(name):
    (contact,) = presentation(NAME, OFFICE).contacts([FORMAT.format({"name": name, "office": "101"})])
    assert (contact.name, contact.first_name, contact.last_name) == ("101", "101", "")
    assert shown((NAME, OFFICE), name=name, office="101") == [("101", "101")]


def test_a_column_has_its_default_for_a_contact_without_the_field():
    office = OFFICE.model_copy(update={"default": "0"})
    assert shown((NAME, office), name="Ann") == [("Ann", "0")]


def test_a_column_without_a_title_gives_no_suffix():
    mobile = MOBILE.model_copy(update={"title": None})
    assert shown((NAME, OFFICE, mobile), name="Ann", office="1", mobile="2") == [("Ann", "1"), ("Ann", "2")]


def test_without_a_display_nobody_has_a_number():
    assert shown((), name="Ann", office="1") == []


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"name": "Ann van Lee"}, ("Ann", "van Lee")),
        ({"name": "Cher"}, ("Cher", "")),
        ({"name": "Ann van Lee", "first": "Ann", "last": "Lee"}, ("Ann", "Lee")),
        ({"name": "Lee, Ann", "first": "", "last": "Lee"}, ("", "Lee")),
    ],
)
def test_the_parts_of_a_name_are_those_of_the_display_or_its_words(fields, parts):
    first = DisplayColumn(type="firstname", field="first")
    last = DisplayColumn(type="lastname", field="last")
    (contact,) = presentation(NAME, first, last, OFFICE).contacts([FORMAT.format({**fields, "office": "1"})])
    assert (contact.first_name, contact.last_name) == parts


@pytest.mark.parametrize(
    ("field", "title", "kind"),
    [
        ("mobile", None, "mobile"),
        ("number2", "Handy", "mobile"),
        ("cell_phone", "Phone", "mobile"),
        ("home", "Home", "home"),
        ("number3", "Domicile", "home"),
        ("fax", "Fax", "other"),
        ("number", "Office", "work"),
        ("telephone", None, "work"),
    ],
)
def test_the_kind_of_a_number_follows_from_its_column(field, title, kind):
    assert number_kind(DisplayColumn(type="number", field=field, title=title)) == kind
