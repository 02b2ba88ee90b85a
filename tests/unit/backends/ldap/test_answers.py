"""Tests of answers in BER: whatever a server sends, each byte is read once, and what is malformed is an error."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servers.ldap_messages import SEARCH_DONE, SUCCESS, ldap_result, search_entry
from xivo_dird_backends.ldap.answers import flat_message, next_cookie, read_entry, read_message, read_result
from xivo_dird_backends.ldap.ber import (
    INTEGER,
    SEQUENCE,
    BerElement,
    decode_elements,
    decode_number,
    encode_element,
    encode_number,
    first_size,
)

MALFORMED = (ValueError, IndexError)
ELEMENTS = st.lists(
    st.builds(BerElement, st.integers(0, 255), st.binary(max_size=300) | st.just(b"x" * 70_000)), max_size=5
)
ATTRIBUTES = st.dictionaries(st.text("abcde;-", min_size=1), st.lists(st.binary(max_size=200)))


@given(ELEMENTS)
def test_elements_are_read_as_they_were_written(elements: Sequence[BerElement]) -> None:
    assert decode_elements(b"".join(encode_element(*element) for element in elements)) == elements


@given(st.integers(0, 2**63 - 1))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    ((tag, content),) = decode_elements(encode_number(INTEGER, number))
    assert (tag, decode_number(content)) == (INTEGER, number)


@pytest.mark.parametrize("content", [b"\xff", b"\x80\0", b"\0" * 9, b"\x7f" * 100_000])
def test_a_negative_or_long_number_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="negative or too long"):
        decode_number(content)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 70_000])
def test_the_size_of_an_element_is_known_from_its_first_bytes(size: int) -> None:
    encoded = encode_element(0x30, b"x" * size)
    header = len(encoded) - size
    known = [first_size(bytearray(encoded[:received])) for received in range(header + 1)]
    assert known == [*[None] * header, len(encoded)]


@given(ATTRIBUTES)
def test_an_entry_is_read_as_it_was_written(attributes: dict[str, list[bytes]]) -> None:
    message = read_message(search_entry(7, attributes))
    assert message.message_id == 7
    assert read_entry(message.operation) == attributes


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda content: encode_element(0x30, content)))
def test_arbitrary_bytes_are_a_message_or_an_error(data: bytes) -> None:
    read_all(data)


@given(ATTRIBUTES, st.data())
def test_a_damaged_answer_is_an_answer_or_an_error(
    attributes: dict[str, list[bytes]], data: st.DataObject
) -> None:
    valid = data.draw(
        st.sampled_from([search_entry(7, attributes), ldap_result(7, SEARCH_DONE, SUCCESS, b"fine")])
    )
    at = data.draw(st.integers(0, len(valid)))
    removed, added = data.draw(st.integers(0, 5)), data.draw(st.binary(max_size=5))
    read_all(valid[:at] + added + valid[at + removed :])


def read_all(data: bytes) -> None:
    """Read everything that an answer may have; what is read must be what it is said to be."""
    with suppress(*MALFORMED):
        assert flat_message(data)[0] == SEQUENCE
    with suppress(*MALFORMED):
        message = read_message(data)
        assert message.message_id >= 0
        with suppress(*MALFORMED):
            code, _ = read_result(message.operation)
            assert code >= 0
        with suppress(*MALFORMED):
            assert isinstance(next_cookie(message), bytes)
        entry = read_entry(message.operation)
        assert all(isinstance(value, bytes) for values in entry.values() for value in values or ())
