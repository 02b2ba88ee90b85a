"""The chunked transfer coding (RFC 9112 section 7.1)."""

import pytest

from xivo_dird.server.chunks import MAX_LINE_BYTES, ChunkDecoder, EndlessChunk, MalformedChunks

BODY = b"3\r\nabc\r\n00000a ;note=x\r\n0123456789\r\nF\r\n" + b"y" * 15 + b"\r\n0\r\nTrailer: dropped\r\n\r\n"
DECODED = b"abc0123456789" + b"y" * 15


def decode(*pieces: bytes) -> bytes:
    decoder = ChunkDecoder()
    decoded = b"".join(map(decoder.decode, pieces))
    assert decoder.is_complete
    return decoded


@pytest.mark.parametrize("size", range(1, len(BODY) + 1))
def test_a_body_may_arrive_in_pieces_of_any_size(size: int) -> None:
    assert decode(*(BODY[start : start + size] for start in range(0, len(BODY), size))) == DECODED


def test_bytes_after_the_body_do_not_belong_to_it() -> None:
    assert decode(BODY + b"GET / HTTP/1.1\r\n") == DECODED


@pytest.mark.parametrize(
    "size",
    [
        b"",
        b"+3",
        b"-3",
        b"0x3",
        b"3_0",
        b" 3",
        b"3 0",
        b"3;a\rb",
        "\uff13".encode(),
        b"g",
        b"3,",
        b"3\r",
        b"\x003",
    ],
)
def test_a_size_has_hexadecimal_digits_only(size: bytes) -> None:
    with pytest.raises(MalformedChunks):
        ChunkDecoder().decode(size + b"\r\nabc\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    "body",
    [
        b"3\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3\r\nabcd",
        b"3\r\nabc\rx",
        b"0\r\n\n",
        b"0\r\nTrailer: x\n\r\n",
        b"z" * (MAX_LINE_BYTES + 1),
        b"3;" + b"z" * MAX_LINE_BYTES,
        b"0\r\n" + b"a: b\r\n" * 20_000,
    ],
)
def test_other_line_ends_and_long_lines_are_malformed(body: bytes) -> None:
    with pytest.raises(MalformedChunks):
        ChunkDecoder().decode(body)


@pytest.mark.parametrize("size", [b"f" * 16, b"0" * 16 + b"\r\n", b"1" * 5000, b"1" * 20 + b"\r\nabc"])
def test_a_size_that_no_body_has_is_told_from_a_malformed_one(size: bytes) -> None:
    with pytest.raises(EndlessChunk):
        ChunkDecoder().decode(size)


def test_an_incomplete_body_is_not_complete() -> None:
    for end in range(len(BODY)):
        decoder = ChunkDecoder()
        decoder.decode(BODY[:end])
        assert not decoder.is_complete
