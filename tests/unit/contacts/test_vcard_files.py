"""Tests of vCards that clients import and export: an export, imported again, has the same contacts."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vcard_samples import SAMPLES
from xivo_dird.contacts import vcard_writer
from xivo_dird.contacts.vcard_reader import VcardUpload
from xivo_dird.contacts.vcard_writer import MAX_LINE_OCTETS, vcard_text
from xivo_dird.exceptions import BadEncoding, InvalidQuery

FIELD_NAMES = [
    *(
        "firstname",
        "lastname",
        "name",
        "company",
        "department",
        "title",
        "nickname",
        "email",
        "email_2",
        "id",
    ),
    *(
        "number",
        "mobile",
        "mobile_2",
        "fax",
        "fax_work",
        "work",
        "home",
        "other",
        "phone",
        "pager",
        "prefix",
        "sip",
    ),
    *("Straße", "%", "?", "a=b", "a;b,c", " ", "=", "\n"),
]
HOSTILE = [
    *(
        "+49 30 1234567",
        "+49",
        "'+49",
        "=1+1",
        "a\r\nEND:VCARD\r\nFN:x",
        "a,b;c\\d",
        "\\n",
        "\\",
        " x ",
        "",
        "\t",
    ),
    *(
        "ü" * 80,
        "😀" * 40,
        "a\u2028b",
        "\u202e",
        "tel:1",
        "tel:1;ext=2",
        "1 ::: 2",
        "_$!<Mobile>!$_",
        "x" * 5000,
    ),
    *("=C3=BC=", "BEGIN:VCARD", '"', "a:b", "\ufeff", "\x01", "\x7f", "\x85", "e\u0301", "%41", "urn:uuid:1"),
]
TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = st.sampled_from(FIELD_NAMES) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
)


def imported(data: bytes, charset: str | None = None) -> list[dict[str, str]]:
    with VcardUpload(io.BytesIO(data), charset) as upload:
        records = list(upload.table().records())
    assert [row.error for _, row in records] == [None] * len(records)
    return [dict(zip(names, row.values, strict=True)) for names, row in records]


@given(st.lists(st.dictionaries(NAMES, TEXTS, min_size=1), max_size=4))
@example([dict.fromkeys(FIELD_NAMES, "+49 30 1234567")])
@example([{name: text} for name in FIELD_NAMES for text in HOSTILE])
def test_an_export_is_imported_as_the_same_contacts(contacts):
    text = vcard_text(contacts)
    assert imported(text.encode()) == contacts


@given(st.dictionaries(NAMES, TEXTS, min_size=1))
def test_the_lines_of_an_export_are_folded_between_characters(contact):
    lines = vcard_text([contact]).encode().split(b"\r\n")
    assert max(map(len, lines)) <= MAX_LINE_OCTETS
    assert all(line.decode().isprintable() for line in lines)


TELEPHONES = {
    "a mobile": ({"number": "1", "mobile": "1"}, ["CELL,PREF:1"]),
    "a work mobile": ({"number": "1", "mobile": "1", "work_mobile": "1"}, ["CELL,WORK,PREF:1"]),
    "the second is preferred": (
        {"number": "2", "home": "1", "work": "2"},
        ["HOME,VOICE:1", "WORK,VOICE,PREF:2"],
    ),
    "a fax of two kinds": ({"fax": "1", "fax_work": "1"}, ["WORK,FAX:1"]),
    "a number and a fax": ({"number": "1", "fax": "1"}, ["VOICE,PREF:1", "FAX:1"]),
    "two kinds": ({"home": "1", "work": "1"}, ["HOME,VOICE:1", "WORK,VOICE:1"]),
    "two fields of a kind": ({"mobile": "1", "mobile_2": "1"}, ["CELL:1"]),
    "fields without a kind": ({"phone": "1", "other": "1", "number": "1"}, ["VOICE,PREF:1"]),
}


@pytest.mark.parametrize(("contact", "numbers"), TELEPHONES.values(), ids=TELEPHONES)
def test_other_programs_get_each_number_once_with_its_kind(contact, numbers):
    text = vcard_text([contact])
    assert [line.removeprefix("TEL;TYPE=") for line in text.splitlines() if "TEL" in line] == numbers
    assert imported(text.encode()) == [contact]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_comes_back_with_each_number_once_of_each_kind(name):
    (contact,) = [SAMPLES[name].fields]
    numbers = [line.rpartition(":")[2] for line in vcard_text([contact]).splitlines() if "TEL;" in line]
    assert len(numbers) == len(set(numbers))


def test_other_programs_get_the_properties_of_the_standard():
    contact = {
        "id": "7",
        "firstname": "Ada",
        "lastname": "Stern",
        "company": "Acme, Inc.",
        "email": "ada@example.org",
        "number": "+49 30 1",
        "mobile": "+49 170 1",
        "fax": "+49 30 2",
    }
    assert vcard_text([contact]).splitlines() == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Stern;Ada;;;",
        "FN:Ada Stern",
        "ORG:Acme\\, Inc.;",
        "EMAIL;TYPE=INTERNET:ada@example.org",
        "TEL;TYPE=VOICE,PREF:+49 30 1",
        "TEL;TYPE=CELL:+49 170 1",
        "TEL;TYPE=FAX:+49 30 2",
        "UID:7",
        "X-XIVO-DIRD-FIELD:id=7",
        "X-XIVO-DIRD-FIELD:name",
        "END:VCARD",
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_of_another_program_keeps_its_fields(name):
    contacts = imported(SAMPLES[name].data)
    assert contacts == [SAMPLES[name].fields]
    assert imported(vcard_text(contacts).encode()) == contacts


def test_a_contact_with_a_thousand_large_fields_is_exported():
    contact = {f"{index}ü": "ü%" * 450 for index in range(1000)}
    assert imported(vcard_text([contact]).encode()) == [contact]


def test_a_contact_that_no_card_can_have_is_refused_and_named():
    with pytest.raises(InvalidQuery, match="the contact '7' is too large for a vCard; export it as JSON"):
        vcard_text([{"id": "7", "x": "\n" * 6_000_000}])


def test_a_broken_card_is_a_row_with_its_error_and_line():
    data = b"BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nKIND:group\nEND:VCARD\nBEGIN:VCARD\nFN:c\nEND:VCARD\n"
    table = VcardUpload(io.BytesIO(data)).table()
    rows = [(row.index, row.line, row.error) for _, row in table.records()]
    assert rows == [(0, 1, "The card can't be read: it has no END:VCARD."), (1, 7, None)]
    assert (table.line_count, table.byte_count, list(table.header)) == (9, len(data), [])


def test_an_upload_is_read_several_times_in_the_charset_of_its_request():
    upload = VcardUpload(io.BytesIO("BEGIN:VCARD\nFN:Ж\nEND:VCARD".encode("cp1251")), "windows-1251")
    for _ in range(2):
        assert [row.values for _, row in upload.table().records()] == [("Ж", "Ж")]


@pytest.mark.parametrize("charset", ["nowhere", "base64", "\0"])
def test_an_unknown_charset_is_refused(charset):
    with pytest.raises(BadEncoding):
        VcardUpload(io.BytesIO(b""), charset)


def test_every_kind_of_number_is_written():
    assert vcard_writer.vcard_text([{"car": "1", "callback_2": "2"}]).count("TEL;TYPE=CA") == 2
