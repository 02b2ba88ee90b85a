"""Tests of what is read of a card: names, numbers and their kinds, ids."""

import itertools
import re
import tracemalloc

import pytest

from vcard_samples import GOOGLE, IPHONE, SAMPLES, THUNDERBIRD
from xivo_dird.vcards.fields import (
    CARD_FIELDS,
    CardIds,
    CardKey,
    contact_fields,
    entry_of,
    find_error,
    is_person,
    uid_of,
)
from xivo_dird.vcards.reader import Card, read_cards


def card(*lines: str, version: str = "3.0") -> Card:
    text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    (found,) = read_cards(text.encode())
    assert found.error is None
    return found


def key(*lines: str) -> CardKey:
    return CardKey.of(card(*lines))


@pytest.mark.parametrize("name", SAMPLES)
def test_cards_of_each_exporter_are_read(name):
    (found,) = read_cards(SAMPLES[name].data)
    assert contact_fields(found) == SAMPLES[name].fields


@pytest.mark.parametrize("end", [b"\n", b"\r"])
@pytest.mark.parametrize("name", SAMPLES)
def test_lines_may_end_with_lf_or_cr(name, end):
    (found,) = read_cards(SAMPLES[name].data.replace(b"\r\n", end))
    assert contact_fields(found) == SAMPLES[name].fields


def test_an_entry_also_has_lists_with_kinds_and_labels():
    entry = entry_of(read_cards(IPHONE)[0])
    assert entry["numbers"] == ["+33 6 12 34 56 78", "01 99 00 02 06", "2045", "2046"]
    assert entry["phones"] == [
        {"number": "+33 6 12 34 56 78", "kind": "mobile", "label": ""},
        {"number": "01 99 00 02 06", "kind": "fax_home", "label": ""},
        {"number": "2045", "kind": "main", "label": ""},
        {"number": "2046", "kind": "other", "label": "Werkstatt"},
    ]
    assert entry["emails"] == ["ada@example.org"]
    assert entry_of(read_cards(GOOGLE)[0])["categories"] == ["myContacts", "Team"]


def test_neither_a_note_nor_a_photo_is_read():
    found = card("FN:Ada", "NOTE:call 0171", "PHOTO;VALUE=uri:https://127.0.0.1:1/ada.jpg", "TEL:1")
    assert contact_fields(found) == {"name": "Ada", "lastname": "Ada", "number": "1"}


def only_phone(found: Card) -> dict[str, str]:
    phones = entry_of(found)["phones"]
    assert isinstance(phones, list)
    (phone,) = phones
    assert isinstance(phone, dict)
    return phone


KINDS = [
    ("TEL;WORK;FAX:1", "fax_work"),
    ("TEL;TYPE=FAX,HOME:1", "fax_home"),
    ("TEL;TYPE=CELL,FAX:1", "fax"),
    ("TEL;TYPE=PAGER:1", "pager"),
    ("TEL;TYPE=cell;TYPE=work:1", "work_mobile"),
    ("TEL;TYPE=workMobile:1", "work_mobile"),
    ("TEL;TYPE=CELL;TYPE=MOBILE;TYPE=VOICE:1", "mobile"),
    ("TEL;TYPE=textphone;TYPE=cell:1", "mobile"),
    ("tel;type=iphone:1", "mobile"),
    ("TEL;PCS:1", "mobile"),
    ("TEL;ASSISTANT:1", "assistant"),
    ("TEL;CAR:1", "car"),
    ("X-MS-TEL;VOICE;CALLBACK:1", "callback"),
    ("TEL;TYPE=x-company-main:1", "main"),
    ("TEL;TYPE=MAIN,WORK:1", "main"),
    ("TEL;TYPE=WORK:1", "work"),
    ("TEL;TYPE=HOME;PREF=1:1", "home"),
    ('TEL;TYPE="HOME,VOICE":1', "home"),
    ("TEL;VOICE:1", "other"),
    ("TEL:1", "other"),
    ("TEL;ISDN:1", "other"),
]


@pytest.mark.parametrize(("line", "kind"), KINDS)
def test_the_types_decide_the_kind_in_any_order(line, kind):
    phone = only_phone(card(line))
    assert phone == {"number": "1", "kind": kind, "label": ""}


LABELS = [
    ("_$!<Mobile>!$_", "mobile", ""),
    ("_$!<WorkFAX>!$_", "fax_work", ""),
    ("Mobil", "mobile", ""),
    ("HANDY", "mobile", ""),
    ("Büro", "work", ""),
    ("Privat", "home", ""),
    ("Haupt", "main", ""),
    ("Diensthandy", "work_mobile", ""),
    ("GRAND_CENTRAL", "other", "GRAND_CENTRAL"),
    ("Werkstatt", "other", "Werkstatt"),
    ("WORK\\;VOICE\\;PREF", "work", ""),
    ("", "other", ""),
]


@pytest.mark.parametrize("group", ["item1", "4L06RU", "ITEMTEL491573"])
@pytest.mark.parametrize(("label", "kind", "shown"), LABELS)
def test_a_label_decides_the_kind_or_is_kept(group, label, kind, shown):
    phone = only_phone(card(f"{group}.TEL:1", f"{group.lower()}.X-ABLabel:{label}"))
    assert phone == {"number": "1", "kind": kind, "label": shown}


def test_a_label_never_makes_a_fax_a_telephone():
    phone = only_phone(card("a.TEL;TYPE=FAX:1", "a.X-ABLabel:Mobil"))
    assert phone["kind"] == "fax"


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["TEL;FAX;PREF:1", "TEL;PAGER:2", "TEL;HOME:3"], "3"),
        (["TEL;WORK:1", "TEL;CELL;PREF:2"], "2"),
        (["TEL;PREF=50:1", "TEL;PREF=2:2", "TEL:3"], "2"),
        (["TEL;CAR;PREF:1", "TEL:2"], "2"),
        (["TEL;PREF=0:1", "TEL;PREF=x:2", "TEL;PREF=²:3"], "1"),
        (["TEL;FAX:1"], None),
    ],
)
def test_the_number_to_dial_first_is_preferred_and_no_fax(lines, number):
    assert contact_fields(card(*lines)).get("number") == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("tel:+49%2030%201", "+49 30 1"),
        ("TEL:+49-30-1;ext=12", "+49-30-1;ext=12"),
        ("tel:863-1234;phone-context=+1-914-555", "+1-914-555863-1234"),
        ("tel:0144556677;phone-context=+33", "0144556677"),
        ("tel:1001;phone-context=example.org", "1001"),
        ("030 1 x12", "030 1 x12"),
        ("0301,,12", "0301,,12"),
        ("0301\\,12", "0301,12"),
        ("030 1;12", "030 1;12"),
        ("030 1 ::: 030 2", "030 1"),
        ("sip:ada@example.org", "sip:ada@example.org"),
    ],
)
def test_a_number_is_kept_as_text_without_its_scheme(value, number):
    assert contact_fields(card(f"TEL:{value}"))["number"] == number


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Ada", "N:Stern;Ada"], "Ada"),
        (["N:Stern;Ada;M.;Dr.;jr."], "Dr. Ada M. Stern jr."),
        (["N:Ada Stern"], "Ada Stern"),
        (["FN:", "N:;;;;", "NICKNAME:adi", "ORG:Acme"], "adi"),
        (["ORG:Acme;Sales", "EMAIL:a@b.c"], "Acme"),
        (["EMAIL:a@b.c", "TEL:1"], "a@b.c"),
        (["TEL;FAX:1"], "1"),
        (["FN:Ada", "ORG:Acme", "X-ABShowAs:COMPANY"], "Acme"),
        (["N:Richter\\,James;X"], "X Richter,James"),
        (["N:Richter,James;X"], "X Richter,James"),
        (["FN:a\\nb \\, \\; \\\\ \\:"], "a b , ; \\ :"),
        (["FN:a\\b"], "a\\b"),
        (['FN;X-A="a:b;c":Ada'], "Ada"),
        (['FN;X-A="open:Ada'], "Ada"),
        (["FN;CHARSET=no-such:Ada"], "Ada"),
        (["FN;CHARSET=utf-16:Ada"], "Ada"),
        (["N;ENCODING=QUOTED-PRINTABLE:a=3Bb;c"], "c a;b"),
        (["N;QUOTED-PRINTABLE:a=0Ab"], "a b"),
    ],
)
def test_the_name_is_fn_or_made_of_what_there_is(lines, name):
    assert contact_fields(card(*lines))["name"] == name


def test_a_japanese_phone_writes_the_pronunciation_as_a_sound():
    found = card("N;CHARSET=SHIFT_JIS:山田", "SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:ﾔﾏﾀﾞ;ﾀﾛｳ;;;", version="2.1")
    assert contact_fields(found)["phonetic"] == "ﾔﾏﾀﾞ ﾀﾛｳ"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("KIND:group", False),
        ("X-ADDRESSBOOKSERVER-KIND:group", False),
        ("KIND:location", False),
        ("KIND:org", True),
        ("KIND:individual", True),
    ],
)
def test_a_group_is_no_person(line, expected):
    assert is_person(card("FN:Crew", line)) == expected


def test_a_card_without_any_text_is_an_error():
    assert find_error(card("REV:1")) == "it has no name, number or address"
    assert find_error(card("TEL:1")) is None


def test_the_id_is_the_uid_without_its_scheme():
    assert uid_of(read_cards(THUNDERBIRD)[0]) == "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"
    assert CardIds().add(key("FN:a", "UID:x y")) == "x y"


def test_without_a_uid_the_id_does_not_depend_on_the_order_of_lines():
    lines = ["FN:Ada", "N:Stern;Ada", "TEL;WORK;VOICE:1", "item1.TEL;CELL:2"]
    ids = {CardIds().add(key(*order)) for order in itertools.permutations(lines)}
    ids.add(CardIds().add(key("TEL;VOICE;TYPE=work:1", "X.TEL;CELL:2", "PHOTO:x", *lines[:2])))
    assert len(ids) == 1
    assert ids != {CardIds().add(key(*lines, "TEL:3"))}


def test_cards_with_the_same_uid_are_both_kept_and_a_repeated_card_once():
    ids = CardIds()
    first, second = key("FN:Ada", "UID:1"), key("FN:Bob", "UID:1")
    assert ids.add(first) == "1"
    other = ids.add(second)
    assert other is not None
    assert other.startswith("1:")
    assert (ids.add(first), ids.add(second)) == (None, None)


def test_many_types_of_a_number_are_neither_kept_nor_all_read():
    types = [",".join(f"t{line}x{number}" for number in range(10_000)) for line in range(20)]
    many = [f"TEL;TYPE=cell,{words}:{line}" for line, words in enumerate(types)]
    tracemalloc.start()
    try:
        fields = contact_fields(card("FN:Ada", *many))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fields["mobile"] == "0"
    assert kept < 1_000_000


@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_has_no_other_fields_than_the_declared_ones(name):
    (found,) = read_cards(SAMPLES[name].data)
    assert {re.sub("_[0-9]+$", "", field) for field in entry_of(found)} <= CARD_FIELDS
