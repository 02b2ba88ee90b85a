"""Every hostile card gives the person in it, or is an error of its own, and the card after it is read."""

import io
import tracemalloc

import pytest

from hostile_cards import BOB, CARDS, GROUP, whole
from xivo_dird.vcards.fields import CARD_FIELDS, contact_fields, entry_of, find_error, is_person
from xivo_dird.vcards.lines import MAX_LINE_BYTES
from xivo_dird.vcards.reader import Card, CardReader, read_cards


def outcome(card: Card) -> str | None:
    if not is_person(card):
        return GROUP
    return None if find_error(card) else contact_fields(card)["name"]


@pytest.mark.parametrize("name", CARDS)
def test_a_hostile_card_is_read_or_an_error_and_the_next_one_is_read(name):
    data, expected = CARDS[name]
    end = BOB.decode().encode("utf-16-le") if data.startswith(b"\xff\xfe") else b"\r\n" + BOB
    cards = read_cards(data + end)
    assert [outcome(card) for card in cards] == [*([expected] * (len(cards) - 1)), "Bob"]
    assert len(cards) >= 2


HUGE = {
    "numbers in one property": (b"TEL:", b":::"),
    "parts": (b"ORG:", b";"),
    "escaped parts": (b"N:\\;", b";"),
    "categories": (b"CATEGORIES:", b","),
    "nicknames": (b"NICKNAME:", b","),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_card_of_a_million_values_takes_little_memory(name):
    start, separator = HUGE[name]
    values = range(MAX_LINE_BYTES // 10)
    lines = [
        start + separator.join(b"%x" % (number * 20_000 + value) for value in values) for number in range(30)
    ]
    data = whole(b"FN:Ada\r\n" + b"\r\n".join(lines))
    tracemalloc.start()
    try:
        (card,) = CardReader(io.BytesIO(data)).cards()
        entry = entry_of(card)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert entry["name"] == "Ada"
    assert peak < 4 * len(data)


@pytest.mark.parametrize("name", ["NOTE", "FN"])
def test_50_megabytes_of_soft_breaks_are_skipped_in_bounded_memory(tmp_path, name):
    path = tmp_path / "note.vcf"
    with path.open("wb") as file:
        file.write(b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Ada\r\n%b;QUOTED-PRINTABLE:" % name.encode())
        for _ in range(50):
            file.write((b"=C3=BC" * 170 + b"=\r\n") * 1024)
        file.write(b"x\r\nTEL:1\r\nEND:VCARD\r\n" + BOB)
    with path.open("rb") as file:
        tracemalloc.start()
        names = [outcome(card) for card in CardReader(file).cards()]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert names == ["Ada" if name == "NOTE" else None, "Bob"]
    assert peak < 4 * 1024**2


def test_a_label_that_names_another_group_is_followed_nowhere():
    (card,) = read_cards(whole(b"a.X-ABLabel:b\r\nb.X-ABLabel:a\r\na.TEL:1\r\nb.TEL:2"))
    phones = entry_of(card)["phones"]
    assert isinstance(phones, list)
    assert [(phone["number"], phone["label"]) for phone in phones] == [("1", "b"), ("2", "a"), ("2045", "")]


def test_a_hostile_card_adds_no_field_of_another_name():
    for data, expected in CARDS.values():
        if expected:
            fields = {name.rstrip("0123456789").removesuffix("_") for name in entry_of(read_cards(data)[0])}
            assert fields <= CARD_FIELDS
