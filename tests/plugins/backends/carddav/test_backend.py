"""The backend as a whole: the contract, options, credentials, and what it says about hostile answers and cards."""

import pytest
from pydantic import ValidationError

from plugins.backends.carddav.conftest import entries_of, names_of, read
from servers.card_server import card, multistatus, response
from servers.digest_check import DigestCheck
from servers.faulty_http import HttpAnswer
from vcard_samples import SAMPLES
from xivo_dird.backend import SourceUnavailable
from xivo_dird.testing import BackendContract
from xivo_dird_backends.carddav.backend import CarddavBackend

COLUMNS = {"searched_columns": ["name"], "first_matched_columns": ["numbers"]}


class TestCarddav(BackendContract):
    """The tests of every backend."""

    backend, term, exten = CarddavBackend, "ada", "2045"

    @pytest.fixture(autouse=True)
    def book(self, server, monkeypatch):
        server.add_book("crew").put("ada", card("Ada Stern", "2045", "UID:1"))
        monkeypatch.setattr(TestCarddav, "options", {**server.options, **COLUMNS}, raising=False)


def test_the_fields_are_those_of_vcards_whether_or_not_a_card_has_them():
    assert {"nickname", "phonetic", "mobile", "numbers"} <= set(CarddavBackend.entry_fields)


def options(**changes):
    return CarddavBackend.Options.model_validate({"name": "n", "url": "https://cards.example.org", **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "ftp://cards.example.org"}, "Not a valid URL"),
        ({"url": "https://ada:secret@cards.example.org"}, "username and password"),
        ({"username": "ada"}, "needed together"),
        ({"password": "x"}, "needed together"),
        ({"username": "ada", "password": "x", "token": "t"}, "not both"),
        ({"token": "a\nb"}, "pattern"),
        ({"allowed_hosts": ["https://cards.example.org"]}, "Must be a host"),
        ({"allowed_hosts": ["a@cards.example.org"]}, "Must be a host"),
        ({"allowed_hosts": ["cards.example.org/x"]}, "Must be a host"),
        ({"refresh_seconds": 0}, "greater than or equal to 1"),
    ],
)
def test_options_that_can_t_work_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message) as raised:
        options(**changes)
    assert "secret" not in str(raised.value.errors(include_input=False))


def test_secrets_are_never_shown():
    for secret in ({"username": "ada", "password": "s3cret"}, {"token": "s3cret"}):
        assert "s3cret" not in repr(options(**secret))
        assert "s3cret" not in str(options(**secret).model_dump(mode="json"))


def test_entries_have_the_fields_of_cards_and_an_id(server, make_backend):
    book = server.add_book("crew")
    for name in ("iphone", "nextcloud", "thunderbird"):
        book.put(name, SAMPLES[name].data)
    entries = {entry["name"]: entry for entry in entries_of(make_backend(server.options))}
    for name in ("iphone", "nextcloud", "thunderbird"):
        fields = SAMPLES[name].fields
        assert fields.items() <= entries[fields["name"]].items()
    assert entries["Ivo Brandt"]["id"] == "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert entries["Ivo Brandt"]["numbers"] == ["030 1", "030 2", "030 3"]


@pytest.mark.parametrize("name", SAMPLES)
def test_cards_of_each_exporter_are_read(server, make_backend, name):
    server.add_book("crew", spoils_batches=True).put("a", SAMPLES[name].data)
    server.books["/dav/books/crew/"].hidden.add("a")  # as bytes: XML has no undeclared Latin-1
    server.answers["/dav/books/crew/a.vcf"] = HttpAnswer(200, SAMPLES[name].data)
    (entry,) = entries_of(make_backend(server.options))
    assert SAMPLES[name].fields.items() <= entry.items()


def test_groups_are_no_people(server, make_backend):
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern"))
    book.put("friends", card("Friends", "1", "X-ADDRESSBOOKSERVER-KIND:group"))
    assert read(make_backend(server.options))[0] == ["Ada Stern"]


def test_cards_with_the_same_uid_are_all_people(server, make_backend):
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern", "2045", "UID:1"))
    book.put("bob", card("Bob", "2046", "UID:1"))
    book.put("eve", card("Eve"))
    ids = {entry["id"] for entry in entries_of(make_backend(server.options))}
    assert len(ids) == 3
    assert "1" in ids


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"BEGIN:VCARD\r\nFN:Bob\r\n", "it has no END:VCARD"),
        (b"BEGIN:VCARD\r\nREV:1\r\nEND:VCARD\r\n", "it has no name, number or address"),
        (b"<html>", "it is no vCard"),
    ],
)
def test_a_broken_card_is_left_out_and_reported_in_every_run(server, make_backend, data, reason):
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern"))
    book.put("b", data)
    backend = make_backend(server.options)
    for _ in range(2):
        names, report = read(backend)
        assert (names, report.rows, report.skipped) == (["Ada Stern"], 2, 1)
        assert report.reason == f"card /dav/books/crew/b.vcf: {reason}"


def test_it_is_an_error_if_no_card_can_be_read(server, make_backend):
    book = server.add_book("crew")
    book.put("a", b"<html>")
    backend = make_backend(server.options)
    with pytest.raises(
        SourceUnavailable, match=r"none of 1 entries can be used: card .*a\.vcf: it is no vCard"
    ):
        entries_of(backend)
    book.put("a", card("Ada Stern"))
    assert names_of(backend) == ["Ada Stern"]


def test_it_is_an_error_if_no_card_can_be_fetched(server, make_backend):
    book = server.add_book("crew")
    book.put("a", card("Ada Stern"))
    book.hidden.add("a")
    with pytest.raises(
        SourceUnavailable, match=r"it lists 1 cards, but gives none of them: card a.vcf: .* 500$"
    ):
        entries_of(make_backend(server.options))


def test_it_is_an_error_if_all_listed_cards_are_gone(server, make_backend):
    book = server.add_book("crew")
    book.put("a", card("Ada Stern"))
    book.hidden.add("a")
    server.answers["/dav/books/crew/a.vcf"] = HttpAnswer(404)
    with pytest.raises(SourceUnavailable, match="it lists 1 cards, but gives none of them"):
        entries_of(make_backend(server.options))


def test_a_large_photo_is_neither_kept_nor_fetched(server, make_backend):
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * 500_000
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern", "2045", photo))
    book.put("bob", card("Bob", "2046", f"PHOTO;VALUE=uri:{server.url}/photo.jpg"))
    backend = make_backend(server.options)
    assert "QUJD" not in str(entries_of(backend))
    assert (backend.environment.state_directory / "sync.sqlite").stat().st_size < 100_000
    assert not [request for request in server.requests if "photo" in request.path]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<multistatus xmlns="DAV:">&b;</multistatus>"""
XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<multistatus xmlns="DAV:">&a;</multistatus>"""
OUTER_DTD = b"""<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><multistatus xmlns="DAV:"/>"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOMB, "document type or entities, which are refused"),
        (XXE, "document type or entities, which are refused"),
        (OUTER_DTD, "document type or entities, which are refused"),
        (b"<a>" * 100_000, "more than 32 elements are nested"),
        (b"", "no element found"),
        (b"<html><body></html>", "mismatched tag"),
        (b"<html/>", "XML of another kind"),
        (b'<?xml version="1.0" encoding="nowhere"?><a/>', "unknown encoding|encoding is unknown"),
        (multistatus(response("/dav/books/crew/a.vcf", "")).body[:-20], "no element found|unclosed"),
        (b"\xff\xfe\x00", "unclosed token|invalid token"),
    ],
)
@pytest.mark.parametrize("is_book", [True, False])
def test_xml_that_can_t_be_used_is_a_clear_error(server, make_backend, body, reason, is_book):
    book = server.add_book("crew")
    answer = HttpAnswer(207, body, content_type="text/xml")
    if is_book:
        book.answer = answer
    else:
        server.answers["/dav/books/crew/"] = answer
    with pytest.raises(SourceUnavailable, match=reason) as raised:
        entries_of(make_backend(server.options, url=f"{server.url}{book.path}"))
    assert f":{server.port}" in raised.value.message
    assert "root:" not in raised.value.message


@pytest.mark.parametrize(
    "link", ["http://[", "file:///etc/passwd", "ftp://x/a", "http://169.254.169.254/a", "//10.0.0.1/a"]
)
def test_a_strange_link_of_a_server_is_followed_nowhere(server, make_backend, link):
    server.homes = [link]
    with pytest.raises(SourceUnavailable, match=f":{server.port}"):
        entries_of(make_backend(server.options))
    server.homes, book = ["/dav/books/"], server.add_book("crew")
    book.answer = multistatus(response(link, "<getetag>1</getetag>"))
    with pytest.raises(SourceUnavailable, match=f":{server.port}"):
        entries_of(make_backend(server.options))


def test_texts_of_a_server_are_shortened_in_messages(server, make_backend):
    book = server.add_book("x" * 10_000, "y" * 10_000)
    book.put("z" * 10_000, b"<html>")
    server.add_book("crew", answer=HttpAnswer(403)).put("ada", card("Ada"))
    with pytest.raises(SourceUnavailable) as raised:
        entries_of(make_backend(server.options))
    book.put("ada", card("Ada"))
    report = read(make_backend(server.options))[1]
    with pytest.raises(SourceUnavailable) as unknown:
        entries_of(make_backend(server.options, books=["team"]))
    texts = [raised.value.message, str(report.reason), str(report.incomplete), unknown.value.message]
    assert max(map(len, texts)) < 1000


def test_a_wrong_password_is_named_and_no_other_address_is_tried(server, make_backend):
    server.add_book("crew")
    with pytest.raises(SourceUnavailable, match="answered 401 Unauthorized: wrong user name or password"):
        entries_of(make_backend(server.options, password="wrong"))
    assert server.methods() == ["PROPFIND"]
    with pytest.raises(SourceUnavailable, match="it needs a user name and password"):
        entries_of(make_backend({"url": server.url}))


def test_a_token_is_sent_as_it_is(server, make_backend):
    server.add_book("crew")
    with pytest.raises(SourceUnavailable, match="401"):
        entries_of(make_backend({"url": server.url, "token": "a.b-c"}))
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer a.b-c"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess"])
@pytest.mark.parametrize("others", ["", 'Negotiate, Basic realm="a, b", ', 'Bearer error="x", '])
def test_digest_is_used_if_the_server_wants_it(server, make_backend, algorithm, others):
    server.digest = DigestCheck(algorithm, others)
    server.add_book("crew").put("a b", card("Ada Stern"))
    backend = make_backend(server.options)
    assert names_of(backend) == ["Ada Stern"]
    methods = server.methods()
    assert methods[:2] == ["PROPFIND", "PROPFIND"]
    names_of(backend)
    assert server.digest.uses == {"nonce-1": len(methods) - 1 + len(server.methods())}


@pytest.mark.parametrize("says_stale", [True, False])
def test_a_nonce_that_has_expired_is_replaced(server, make_backend, says_stale):
    server.digest = DigestCheck(says_stale=says_stale)
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern"))
    backend = make_backend(server.options)
    names_of(backend)
    server.digest.is_expired = True
    book.put("bob", card("Bob"))
    assert names_of(backend) == ["Ada Stern", "Bob"]


def test_a_wrong_digest_password_is_sent_once(server, make_backend):
    server.digest = DigestCheck()
    server.add_book("crew")
    with pytest.raises(SourceUnavailable, match="wrong user name or password"):
        entries_of(make_backend(server.options, password="wrong"))
    assert server.methods() == ["PROPFIND", "PROPFIND"]


@pytest.mark.parametrize("username", ["jürgen", "Łukasz"])
def test_a_digest_user_name_has_any_letters(server, make_backend, username):
    server.digest = DigestCheck()
    server.digest.username = username
    server.add_book("crew").put("ada", card("Ada Stern"))
    assert names_of(make_backend(server.options, username=username)) == ["Ada Stern"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("realm", ["Büro", "Ünïcödé", "ÿ"])
def test_a_digest_realm_has_any_letters_in_any_encoding(server, make_backend, realm, encoding):
    server.digest = DigestCheck()
    server.digest.realm, server.digest.username = realm.encode(encoding), "jürgen"
    server.add_book("crew").put("ada", card("Ada Stern"))
    assert names_of(make_backend(server.options, username="jürgen")) == ["Ada Stern"]
