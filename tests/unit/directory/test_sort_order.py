"""The order of entries is that of the contacts that they are shown as."""

import pickle

import pytest

from xivo_dird.directory.contact import ContactFormat, columns_behind
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.text.sort_key import value_key

COLUMNS = (
    ("name", "{firstname} {lastname}"),
    ("title", "{name}, {city}"),
    ("odd", "{missing[0]}"),
    ("broken", "{"),
    ("first", "{emails[0]}"),
)
ENTRY = {"firstname": "Zoë", "lastname": "Bell", "city": "Bern", "emails": ["b@example.org", "a@example.org"]}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "Zoë Bell"),
        ("title", "Zoë Bell, Bern"),
        ("city", "Bern"),
        ("first", "b@example.org"),
        ("emails", "b@example.org"),
        ("odd", ""),
        ("broken", ""),
        ("unknown", ""),
    ],
)
def test_the_key_of_an_entry_is_that_of_its_contact(field, text):
    order = SortOrder((field, "name"))
    contact = ContactFormat("source", "backend", "city", dict(COLUMNS)).format(ENTRY)
    found = EntryOrder(order, COLUMNS).key_and_text(ENTRY)
    assert found == (order.key(contact.fields), order.text(contact.fields))
    assert found[1] == text
    assert found[0].startswith(value_key(text))


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        (("city",), set()),
        (("name",), {"name"}),
        (("title",), {"name", "title"}),
        (("city", "first"), {"first"}),
        (("broken",), {"broken"}),
    ],
)
def test_only_the_columns_behind_an_order_are_formatted(fields, columns):
    assert columns_behind(fields, dict(COLUMNS)) == {name: dict(COLUMNS)[name] for name in columns}


def test_a_column_does_not_depend_on_one_that_is_formatted_later():
    columns = {"a": "{later}", "later": "{b}", "b": "x"}
    assert columns_behind(["a"], columns) == {"a": "{later}"}
    assert columns_behind(["later"], columns) == {"b": "x", "later": "{b}"}


def test_a_column_that_replaces_a_field_is_sorted_by_its_text():
    order = EntryOrder(SortOrder(("city",)), (("city", "{city} (CH)"),))
    assert order.key_and_text(ENTRY) == (value_key("Bern (CH)"), "Bern (CH)")


def test_an_order_can_be_sent_to_another_process_after_its_use():
    order = EntryOrder(SortOrder(("name", "city")), COLUMNS)
    found = order.key_and_text(ENTRY)
    copy = pickle.loads(pickle.dumps(order))
    assert copy == order
    assert copy.key_and_text(ENTRY) == found


def test_fingerprints_differ_between_orders_and_templates():
    orders = [
        EntryOrder(SortOrder(("name",)), COLUMNS),
        EntryOrder(SortOrder(("name", "city")), COLUMNS),
        EntryOrder(SortOrder(("city", "name")), COLUMNS),
        EntryOrder(SortOrder(("name",)), COLUMNS[:1]),
        EntryOrder(SortOrder(("name",)), (("name", "\ud800"),)),
    ]
    assert len({order.fingerprint for order in orders}) == len(orders)
    assert EntryOrder(SortOrder(("name",)), COLUMNS).fingerprint == orders[0].fingerprint
