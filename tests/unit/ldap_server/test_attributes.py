"""The attributes of entries, from the fields of contacts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.ldap_server.attributes import AttributeMap, attribute_key, is_number


def digits(text):
    return "".join(character for character in text if character.isdigit())


def column(field, kind=None, title=None, default=None):
    return DisplayColumn(title=title, type=kind, field=field, default=default)


def entry(fields, columns=(), configured=None):
    display = Display(uuid="d", tenant_uuid="t", name="desk", columns=tuple(columns))
    contact = Contact(source="crew", backend="csv", source_entry_id="1", fields=fields)
    return AttributeMap(display, configured or {}, digits).entry(contact, "uid=crew:1", "crew:1").values


@pytest.mark.parametrize(
    ("field", "title", "attribute"),
    [
        ("number", "Phone", "telephonenumber"),
        ("mobile", "Mobile", "mobile"),
        ("fax", None, "facsimiletelephonenumber"),
        ("pager", None, "pager"),
        ("x", "Softphone", "ipphone"),
    ],
)
def test_a_column_of_numbers_is_an_attribute_of_numbers(field, title, attribute):
    assert entry({field: "20 45"}, [column(field, "number", title)])[attribute] == ["2045"]


def test_a_number_without_digits_is_left_out():
    assert "telephonenumber" not in entry({"number": "n/a"}, [column("number", "number")])


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"firstname": "Ada", "lastname": "Stern"}, ("Ada Stern", "Stern")),
        ({"lastname": "Stern"}, ("Stern", "Stern")),
        ({"email": "ada@example.org"}, ("ada@example.org", "ada@example.org")),
        ({"name": "Ada Stern"}, ("Ada Stern", "Stern")),
        ({}, ("crew:1", "crew:1")),
    ],
)
def test_an_entry_has_the_names_that_a_person_must_have(fields, names):
    values = entry(fields, [column("name", "name")])
    assert (values["cn"][0], values["sn"][0]) == names


def test_configured_fields_replace_those_of_columns():
    values = entry({"name": "Ada", "alias": "Countess"}, [column("name", "name")], {"cn": ("alias",)})
    assert (values["cn"], values["displayname"]) == (["Countess"], ["Ada"])


FIELDS = st.dictionaries(
    st.sampled_from(["name", "firstname", "lastname", "number", "email"]),
    st.text(max_size=20)
    | st.none()
    | st.integers()
    | st.booleans()
    | st.lists(st.text(max_size=5), max_size=3),
)


@given(FIELDS)
def test_any_contact_is_an_entry_of_lines_without_empty_values(fields):
    values = entry(fields, [column("name", "name"), column("number", "number")])
    assert all(values.values())
    assert {"cn", "sn", "uid", "objectclass", "displayname"} <= values.keys()
    texts = [text for key, found in values.items() if key != "uid" for text in found]
    assert all(text and len(text.splitlines()) == 1 for text in texts)
    assert all(text.isdigit() for key in values if is_number(key) for text in values[key])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("CN", "cn"),
        ("surname", "sn"),
        ("2.5.4.20", "telephonenumber"),
        ("cn;lang-de", None),
        ("userPassword", None),
        ("", None),
    ],
)
def test_an_attribute_has_several_names(name, key):
    assert attribute_key(name) == key
