"""The stored form of a contact: digest, search text and keys."""

from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.contacts.content import content_of
from xivo_dird.database.contact_keys import value_keys

storable = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(storable, storable | st.none()))
def test_a_digest_depends_on_the_fields_but_not_on_their_order(fields):
    reordered = dict(reversed(fields.items()))
    assert content_of("o", fields).digest == content_of("o", reordered).digest
    assert content_of("o", fields).digest != content_of("o", {**fields, "one more": "x"}).digest


def test_null_empty_text_and_missing_field_have_different_digests():
    digests = [
        content_of("o", fields).digest for fields in ({"a": "1"}, {"a": "1", "b": ""}, {"a": "1", "b": None})
    ]
    assert len(set(digests)) == 3


def test_keys_ignore_case_and_differ_between_owners():
    assert value_keys("o", "AbÉ") == value_keys("o", "aBe\u0301")
    assert len({*value_keys("o", "1"), *value_keys("p", "1"), *value_keys("o", "2")}) == 3
    assert 0 <= value_keys("o", "1")[0] < 2**63
    assert content_of("o", {"a": "x", "b": "X", "c": "", "d": None}).keys == {*value_keys("o", "x")}
