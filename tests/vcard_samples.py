"""vCards as the programs of source-protocols 4.3 write them, and what is read of each."""

from typing import NamedTuple


class Sample(NamedTuple):
    """One file with one card, and fields of its contact."""

    data: bytes
    fields: dict[str, str]


def crlf(text: str, encoding: str = "utf-8") -> bytes:
    """Return a text with the line ends of vCards."""
    return text.strip("\n").replace("\n", "\r\n").encode(encoding) + b"\r\n"


ANDROID = crlf(
    """
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=
=B6=72=67;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=C3=B6=72=67=20=4D=C3=BC=6C=6C=
=65=72
TEL;CELL;PREF:+49 170 1234567
TEL;WORK:030 1234
TEL;WORK;FAX:030 1235
TEL;X-Skype phone:030 1236
TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC=72=6F):030 1237
EMAIL;HOME:joerg@example.org
ORG:Acme
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Joe;1;;;;;;;;;;;;;
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAw
 MDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD

END:VCARD
"""
)
IPHONE = crlf(
    """
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
N:Stern;Ada;Marie;Dr.;
FN:Dr. Ada Marie Stern
ORG:Acme\\, Inc.;Sales;
TITLE:Buyer
EMAIL;type=INTERNET;type=HOME;type=pref:ada@example.org
TEL;type=CELL;type=VOICE;type=pref:+33 6 12 34 56 78
TEL;type=HOME;type=FAX:01 99 00 02 06
item1.TEL:2045
item1.X-ABLabel:_$!<Main>!$_
item2.TEL:2046
item2.X-ABLabel:Werkstatt
NOTE:her brother is at 01 99 99 99 99
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgID
 AwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD
UID:3F2504E0-4F89-11D3-9A0C-0305E82C3301:ABPerson
END:VCARD
"""
)
GOOGLE = crlf(
    """
BEGIN:VCARD
VERSION:3.0
FN:Zoë Brandt
N:Brandt;Zoë;;;
X-PHONETIC-FIRST-NAME:Tsoe
TEL;TYPE=CELL:+4915112345678 ::: +4915112345679
TEL;TYPE=WORK:030 1
TEL:030 2
TEL;TYPE=HOME;TYPE=FAX:030 3
item1.TEL:030 4
item1.X-ABLabel:GRAND_CENTRAL
item2.TEL:030 5
item2.X-ABLabel:
CATEGORIES:myContacts,Team
END:VCARD
"""
)
OUTLOOK = crlf(
    """
BEGIN:VCARD
VERSION:2.1
X-MS-OL-DEFAULT-POSTAL-ADDRESS:0
N;LANGUAGE=en-us:Müller;Jörg
FN:Jörg Müller
ORG:Company, The
TEL;WORK;VOICE:(905) 555-1234
TEL;CELL;VOICE:(905) 555-1235
X-MS-TEL;VOICE;CALLBACK:(905) 555-1236
EMAIL;PREF;INTERNET:joerg@example.org
REV:20120305T131933Z
END:VCARD
""",
    "cp1252",
)
NEXTCLOUD = crlf(
    """
BEGIN:VCARD
VERSION:3.0
PRODID:-//Sabre//Sabre VObject 4.5.1//EN
UID:0f8fad5b-d9cb-469f-a165-70867728950e
FN:Ivo Brandt
N:Brandt;Ivo;;;
TEL;TYPE="WORK,VOICE":030 1
TEL;TYPE="HOME,FAX":030 2
TEL;TYPE="WORK,CELL":030 3
CATEGORIES:Crew
REV;VALUE=DATE-AND-OR-TIME:20240101T000000Z
END:VCARD
"""
)
THUNDERBIRD = crlf(
    """
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
FN:Ada Stern
N:Stern;Ada;;;
EMAIL;PREF=1:ada@example.org
TEL;VALUE=TEXT;TYPE=work:030 1
TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-555-5555;ext=5555
TEL;VALUE=URI;TYPE=cell:tel:170-1234;phone-context=+49
IMPP:sip:ada@example.org
END:VCARD
"""
)
NOKIA = crlf(
    """
BEGIN:VCARD
VERSION:2.1
N:Hans Bäcker
TEL;VOICE:0301
TEL;PREF;CELL:0302
END:VCARD
""",
    "latin-1",
)
SAMSUNG = crlf(
    """
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=
 =BC=6C=6C=65=72;=4A
TEL;CELL:0170
END:VCARD
"""
)

SAMPLES = {
    "android": Sample(
        ANDROID,
        {
            "name": "Jörg Müller",
            "firstname": "Jörg",
            "lastname": "Müller",
            "company": "Acme",
            "number": "+49 170 1234567",
            "mobile": "+49 170 1234567",
            "work": "030 1234",
            "work_2": "030 1237",
            "fax_work": "030 1235",
            "fax": "030 1235",
            "other": "030 1236",
            "email": "joerg@example.org",
        },
    ),
    "iphone": Sample(
        IPHONE,
        {
            "name": "Dr. Ada Marie Stern",
            "firstname": "Ada",
            "lastname": "Stern",
            "middlename": "Marie",
            "prefix": "Dr.",
            "company": "Acme, Inc.",
            "department": "Sales",
            "title": "Buyer",
            "number": "+33 6 12 34 56 78",
            "mobile": "+33 6 12 34 56 78",
            "fax_home": "01 99 00 02 06",
            "fax": "01 99 00 02 06",
            "main": "2045",
            "other": "2046",
            "email": "ada@example.org",
        },
    ),
    "google": Sample(
        GOOGLE,
        {
            "name": "Zoë Brandt",
            "firstname": "Zoë",
            "lastname": "Brandt",
            "phonetic": "Tsoe",
            "number": "+4915112345678",
            "mobile": "+4915112345678",
            "mobile_2": "+4915112345679",
            "work": "030 1",
            "other": "030 2",
            "other_2": "030 4",
            "other_3": "030 5",
            "fax_home": "030 3",
            "fax": "030 3",
        },
    ),
    "outlook": Sample(
        OUTLOOK,
        {
            "name": "Jörg Müller",
            "firstname": "Jörg",
            "lastname": "Müller",
            "company": "Company, The",
            "number": "(905) 555-1234",
            "work": "(905) 555-1234",
            "mobile": "(905) 555-1235",
            "callback": "(905) 555-1236",
            "email": "joerg@example.org",
        },
    ),
    "nextcloud": Sample(
        NEXTCLOUD,
        {
            "name": "Ivo Brandt",
            "firstname": "Ivo",
            "lastname": "Brandt",
            "number": "030 1",
            "work": "030 1",
            "fax_home": "030 2",
            "fax": "030 2",
            "work_mobile": "030 3",
            "mobile": "030 3",
        },
    ),
    "thunderbird": Sample(
        THUNDERBIRD,
        {
            "name": "Ada Stern",
            "firstname": "Ada",
            "lastname": "Stern",
            "number": "+1-555-555-5555;ext=5555",
            "home": "+1-555-555-5555;ext=5555",
            "work": "030 1",
            "mobile": "+49170-1234",
            "email": "ada@example.org",
            "sip": "sip:ada@example.org",
        },
    ),
    "nokia": Sample(
        NOKIA,
        {
            "name": "Hans Bäcker",
            "lastname": "Hans Bäcker",
            "number": "0302",
            "mobile": "0302",
            "other": "0301",
        },
    ),
    "samsung": Sample(
        SAMSUNG,
        {"name": "J Müller", "firstname": "J", "lastname": "Müller", "number": "0170", "mobile": "0170"},
    ),
}
