"""A real server, Radicale, with hundreds of cards."""

from pathlib import Path

import pytest
import trustme

from hostile_cards import CARDS, GROUP
from plugins.backends.carddav.conftest import entries_of, names_of, read
from servers.radicale import RadicaleServer
from waiting import TIMEOUT
from xivo_dird.backend import Environment, SourceUnavailable
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.carddav.backend import CarddavBackend


def person(number: int, *lines: str) -> bytes:
    rows = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:changing-{number}",
        f"FN:Person {number}",
        f"N:{number};Person;;;",
        f"TEL;TYPE=WORK:+49 30 2000{number:04}",
        *lines,
        "END:VCARD",
        "",
    ]
    return "\r\n".join(rows).encode()


@pytest.fixture
def book(radicale, request):
    """Create a book of three people, which the test may change."""
    book = radicale.create_book(request.node.name, "Changing")
    for number in range(3):
        book.put(f"{number}.vcf", person(number))
    yield book
    book.remove_all()


@pytest.mark.parametrize("path", ["", "/", "/ada/", "/ada/board/", "/ada/board", "/.well-known/carddav"])
def test_the_books_are_found_from_any_url(radicale, make_backend, path):
    url = f"{radicale.url}{path}"
    backend = make_backend(radicale.options, url=url, books=["Board"])
    assert names_of(backend) == ["Person Crew0", "Person Crew1", "Person Crew2"]


def test_cards_of_all_kinds_are_read(radicale, make_backend):
    found = make_backend(radicale.reader_options, books=["The Crew"]).entries(None)
    entries = {entry["id"]: entry for entry in found}
    assert (len(entries), found.report().skipped) == (520, 0)
    assert entries["crew-7"]["numbers"] == ["+49 30 10000007", "+49 170 10000007", "030 7"]
    assert entries["crew-7"]["fax_work"] == "030 7"
    assert entries["old-1"]["name"] == "Jörg 1"
    assert entries["labelled-3"]["phones"] == [
        {"number": "2003", "kind": "other", "label": "Werkstatt"},
        {"number": "0170 3", "kind": "mobile", "label": ""},
    ]
    assert not [entry for entry in entries.values() if "Group" in str(entry["name"])]


def test_changes_and_deletions_are_seen_and_nothing_else_is_fetched(radicale, book, make_backend):
    backend = make_backend(radicale.options, url=book.url)
    assert names_of(backend) == ["Person 0", "Person 1", "Person 2"]
    book.remove("0.vcf")
    book.put("1.vcf", person(1).replace(b"Person 1", b"Ada Stern"))
    book.put("9.vcf", person(9))
    assert names_of(backend) == ["Ada Stern", "Person 2", "Person 9"]


def test_a_forgotten_token_costs_a_full_run(radicale, book, make_backend):
    backend = make_backend(radicale.options, url=book.url)
    names_of(backend)
    book.forget_tokens()
    book.remove("0.vcf")
    book.put("9.vcf", person(9))
    assert names_of(backend) == ["Person 1", "Person 2", "Person 9"]
    assert names_of(backend) == ["Person 1", "Person 2", "Person 9"]


def test_a_server_that_was_gone_is_asked_again(radicale, book, make_backend):
    backend = make_backend(radicale.options, url=book.url)
    names_of(backend)
    radicale.stop()
    try:
        with pytest.raises(SourceUnavailable, match=f"127.0.0.1:{radicale.port}"):
            entries_of(backend)
    finally:
        radicale.start()
    book.put("9.vcf", person(9))
    assert names_of(backend) == ["Person 0", "Person 1", "Person 2", "Person 9"]


def test_a_wrong_password_and_a_wrong_url_are_named(radicale, make_backend):
    with pytest.raises(SourceUnavailable, match="401 Unauthorized: wrong user name or password"):
        entries_of(make_backend(radicale.options, password="wrong"))
    # a server may well have no address book for the user at this URL, and have others elsewhere
    names, report = read(make_backend(radicale.options, url=f"{radicale.url}/ada/nowhere/", books=["board"]))
    assert len(names) == 3
    assert "the server has nothing at /ada/nowhere/ (404)" in str(report.incomplete)


def test_an_empty_book_is_no_error(radicale, book, make_backend):
    for number in range(3):
        book.remove(f"{number}.vcf")
    names, report = read(make_backend(radicale.options, url=book.url))
    assert (names, report.rows, report.skipped) == ([], 0, 0)


def accepts(book, name: str, data: bytes) -> bool:
    """Return True if the server stores a card; it refuses many that are broken."""
    try:
        book.put(name, data)
    except AssertionError:
        return False
    return True


def test_every_hostile_card_that_the_server_accepts_is_read(radicale, book, make_backend):
    accepted: list[str] = []
    for number, (name, (data, _)) in enumerate(CARDS.items()):
        uid = b"" if b"UID:" in data else b"UID:hostile-%d\r\n" % number
        if len(data) < 200_000 and accepts(
            book, f"h{number}.vcf", data.replace(b"END:VCARD", uid + b"END:VCARD")
        ):
            accepted.append(name)
    names, report = read(make_backend(radicale.options, url=book.url, timeout=TIMEOUT))
    groups = sum(CARDS[name].outcome == GROUP for name in accepted)
    assert groups > 5
    assert report.rows + groups == len(accepted) + 3
    assert len(names) == report.rows - report.skipped
    assert {"Person 0", "Person 1", "Person 2", "Zoë Ü", "Ada"} <= set(names)
    assert report.incomplete is None


def test_a_certificate_is_verified(tmp_path: Path):
    authority = trustme.CA()
    certificate = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(certificate))
    (tmp_path / "server").mkdir()
    with RadicaleServer(tmp_path / "server", authority) as server:
        server.create_book("crew", "Crew").put("1.vcf", person(1))
        for verify, outcome in ((True, "its certificate is not accepted"), (str(certificate), "Person 1")):
            parsed = CarddavBackend.Options.model_validate(
                {"name": "books", **server.options, "verify_certificate": verify}
            )
            settings = CertificateSettings(certificate_folders=(tmp_path,))
            backend = CarddavBackend(parsed, Environment("source", "tenant", settings, tmp_path / "state"))
            try:
                shown = str(names_of(backend))
            except SourceUnavailable as error:
                shown = error.message
            backend.close()
            assert outcome in shown
