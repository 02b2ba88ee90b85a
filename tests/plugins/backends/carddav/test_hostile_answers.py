"""Hostile answers of a CardDAV server: statuses per card, links and tokens cost nobody."""

import pytest

from plugins.backends.carddav.conftest import entries_of, names_of, read
from plugins.backends.carddav.test_changes import age
from servers.card_server import card, multistatus, response
from servers.faulty_http import HttpAnswer
from xivo_dird.backend import SourceUnavailable

CREW = "/dav/books/crew/"
ETAG = '<getetag>"{}"</getetag>'


def of_card(inner: str, name: str = "ada.vcf") -> str:
    return f"<response><href>{CREW}{name}</href>{inner}</response>"


def propstat(properties: str, status: str) -> str:
    return f"<propstat><prop>{properties}</prop><status>{status}</status></propstat>"


STATUSES = [
    *("HTTP/1.1 507 Insufficient Storage", "HTTP/1.1 500", "HTTP/1.1 423 Locked", "HTTP/2 403"),
    *("HTTP/1.1 301 Moved", "HTTP/1.1 999 x"),
    *(
        "",
        "200",
        "HTTP/1.1",
        "HTTP/1.1 OK",
        "HTTP/1.1 -1 x",
        "HTTP/1.1 99999 x",
        "HTTP/1.1 \uff12\uff10\uff10 OK",
        "x" * 10_000,
    ),
    *("HTTP/1.1 " + "9" * 5000, "HTTP/1.1 40", "\n\n HTTP/1.1\n 507\n x\n"),
]


@pytest.mark.parametrize("has_sync", [True, False])
@pytest.mark.parametrize("status", STATUSES, ids=lambda status: ascii(status[:20]))
def test_a_status_of_one_card_removes_nobody(server, book, backend, status, has_sync):
    book.has_sync = has_sync
    names_of(backend)
    others = "".join(
        of_card(propstat(ETAG.format(1), "HTTP/1.1 200 OK"), f"{name}.vcf") for name in ("bob", "eve")
    )
    book.answer = multistatus(
        of_card(f"<status>{status}</status>") + others + "<sync-token>sync-4</sync-token>"
    )
    book.history.append("ada")
    assert read(backend)[0] == ["Ada", "Bob", "Eve"]
    book.answer = None
    assert names_of(backend) == ["Ada", "Bob", "Eve"]


@pytest.mark.parametrize(
    "status", ["HTTP/1.1 404 Not Found", "HTTP/1.1 410 Gone", " HTTP/1.1\n 404", "http/2 404"]
)
def test_a_card_of_a_list_that_is_gone_is_removed_alone(server, book, backend, status):
    names_of(backend)
    book.answer = multistatus(of_card(f"<status>{status}</status>") * 2 + "<sync-token>sync-4</sync-token>")
    book.history.append("ada")
    assert read(backend)[0] == ["Bob", "Eve"]


INNER = {
    "no propstat": "",
    "no status": f"<propstat><prop>{ETAG.format(9)}</prop></propstat>",
    "only a 404": propstat("<getetag/>", "HTTP/1.1 404 Not Found"),
    "a 507 for the data": propstat("<C:address-data/>", "HTTP/1.1 507 x"),
    "two propstats": propstat(ETAG.format(9), "HTTP/1.1 200 OK")
    + propstat("<resourcetype/>", "HTTP/1.1 404 x"),
    "two of the same": propstat(ETAG.format(8), "HTTP/1.1 200 OK")
    + propstat(ETAG.format(9), "HTTP/1.1 200 OK"),
    "a refused etag": propstat(ETAG.format(9), "HTTP/1.1 403 x")
    + propstat("<resourcetype/>", "HTTP/1.1 200 OK"),
    "an unknown error": "<error><x/></error><responsedescription>x</responsedescription>",
    "a response in it": response(f"{CREW}bob.vcf", ETAG.format(9)),
    "two hrefs": f"<href>{CREW}bob.vcf</href>{propstat(ETAG.format(9), 'HTTP/1.1 200 OK')}",
}


@pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
@pytest.mark.parametrize("is_list", [True, False])
def test_what_is_said_about_a_card_in_another_shape_costs_nobody(server, book, backend, inner, is_list):
    names_of(backend)
    book.put("ada", card("Ada Stern"))
    if is_list:
        book.answer = multistatus(of_card(inner) + "<sync-token>sync-4</sync-token>")
        with_answer = set(names_of(backend))
        assert with_answer <= {"Ada", "Ada Stern", "Bob", "Eve"}
        assert len(with_answer) == 3
        book.answer = None
        age(backend, 25 * 3600)
    else:
        _answer_batches(server, multistatus(of_card(inner)))
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]


def _answer_batches(server, answer):
    """Send this for all reports of several cards, whatever they ask for."""

    def respond(peer):
        request = server.requests[-1]
        is_batch = b"addressbook-multiget" in request.body
        peer.send((answer if is_batch else server.respond(request)).encode())

    server.fault = respond


def test_cards_without_room_are_fetched_alone_and_counted_if_they_fail(server, book, backend):
    names_of(backend)
    book.put("zoe", card("Zoe"))
    book.put("fay", card("Fay"))
    book.hidden.add("fay")
    full = propstat("<C:address-data/>", "HTTP/1.1 507 Insufficient Storage")
    _answer_batches(server, multistatus(of_card(full, "zoe.vcf") + of_card(full, "fay.vcf")))
    names, report = read(backend)
    assert (names, report.rows, report.skipped) == (["Ada", "Bob", "Eve", "Zoe"], 5, 1)
    assert report.reason == report.incomplete
    assert "card fay.vcf" in str(report.reason)


LINKS = [
    *(
        "http://169.254.169.254/latest/ada.vcf",
        "https://cards.example.org/dav/books/crew/x.vcf",
        "file:///etc/passwd",
    ),
    *(
        "//10.0.0.1/x.vcf",
        "http://ada:secret@127.0.0.1/x.vcf",
        "http://127.0.0.1:99999/x.vcf",
        "http://[::1/x.vcf",
    ),
    *(
        "../../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%252e%252e%252fpasswd",
        "/dav/../../x.vcf",
        "..\\..\\x.vcf",
    ),
    *(
        "x%00.vcf",
        "%ff.vcf",
        "?x=1",
        "#x",
        "x" * 100_000,
        "javascript:alert(1)",
        "data:text/vcard,BEGIN:VCARD",
    ),
    *("\u202e.vcf", "a\u0085b.vcf", "%0d%0aHost:%20x.vcf"),
]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: ascii(link[:40]))
def test_a_link_to_a_card_leads_to_no_other_server(server, book, backend, link):
    names_of(backend)
    book.put("ada", card("Ada Stern"))
    listed = response(link, ETAG.format(1)) + response(f"{CREW}ada.vcf", ETAG.format(9))
    book.answer = multistatus(listed + "<sync-token>sync-4</sync-token>")
    book.spoils_batches = True
    try:
        names, report = read(backend)
    except SourceUnavailable as error:
        names, message = ["Ada", "Bob", "Eve"], error.message
    else:
        message = f"{report.reason} {report.incomplete}"
    assert {"Bob", "Eve"} <= set(names)
    assert len(message) < 1000
    assert not {"\n", "\x00", "\u202e"} & set(message)
    book.answer = None
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]


def test_names_that_differ_only_in_bytes_that_are_no_utf_8_are_two_cards(server, book, backend):
    listed = response(f"{CREW}%FF.vcf", ETAG.format(1)) + response(f"{CREW}%FE.vcf", ETAG.format(1))
    book.answer = multistatus(listed + "<sync-token>sync-4</sync-token>")
    server.answers = {
        f"{CREW}%FF.vcf": HttpAnswer(200, card("Fay"), content_type="text/vcard"),
        f"{CREW}%FE.vcf": HttpAnswer(200, card("Gil"), content_type="text/vcard"),
    }
    assert names_of(backend) == ["Fay", "Gil"]


TOKENS = [
    "",
    "<sync-token/>",
    "<sync-token>\u202e</sync-token>",
    "<sync-token>1</sync-token><sync-token>2</sync-token>",
]


@pytest.mark.parametrize("token", TOKENS, ids=ascii)
def test_a_report_with_a_strange_token_costs_nobody(server, book, backend, token):
    names_of(backend)
    book.put("ada", card("Ada Stern"))
    book.answer = multistatus(response(f"{CREW}ada.vcf", ETAG.format(9)) + token)
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]
    book.answer = None
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]


@pytest.mark.parametrize("is_of_the_book", [True, False])
def test_a_huge_token_is_an_error_and_is_not_stored(server, book, backend, is_of_the_book):
    token = f"<sync-token>{'9' * 1_000_000}</sync-token>"
    if is_of_the_book:
        properties = f"<resourcetype><collection/><C:addressbook/></resourcetype>{token}"
        server.answers[CREW] = multistatus(response(CREW, properties))
    else:
        book.answer = multistatus(response(f"{CREW}ada.vcf", ETAG.format(1)) + token)
    with pytest.raises(SourceUnavailable, match="token has more than"):
        entries_of(backend)
