"""Broken and hostile vCards, and what every reader makes of each: files, CardDAV books, imports."""

import base64
import re
from collections.abc import Iterable
from typing import NamedTuple

GROUP = ""
"""The outcome of a card that is no person, and no error."""

BOB = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL:2046\r\nEND:VCARD\r\n"
"""A good card to follow a hostile one."""

LONG = 200_000
"""More bytes than a line may have."""


class HostileCard(NamedTuple):
    """A card, and the name of the person that it gives; None if it is an error."""

    data: bytes
    outcome: str | None


def whole(lines: bytes, version: bytes = b"3.0") -> bytes:
    """Return a card with these lines, and a number."""
    return b"BEGIN:VCARD\r\nVERSION:%b\r\n%b\r\nTEL:2045\r\nEND:VCARD\r\n" % (version, lines)


def _named(outcome: str | None, lines: Iterable[bytes], version: bytes = b"3.0") -> dict[str, HostileCard]:
    return {ascii(line[:60]): HostileCard(whole(line, version), outcome) for line in lines}


_QP = b"FN;ENCODING=QUOTED-PRINTABLE:"
QUOTED_PRINTABLE = {
    **_named(
        "Zoë Ü",
        (
            b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=\r\n=AB =C3=9C",
            b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=\r\n =AB =C3=\r\n\t=9C",
            b"FN;QUOTED-PRINTABLE;CHARSET=utf-8:Zo=\r\n=c3=\r\n=ab=\r\n=20=c3=\r\n=9c",
            _QP + b"Zo=C3=AB=20= \t\r\n=C3=9C",
            _QP + b"Zo=EB =DC",
            b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=EB =DC",
            b"FN;CHARSET=nowhere;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB =C3=9C",
            b"FN;CHARSET=UTF-16;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB =C3=9C",
            b"fn;encoding=Quoted-Printable:Zo=C3=AB =C3=9C",
            b'FN;ENCODING="QUOTED-PRINTABLE":Zo=C3=AB =C3=9C',
            b"a.FN;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB =C3=9C",
            _QP + b"Zo=C3=AB =C3=9C\r\nNOTE;ENCODING=QUOTED-PRINTABLE:" + b"=C3=BC=\r\n" * 50_000 + b"x",
        ),
        b"2.1",
    ),
    "text after what is no code": HostileCard(whole(_QP + b"Ada=ZZ=", b"2.1"), "Ada=ZZTEL:2045"),
    "a soft break before the end": HostileCard(
        b"BEGIN:VCARD\r\nVERSION:2.1\r\n" + _QP + b"Ada=\r\nEND:VCARD\r\n", "Ada"
    ),
    "a name of megabytes": HostileCard(whole(_QP + b"=C3=BC=\r\n" * LONG + b"x", b"2.1"), None),
}

_ZOE = base64.b64encode("Zoë Ü".encode())
BASE64 = {
    **_named(
        "Zoë Ü",
        (
            b"FN;ENCODING=BASE64:" + _ZOE,
            b"FN;BASE64:" + _ZOE.rstrip(b"="),
            b"FN;ENCODING=b:" + _ZOE + b"====",
            b"FN;ENCODING=B:" + _ZOE[:3] + b" " + _ZOE[3:],
            b"FN;ENCODING=BASE64:" + _ZOE[:5] + b"\r\n " + _ZOE[5:],
            b"FN;ENCODING=b:" + base64.b64encode("Zoë Ü".encode("latin-1")),
            b"FN;CHARSET=ISO-8859-1;ENCODING=b:" + base64.b64encode("Zoë Ü".encode("latin-1")),
        ),
        b"2.1",
    ),
    **_named("Zoë, Ü", ("FN;ENCODING=b:Zoë, Ü".encode(), "FN;BASE64:Zoë\\, Ü".encode())),
    **_named("Q", (b"FN;ENCODING=BASE64:Q", b"FN;ENCODING=b:Q")),
    **_named("Q===Q", (b"FN;ENCODING=b:Q===Q",)),
    **_named(
        "Ada",
        (
            b"FN:Ada\r\nPHOTO;ENCODING=b:" + b"QUJD" * LONG,
            b"PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\nQUJD\r\nQUJ=\r\n  QQ=\r\n\r\nFN:Ada",
            b"PHOTO;ENCODING=b:====\r\nFN:Ada",
            b"LOGO;BASE64:" + b"QUJD\r\n " * 50_000 + b"=\r\nFN:Ada",
            b"KEY;ENCODING=BASE64:\xff\x00\xfe\r\nSOUND;ENCODING=b:=\r\nFN:Ada",
        ),
    ),
}

UNDECLARED = {
    **_named("Zoë Ü", ("FN:Zoë Ü".encode(), "FN:Zoë Ü".encode("latin-1"), "FN:Zoë Ü".encode("cp1252"))),
    **_named("Zoë Ü", ("FN:Zoë Ü".encode(), "FN:Zoë Ü".encode("latin-1")), b"2.1"),
    **_named("Zoë Ü", ("FN;CHARSET=US-ASCII:Zoë Ü".encode("latin-1"), "FN;CHARSET=x\0y:Zoë Ü".encode())),
    **_named("Zoë Ü", ("FN;CHARSET=idna:Zoë Ü".encode(), "FN;CHARSET=punycode:Zoë Ü".encode())),
    **_named("Zoë Ü", ("FN;CHARSET=hex:Zoë Ü".encode(), "FN;CHARSET=../etc:Zoë Ü".encode())),
    **_named("€", (b"FN:\x80",)),
    **_named("xn--bcher-kva", (b"FN;CHARSET=idna:xn--bcher-kva", b"FN;CHARSET=Punycode:xn--bcher-kva")),
    **_named("A\ufffdB", (b"FN:A\x81B",)),
    "UTF-16": HostileCard(whole("FN:Zoë Ü".encode()).decode().encode("utf-16"), "Zoë Ü"),
    "UTF-8 with a byte order mark": HostileCard(b"\xef\xbb\xbf" + whole(b"FN:Ada"), "Ada"),
}


def _folds(text: str, blank: bytes, version: bytes) -> dict[str, HostileCard]:
    """Return a card for each byte of a text before which its line can be folded."""
    data = text.encode()
    places = [place for place in range(1, len(data)) if blank == b"\t" or data[place : place + 1] != b" "]
    if version == b"2.1":  # the blank of a fold is text, unless it is inside of a character
        places = [place for place in places if 0x80 <= data[place] < 0xC0]
    return {
        f"{version.decode()} {blank!r} {text} {place}": HostileCard(
            whole(b"FN:%b\r\n%b%b" % (data[:place], blank, data[place:]), version), text
        )
        for place in places
    }


FOLDS = {
    **_folds("Zoë", b" ", b"3.0"),
    **_folds("Z€ë", b"\t", b"4.0"),
    **_folds("a😀b", b" ", b"3.0"),
    **_folds("ë€😀", b" ", b"2.1"),
    **_folds("山田", b"\t", b"2.1"),
    "each byte": HostileCard(
        whole(b"FN:" + b"".join(b"\r\n %c" % byte for byte in "Zoë 😀".encode())), "Zoë 😀"
    ),
    "in a name": HostileCard(whole(b"F\r\n N:Ada"), "2045"),
    "of blanks": HostileCard(whole(b"FN:Ada\r\n \r\n \r\n\t"), "Ada"),
    "without end": HostileCard(whole(b"FN:Ada" + b"\r\n x" * LONG), None),
}

MISSING = {
    **_named("2045", (b"X-A:1", b"FN:", b"N:;;;;", b"FN: \t \r\nN:\\n;\\n", b"UID:1")),
    **_named("Ada Stern", (b"N:Stern;Ada", b"FN:\r\nN:Stern;Ada;;;", b"N:Ada Stern", b"NICKNAME:Ada Stern")),
    **_named(
        "Ada",
        (
            b"FN:Ada\r\nUID:" + b"x" * 1000,
            b"FN:Ada\r\nUID:../../../etc/passwd",
            b"FN:Ada\r\nUID:a/b\\\\c?d#e%2e%2e",
            b"FN:Ada\r\nUID: \r\nUID:urn:uuid:",
            b"FN:Ada\r\nUID:1\r\nUID:2",
            "FN:Ada\r\nUID:\u202e'; DROP TABLE entry; --".encode(),
            b"FN:Ada\r\nUID:a\\nb\x1b[31m",
            b"FN:Ada\r\nVERSION:9.9",
            b"FN:Ada\r\nFN:Eve",
        ),
    ),
    "nothing": HostileCard(b"BEGIN:VCARD\r\nEND:VCARD\r\n", None),
    "only a date": HostileCard(b"BEGIN:VCARD\r\nREV:1\r\nEND:VCARD\r\n", None),
    "only a label": HostileCard(b"BEGIN:VCARD\r\na.X-ABLabel:a\r\nEND:VCARD\r\n", None),
}

_ADA = b"BEGIN:VCARD\r\nFN:Ada\r\nTEL:2045\r\n"
UNCLOSED = {
    "unclosed": HostileCard(_ADA, None),
    "another END": HostileCard(_ADA + b"END:VCALENDAR\r\n", None),
    "END in a fold": HostileCard(_ADA + b" END:VCARD\r\n", None),
    "END in a group": HostileCard(_ADA + b"a.END:VCARD\r\n", None),
    "END misspelled": HostileCard(_ADA + b"END;VCARD\r\n", None),
    "cut in a name": HostileCard(_ADA + b"END:VCA", None),
    "cut in a line": HostileCard(b"BEGIN:VCARD\r\nFN:Ad", None),
    "only BEGIN": HostileCard(b"BEGIN:VCARD\r\n", None),
    "AGENT without an end": HostileCard(_ADA + b"AGENT:\r\n" + _ADA + b"END:VCARD\r\n", None),
}
NESTED = {
    "AGENT": HostileCard(_ADA + b"AGENT:\r\n" + BOB + b"END:VCARD\r\n", "Ada"),
    "AGENT as text": HostileCard(_ADA + b"AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD\\n\r\nEND:VCARD\r\n", "Ada"),
    "another BEGIN": HostileCard(_ADA + b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCARD\r\n", "Ada"),
    "deep": HostileCard(
        _ADA + b"AGENT:\r\nBEGIN:VCARD\r\nFN:x\r\n" * 10_000 + b"END:VCARD\r\n" * 10_001, "Ada"
    ),
    "END before": HostileCard(b"END:VCARD\r\n" * 1000 + whole(b"FN:Ada"), "Ada"),
    "lower case": HostileCard(whole(b"FN:Ada").replace(b"VCARD", b"vcard"), "Ada"),
    "BEGIN in a fold": HostileCard(whole(b"FN:Ada\r\n BEGIN:VCARD"), "AdaBEGIN:VCARD"),
    "BEGIN in a note": HostileCard(whole(b"FN:Ada\r\nNOTE:BEGIN:VCARD\\nEND:VCARD"), "Ada"),
    "blanks": HostileCard(b"\r\n\r\n" + whole(b"FN:Ada").replace(b"VCARD", b"VCARD \t"), "Ada"),
}

GROUPS = {
    **_named(
        GROUP,
        (
            b"FN:Crew\r\nX-ADDRESSBOOKSERVER-KIND:group",
            b"FN:Crew\r\nx-addressbookserver-kind: GROUP ",
            b"FN:Crew\r\na.X-ADDRESSBOOKSERVER-KIND;X-A=1:Group",
            b"FN:Crew\r\nX-ADDRESSBOOKSERVER-KIND:gr\r\n oup",
            b"FN:Crew\r\nX-ADDRESSBOOKSERVER-KIND;ENCODING=QUOTED-PRINTABLE:gr=6Fup",
            b"X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\nFN:Crew",
            b"KIND:group\r\nUID:1\r\nMEMBER:urn:uuid:1\r\nFN:Crew",
            b"KIND:group\r\nFN:Crew\r\n" + b"MEMBER:urn:uuid:1\r\n" * 10_000 + b"MEMBER:mailto:a@b.c",
            b"KIND:individual\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nFN:Crew",
            b"KIND:location\r\nFN:Room",
            b"KIND:application\r\nFN:Program",
        ),
    ),
    **_named("Ada", (b"MEMBER:urn:uuid:1\r\nFN:Ada", b"KIND:org\r\nFN:Ada", b"X-KIND:group\r\nFN:Ada")),
}

STRANGE = {
    **_named(
        "Ada",
        (
            b"FN:Ada\r\n" + b"".join(b"X-%d:1\r\n" % number for number in range(100_000)),
            b"FN:Ada\r\nTEL" + b";a=b" * 20_000 + b":1",
            b"FN:Ada\r\nNOTE:" + b"x" * 1_000_000,
            b"FN:Ada\r\nno property\r\n:\r\n;;;:\r\n...:x\r\n\0:\0",
            b'FN;X-A="^n^^^\'^x^":Ada',
            b'FN;X-A="unclosed:Ada',
            b"FN:Ada\r\n" + b"a.X-ABLabel:a\r\na.TEL:1\r\n" * 1000,
            b"FN:Ada\r\n" + b".".join([b"a"] * 10_000) + b".TEL:1",
            b"FN:Ada\r\nORG:" + b";" * 100_000 + b"\r\nCATEGORIES:" + b"a," * 50_000,
            b"FN:Ada\r\nTEL:" + b":::".join(b"%d" % number for number in range(10_000)),
            b"FN:Ada\r\n" + b"".join(b"TEL:%d\r\n" % number for number in range(2000)),
        ),
    ),
    "10,000 numbers": HostileCard(
        whole(b"FN:Ada\r\n" + b"".join(b"TEL:%d\r\n" % number for number in range(10_000))), None
    ),
    "a line of NUL": HostileCard(whole(b"FN:" + b"\0" * LONG), None),
    "a line without end": HostileCard(whole(b"FN:" + b"x" * LONG), None),
    "CR only": HostileCard(whole(b"FN:Ada").replace(b"\r\n", b"\r"), "Ada"),
    "blank lines": HostileCard(whole(b"\r\n" * 100_000 + b"FN:Ada"), "Ada"),
}

UIDS = (
    *(
        b"../../etc/passwd",
        b"..",
        b".",
        b"a/b",
        b"%2e%2e%2f",
        b"?x=1#y",
        b"*",
        b"a;b",
        b"1\\n2",
        b"' OR 1=1 --",
    ),
    *("\u202e".encode(), "\U0001f600".encode(), b"1\x1b[31m", b"a\0b", b"x" * 100_000),
)

PHOTOS = (
    b"PHOTO",
    b"LOGO",
    b"SOUND",
    b"KEY",
    b"URL",
    b"SOURCE",
    b"MEMBER",
    b"RELATED",
    b"FBURL",
    b"AGENT",
    b"ORG",
)
"""Properties whose value may be a URL."""

CARDS = {
    f"{kind}: {name}": card
    for kind, cards in (
        ("quoted-printable", QUOTED_PRINTABLE),
        ("base64", BASE64),
        ("undeclared", UNDECLARED),
        ("folds", FOLDS),
        ("missing", MISSING),
        ("unclosed", UNCLOSED),
        ("nested", NESTED),
        ("groups", GROUPS),
        ("strange", STRANGE),
    )
    for name, card in cards.items()
}


def linking_card(server: str) -> bytes:
    """Return a card of Ada whose properties are URLs of a server."""
    lines = [b"%b;VALUE=uri:%b/%b" % (name, server.encode(), name.lower()) for name in PHOTOS]
    return whole(b"FN:Ada\r\n" + b"\r\n".join(lines))


def numbered(name: str, number: int) -> bytes:
    """Return a card with a SIP address that no other one has, so that it is no duplicate; a broken one as it is."""
    data, outcome = CARDS[name]
    if outcome is None:
        return data
    start, begin, rest = re.split(rb"((?i:BEGIN:VCARD)[ \t]*(?:\r\n|\r))", data, maxsplit=1)
    return b"%b%bX-SIP:%d@example.org%b%b" % (start, begin, number, begin[-2:].lstrip(b"D"), rest)


def file_of(names: Iterable[str]) -> bytes:
    """Return one file of cards, with a good one after each."""
    cards = enumerate(names)
    return b"".join(
        numbered(name, number) + b"\r\n" + BOB.replace(b"2046", b"2046%d" % number) for number, name in cards
    )


JOINABLE = [name for name, card in CARDS.items() if not card.data.startswith((b"\xff\xfe", b"\xef\xbb\xbf"))]
"""The names of the cards that can be in one file with others."""
