"""The templates of `format_columns`."""

import pytest

from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.template import compile_template, find_template_error

FIELDS = {
    "a": "Ada",
    "b": "Stern",
    "none": None,
    "id": 17,
    "list": ["one", "two"],
    "map": {"key": "value", "deep": ["x"]},
    "blank": "  ",
    "Tel. privat": "030 1",
    "Phone: work": "030 2",
    "Name (Firma)": "Acme",
    "E-mail 1 - Value": "a@example.org",
    "U.S. phone": "425",
    "Fax!": "030 3",
    "Nr.": "7",
    "dotted.name": "dots",
    "list[0]": "a column",
    "wide:>5": "spec",
    "2024": "a year",
    "unset. name": None,
    "% of time": "50",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{a} {b}", "Ada Stern"),
        ("{a} {missing}", "Ada"),
        ("{a} {none}", "Ada"),
        ("{id}", "17"),
        ("{list[1]}", "two"),
        ("{map[key]}", "value"),
        ("{map[deep][0]}", "x"),
        ("{a:.2}", "Ad"),
        ("{{{a}}}", "{Ada}"),
        ("plain", "plain"),
        ("{blank}", None),
        ("", None),
        ("{missing}", None),
        ("Dr {list[9]}", None),
        ("Dr {list[2]}", None),
        ("|{list[0]:>5}|", "|  one|"),
        ("{a[0]}{a[2]}", "Aa"),
        ("Dr {a[3]}", None),
        ("Dr {map[deep][x]}", None),
        ("|{a:>5}|{none:>3}|", "|  Ada|   |"),
        ("{a} {none[0]}", None),
        (" {a}  {b} ", "Ada  Stern"),
        ("{blank}{blank}", None),
        ("Dr {map[nope]}", None),
        ("Dr {missing[0]}", None),
        ("Dr {0}", None),
        ("Dr {}", None),
        ("Dr {a.__class__}", None),
        ("Dr {a!r}", None),
        ("Dr {a", None),
        ("Dr {a:>999999999}", None),
        ("Dr {list[-1]}", None),
        ("{Tel. privat}", "030 1"),
        ("{a}: {Phone: work}", "Ada: 030 2"),
        ("{Name (Firma)}", "Acme"),
        ("{E-mail 1 - Value}", "a@example.org"),
        ("{U.S. phone}", "425"),
        ("{Fax!} {Nr.}", "030 3 7"),
        ("{dotted.name}", "dots"),
        ("{list[0]}", "a column"),
        ("{wide:>5}", "spec"),
        ("{2024}", "a year"),
        ("{% of time} %", "50 %"),
        ("{a} {unset. name}", "Ada"),
        ("{a} {Tel. mobil}", "Ada"),
        ("{a} {Phone: home}", "Ada"),
        ("{a} {dotted.other}", None),
        ("{a} {list[0}", None),
        ("{a} {map[deep][0]} {Tel. privat}", "Ada x 030 1"),
        ("}a{", None),
    ],
)
def test_a_template_is_filled_in_as_the_contract_requires(template, text):
    assert compile_template(template)(FIELDS) == text


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{a", "a single '{': double it if it is text"),
        ("a}", "a single '}': double it if it is text"),
        ("{a} {0} {a.b}", "{0} is neither a field nor an element of one"),
        ("{}", "{} is neither a field nor an element of one"),
        ("{a.b}", "{a.b} is neither a field nor an element of one"),
        ("{a!r}", "{a!r} is neither a field nor an element of one"),
        ("{a} {{b}} {list[0]} {Tel. privat} {Phone: work}", None),
    ],
)
def test_a_template_that_is_always_null_has_an_error(template, error):
    assert find_template_error(template) == error


def test_a_column_may_use_its_original_value_and_earlier_columns():
    contact_format = ContactFormat("crew", "csv", None, {"a": "Dr {a}", "full": "{a} {b}", "zz": "{full}?"})
    assert contact_format.format({"a": "Ada", "b": "Stern"}).fields == {
        "a": "Dr Ada",
        "b": "Stern",
        "full": "Dr Ada Stern",
        "zz": "?",
    }


def test_the_entry_id_is_read_before_formatting():
    contact_format = ContactFormat("crew", "csv", "id", {"id": "changed"})
    contact = contact_format.format({"id": 17})
    assert (contact.source_entry_id, contact.fields["id"]) == ("17", "changed")


@pytest.mark.parametrize(("column", "entry"), [(None, {"id": "1"}), ("id", {}), ("id", {"id": None})])
def test_an_entry_without_its_unique_column_has_no_id(column, entry):
    assert ContactFormat("crew", "csv", column, {}).format(entry).source_entry_id is None


@pytest.mark.parametrize("template", ["{x}{y}", "{x:}{y}", "{x[0]}{y}"])
def test_a_template_inserts_up_to_64_kibibytes_of_characters(template):
    fill = compile_template(template)
    half = "x" * (32 * 1024)
    value = [half] if "[" in template else half
    assert fill({"x": value, "y": half}) == 2 * half
    assert fill({"x": value, "y": half + "x"}) is None
