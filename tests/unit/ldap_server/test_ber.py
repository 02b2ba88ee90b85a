"""BER: what is read and written, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type.univ import Boolean, Integer, OctetString

from xivo_dird.ldap_server import ber
from xivo_dird.ldap_server.ber import MAX_INTEGER, InvalidBer

ENCODED = st.recursive(
    st.builds(lambda content: (0x04, content), st.binary(max_size=300)),
    lambda inner: st.builds(
        lambda parts: (0x30, b"".join(ber.element(*part) for part in parts)), st.lists(inner, max_size=4)
    ),
)


@given(st.lists(ENCODED, max_size=5))
def test_elements_are_read_as_they_were_written(parts):
    assert ber.elements(b"".join(ber.element(*part) for part in parts)) == parts


@given(st.integers(0, MAX_INTEGER), st.text(), st.booleans())
def test_another_library_reads_what_is_written(number, text, is_true):
    assert decoder.decode(ber.integer(number))[0] == Integer(number)
    assert decoder.decode(ber.octets(text))[0] == OctetString(text.encode("utf-8", "replace"))
    assert decoder.decode(ber.boolean(is_true))[0] == Boolean(is_true)


@given(st.integers(0, MAX_INTEGER), st.booleans())
def test_what_another_library_writes_is_read(number, is_true):
    ((tag, content),) = ber.elements(encoder.encode(Integer(number)))
    assert (tag, ber.read_integer(content)) == (ber.INTEGER, number)
    ((tag, content),) = ber.elements(encoder.encode(Boolean(is_true)))
    assert (tag, ber.read_boolean(content)) == (ber.BOOLEAN, is_true)


@given(st.binary(max_size=40))
def test_any_bytes_are_elements_or_an_error(data):
    try:
        found = ber.elements(data)
    except InvalidBer:
        return
    assert sum(len(content) + 2 for _, content in found) <= len(data)


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_the_size_of_a_message_is_known_from_its_length(length):
    encoded = ber.element(ber.SEQUENCE, bytes(length))
    assert ber.message_size(encoded) == len(encoded)
    assert [ber.message_size(encoded[:size]) for size in range(2)] == [None, None]


@pytest.mark.parametrize("header", [b"\x30\x81\x05", b"\x30\x82\x00\x05", b"\x30\x84\x00\x00\x00\x05"])
def test_a_length_may_have_more_bytes_than_it_needs(header):
    assert ber.message_size(header) == len(header) + 5
    assert ber.message_size(header[:-1]) is None
    assert ber.elements(header + bytes(5)) == [(0x30, bytes(5))]


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80\x02\x01\x01\x00\x00",
        b"\x30\x85\x00\x00\x00\x00\x05",
        b"\x30\xff\x00\x00\x00\x00\x05",
        b"\x04\x00",
        b"\x00",
    ],
    ids=["indefinite", "five bytes", "127 bytes", "no sequence", "nothing"],
)
def test_what_is_no_message_has_no_size(data):
    with pytest.raises(InvalidBer):
        ber.message_size(data)


def test_a_length_bomb_needs_no_memory():
    assert ber.message_size(b"\x30\x84\xff\xff\xff\xff") == 2**32 + 5


@pytest.mark.parametrize(
    "content",
    [
        b"\x04",
        b"\x04\x02x",
        b"\x04\x80x\0\0",
        b"\x04\x84\xff\xff\xff\xffx",
        b"\x04\x82\x01",
        b"\x1f\x81\x01\x00",
        b"\x3f\x01\x00",
        b"\x04\x01xy",
    ],
)
def test_elements_that_reach_beyond_what_contains_them_are_refused(content):
    with pytest.raises(InvalidBer):
        ber.elements(content)


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x80\x00\x00\x00", b"\x00\x80\x00\x00\x00", bytes(6)])
def test_an_integer_out_of_range_is_refused(content):
    with pytest.raises(InvalidBer):
        ber.read_integer(content)


@pytest.mark.parametrize("content", [b"", b"\0\0"])
def test_a_truth_value_has_one_byte(content):
    with pytest.raises(InvalidBer):
        ber.read_boolean(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Zoë".encode(), "Zoë"),
        ("Zoë".encode("latin-1"), "Zoë"),
        (b"a\0b", "a\0b"),
        (b"\xed\xa0\x80", "í\xa0\x80"),
        (b"\xff\xfe", "ÿþ"),
    ],
)
def test_bytes_that_are_no_utf_8_are_latin_1(content, text):
    assert ber.read_text(content) == text


def test_a_lone_surrogate_is_replaced():
    assert ber.octets("a\ud800b") == b"\x04\x03a?b"
