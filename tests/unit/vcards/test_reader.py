"""Tests of reading cards from files that are broken, large or hostile."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcard_samples import ANDROID, IPHONE, SAMPLES
from waiting import assert_prompt
from xivo_dird.vcards.fields import contact_fields, entry_of, find_error
from xivo_dird.vcards.lines import MAX_LINE_BYTES
from xivo_dird.vcards.reader import MAX_CARD_BYTES, MAX_PROPERTIES, CardReader, read_cards

ADA = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nTEL:1\r\nEND:VCARD\r\n"
BOB = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL:2\r\nEND:VCARD\r\n"


def names(data: bytes, encoding: str | None = None) -> list[str | None]:
    """Return the name of each card, None for a broken one."""
    cards = CardReader(io.BytesIO(data), encoding).cards()
    return [None if find_error(found) else contact_fields(found)["name"] for found in cards]


def one_name(line: bytes, version: bytes = b"3.0", encoding: str | None = None) -> str | None:
    card = b"BEGIN:VCARD\r\nVERSION:%b\r\n%b\r\nTEL:1\r\nEND:VCARD\r\n" % (version, line)
    (name,) = names(card, encoding)
    return name


@pytest.mark.parametrize(
    ("line", "version", "name"),
    [
        (b"FN:M\xc3\r\n \xbcller", b"4.0", "Müller"),
        (b"FN:M\xc3\r\n\t\xbcller", b"3.0", "Müller"),
        (b"FN:Ada\r\n  Stern", b"3.0", "Ada Stern"),
        (b"FN:Ada\r\n Stern", b"2.1", "Ada Stern"),
        (b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=\r\n=BCller", b"2.1", "Müller"),
        (b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=\n=BCller", b"3.0", "Müller"),
        (b"FN;ENCODING=quoted-printable:M=C3=\r\n =BCller", b"2.1", "Müller"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:Ada=\r\n Stern", b"2.1", "Ada Stern"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:M=FCller", b"2.1", "Müller"),
        (b"FN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-5:=B8", b"2.1", "И"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:a=zz=", b"2.1", None),
        (b"FN:M\xfcller", b"2.1", "Müller"),
        (b"FN:\x80", b"3.0", "€"),
        (b"fn:Ada", b"3.0", "Ada"),
        (b"item1.FN:Ada", b"3.0", "Ada"),
    ],
)
def test_folds_and_encodings_of_each_version_are_read(line, version, name):
    found = one_name(line, version)
    assert found == name or (name is None and found is not None)


def test_a_configured_encoding_is_used_for_what_is_not_utf_8():
    assert one_name("FN:Иван".encode("windows-1251"), encoding="windows-1251") == "Иван"
    assert one_name("FN:Иван".encode(), encoding="windows-1251") == "Иван"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_files_in_utf_16_and_with_a_byte_order_mark_are_read(encoding):
    name = None if encoding in {"utf-16", "utf-8-sig"} else encoding
    assert names((ADA + BOB).decode().encode(encoding), name) == ["Ada", "Bob"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\r\n\r\n", []),
        (b"<html>no cards</html>", []),
        (b"END:VCARD\r\nFN:x\r\n" + ADA, ["Ada"]),
        (ADA + b"some text\r\n" + BOB, ["Ada", "Bob"]),
        (ADA.replace(b"END:VCARD\r\n", b"") + BOB, [None, "Bob"]),
        (ADA + BOB.replace(b"END:VCARD\r\n", b""), ["Ada", None]),
        (ADA + BOB.rstrip(), ["Ada", "Bob"]),
        (ADA.replace(b"TEL", b"AGENT:\r\n" + BOB + b"TEL") + BOB, ["Ada", "Bob"]),
        (ADA.replace(b"TEL", b"AGENT:\r\nBEGIN:VCARD\r\nFN:x\r\nTEL") + BOB + BOB, [None, "Bob", "Bob"]),
        (ADA.replace(b"TEL", b"BEGIN:VCARD\r\nTEL") + BOB, [None, "1", "Bob"]),
        (ADA.replace(b"FN", b"junk\r\nFN"), ["Ada"]),
        (ADA.replace(b"TEL", b"VERSION:2.1\r\nVERSION:4.0\r\nTEL"), ["Ada"]),
        (ADA.replace(b"TEL", b"PHOTO;ENCODING=b:AAA\r\nTEL") + BOB, ["Ada", "Bob"]),
        (ADA.replace(b"TEL", b"PHOTO;BASE64:\r\nAA AA=\r\n  BB==\r\nTEL"), ["Ada"]),
        (ADA.replace(b"FN:Ada", b"FN;ENCODING=QUOTED-PRINTABLE:Ada=") + BOB, ["AdaTEL:1", "Bob"]),
        (b"BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE:Ada=\r\nEND:VCARD\r\n" + BOB, ["Ada", "Bob"]),
        (b"BEGIN:VCARD\nEND:VCARD\n" + BOB, [None, "Bob"]),
        (ADA.replace(b"BEGIN:VCARD", b"begin:vcard"), ["Ada"]),
        (ADA.replace(b"END:VCARD", b"end:vCard "), ["Ada"]),
    ],
    ids=ascii,
)
def test_a_broken_card_costs_no_other_card(data, expected):
    assert names(data) == expected


def test_an_error_names_the_line_of_its_card():
    cards = read_cards(ADA + ADA.replace(b"END:VCARD\r\n", b"") + BOB)
    assert [(found.line, find_error(found)) for found in cards] == [
        (1, None),
        (6, "it has no END:VCARD"),
        (10, None),
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"FN:" + b"x" * MAX_LINE_BYTES, f"line 3 has more than {MAX_LINE_BYTES} bytes"),
        (b"FN:" + b"\r\n x" * MAX_LINE_BYTES, f"line 3 has more than {MAX_LINE_BYTES} bytes"),
        (b"TEL:1\r\n" * MAX_PROPERTIES, "more than"),
        ((b"TEL:%b\r\n" % (b"1" * 100_000)) * (MAX_CARD_BYTES // 100_000 + 1), "more than"),
    ],
    ids=["line", "folds", "properties", "bytes"],
)
def test_a_card_beyond_a_limit_is_an_error(line, error):
    broken, good = read_cards(ADA.replace(b"FN:Ada", line.rstrip()) + BOB)
    assert error in (find_error(broken) or "")
    assert contact_fields(good)["name"] == "Bob"


@pytest.mark.parametrize("line_end", [b"\r\n ", b""])
def test_a_photo_of_50_megabytes_is_skipped_in_bounded_memory(tmp_path, line_end):
    path = tmp_path / "photo.vcf"
    with path.open("wb") as file:
        file.write(ADA.partition(b"TEL")[0] + b"PHOTO;ENCODING=b;TYPE=JPEG:")
        for _ in range(50):
            file.write((b"A" * 1000 + line_end) * 1048)
        file.write(b"\r\nTEL:1\r\nEND:VCARD\r\n" + BOB)
    with path.open("rb") as file:
        tracemalloc.start()
        found = [contact_fields(card)["name"] for card in CardReader(file).cards()]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert found == ["Ada", "Bob"]
    assert peak < 4 * 1024**2


@pytest.mark.parametrize("sample", [*(sample.data for sample in SAMPLES.values())], ids=[*SAMPLES])
def test_a_file_that_ends_anywhere_is_read_up_to_there(sample):
    for end in range(len(sample)):
        assert names(sample[:end] + b"\r\n" + BOB)[-1:] == ["Bob"]


LINES = st.sampled_from(
    [
        *ANDROID.splitlines(True),
        *IPHONE.splitlines(True),
        b"AGENT:\r\n",
        b"\xff\xfe=\r\n",
        b" =\r\n",
        b"\0:\0\r\n",
    ]
)


@given(st.lists(LINES | st.binary(max_size=30), max_size=60).map(b"".join))
def test_any_bytes_are_read_and_the_next_card_is_found(data):
    cards = read_cards(data + b"\r\n" + BOB + BOB)  # an AGENT at the end takes the first one
    entries = [entry_of(found) for found in cards if find_error(found) is None]
    assert all(isinstance(name, str) for entry in entries for name in entry)
    assert find_error(cards[-1]) is None
    assert entries[-1]["numbers"] == ["2"]


@pytest.mark.parametrize(
    "part",
    [
        *(
            b"\\;",
            b"\\",
            b";",
            b'"',
            b'";',
            b";a=",
            b"X-CUSTOM(CHARSET=",
            b"=C3",
            b"^n",
            b" ",
            b",",
            b":::",
            b".",
        ),
        *(b"TYPE=a,", b"%41", b"_$!<"),
    ],
)
def test_a_line_of_special_characters_is_read_promptly(part):
    text = part * (MAX_LINE_BYTES // len(part) - 100)
    heads = (
        b"N:",
        b"TEL:tel:",
        b"TEL;",
        b"N;ENCODING=QUOTED-PRINTABLE:",
        b"a.X-ABLabel:",
        b"X-XIVO-DIRD-FIELD:",
    )
    with assert_prompt():
        for head in heads:
            cards = read_cards(ADA.replace(b"FN:Ada", head + text + b"\r\na.TEL:2"))
            assert [entry_of(card) != {} for card in cards] == [True]
