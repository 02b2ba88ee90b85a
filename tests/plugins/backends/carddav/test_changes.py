"""What is fetched in a run, and what it changes."""

import json
import sqlite3
from contextlib import closing

import pytest

from plugins.backends.carddav.conftest import entries_of, names_of, read
from servers.card_server import card, multistatus
from servers.faulty_http import HttpAnswer
from xivo_dird.backend import SourceUnavailable
from xivo_dird.sync import LargeWork, small_work_only


def age(backend, seconds):
    """Change the time of the last comparison of all cards."""
    with closing(sqlite3.connect(backend.environment.state_directory / "sync.sqlite")) as connection:
        (text,) = connection.execute("SELECT cursor FROM run").fetchone()
        head, *cards = text.split("\n")
        books = json.loads(head)
        for book in books.values():
            book["compared_at"] -= seconds
        connection.execute("UPDATE run SET cursor = ?", ("\n".join([json.dumps(books), *cards]),))
        connection.commit()


def test_a_run_without_changes_is_one_request(server, book, backend):
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    assert server.methods() == ["PROPFIND", "REPORT", "REPORT"]
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    assert server.methods() == ["PROPFIND"]


def test_only_what_has_changed_is_fetched(server, book, backend):
    names_of(backend)
    book.put("bob", card("Bob Brandt"))
    book.put("zoe", card("Zoe"))
    book.remove("ada")
    server.methods()
    assert names_of(backend) == ["Bob Brandt", "Eve", "Zoe"]
    *_, multiget = server.requests
    assert [multiget.body.count(name) for name in (b"bob.vcf", b"zoe.vcf", b"eve.vcf")] == [1, 1, 0]


def test_a_change_of_a_large_book_is_not_fetched_beside_questions(server, book, backend):
    names_of(backend)
    book.put("bob", card("Bob Brandt"))
    server.methods()
    with pytest.raises(LargeWork), small_work_only(2):
        names_of(backend)
    assert server.methods() == ["PROPFIND"]
    assert names_of(backend) == ["Ada", "Bob Brandt", "Eve"]


def test_a_large_book_without_changes_is_looked_at_beside_questions(server, book, backend):
    names_of(backend)
    with small_work_only(2):
        assert names_of(backend) == ["Ada", "Bob", "Eve"]


def test_a_copy_survives_a_restart(server, book, backend, make_backend):
    names_of(backend)
    server.methods()
    assert names_of(make_backend(server.options, url=f"{server.url}{book.path}")) == ["Ada", "Bob", "Eve"]
    assert server.methods() == ["PROPFIND"]


def test_with_other_options_everything_is_fetched_anew(server, book, backend, make_backend):
    names_of(backend)
    server.add_book("team").put("zoe", card("Zoe"))
    assert names_of(make_backend(server.options, books=["team"])) == ["Zoe"]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 412, 500])
def test_a_refused_token_costs_a_list_and_only_the_cards_that_changed(server, book, backend, status):
    names_of(backend)
    book.put("bob", card("Bob Brandt"))
    book.remove("ada")
    book.oldest_token, book.refusal = len(book.history), status
    server.methods()
    assert names_of(backend) == ["Bob Brandt", "Eve"]
    *_, multiget = server.requests
    assert (multiget.body.count(b"bob.vcf"), multiget.body.count(b"eve.vcf")) == (1, 0)
    server.methods()
    assert names_of(backend) == ["Bob Brandt", "Eve"]
    assert server.methods() == ["PROPFIND"]


def test_once_a_day_all_etags_are_compared(server, book, backend):
    names_of(backend)
    del book.cards["ada"]  # the server forgets to report it
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    age(backend, 25 * 3600)
    server.methods()
    assert names_of(backend) == ["Bob", "Eve"]
    assert server.methods() == ["PROPFIND", "REPORT"]


def test_a_long_report_is_read_in_parts(server, book, backend):
    book.page_size = 2
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    for name in ("Fay", "Gil", "Hal"):
        book.put(name.lower(), card(name))
    book.remove("ada")
    assert names_of(backend) == ["Bob", "Eve", "Fay", "Gil", "Hal"]


def test_a_part_without_a_token_removes_nobody_and_is_reported(server, book, backend):
    names_of(backend)
    age(backend, 25 * 3600)
    book.page_size, book.gives_next_token = 1, False
    book.put("ada", card("Ada Stern"))
    book.history.sort()
    names, report = read(backend)
    assert names == ["Ada Stern", "Bob", "Eve"]
    assert str(report.incomplete).endswith("the server reports only a part of the cards")


def test_a_report_without_end_is_an_error(server, book, backend, make_backend):
    answer = (
        b'<multistatus xmlns="DAV:"><response><href>/dav/books/crew/</href>'
        b"<status>HTTP/1.1 507 x</status></response><sync-token>again</sync-token></multistatus>"
    )
    book.answer = HttpAnswer(207, answer, content_type="text/xml")
    with pytest.raises(SourceUnavailable, match="it links to the same page twice"):
        entries_of(backend)


@pytest.mark.parametrize("has_ctag", [True, False])
def test_a_book_without_reports_of_changes_is_listed_and_compared(server, book, backend, has_ctag):
    book.has_sync, book.has_ctag = False, has_ctag
    names_of(backend)
    server.methods()
    names_of(backend)
    assert server.methods() == (["PROPFIND"] if has_ctag else ["PROPFIND", "PROPFIND"])
    book.put("bob", card("Bob Brandt"))
    book.remove("ada")
    assert names_of(backend) == ["Bob Brandt", "Eve"]
    assert server.methods() == ["PROPFIND", "PROPFIND", "REPORT"]


def test_a_server_that_refuses_an_empty_token_is_listed_once(server, book, backend):
    book.oldest_token = 1
    book.answer = None
    names_of(backend)
    book.put("zoe", card("Zoe"))
    assert names_of(backend) == ["Ada", "Bob", "Eve", "Zoe"]


@pytest.mark.parametrize("etag", ["{}", 'W/"{}"', '"{}-gzip"', "a&amp;b {}"])
def test_an_etag_is_any_text(server, book, backend, etag):
    book.has_sync, book.has_ctag, book.etag = False, False, etag
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    server.methods()
    book.put("bob", card("Bob Brandt"))
    assert names_of(backend) == ["Ada", "Bob Brandt", "Eve"]
    assert server.requests[-1].body.count(b".vcf") == 1


def test_without_etags_all_cards_are_fetched_again(server, book, backend):
    book.has_sync, book.etag = False, ""
    names_of(backend)
    book.put("bob", card("Bob Brandt"))
    assert names_of(backend) == ["Ada", "Bob Brandt", "Eve"]


def test_cards_are_fetched_in_batches(server, book, backend):
    for number in range(120):
        book.put(f"p{number}", card(f"Person {number}"))
    assert len(names_of(backend)) == 123
    assert [request.body.count(b"<href>") for request in server.requests] == [0, 0, 50, 50, 23]


def test_the_cards_of_a_broken_batch_are_fetched_one_by_one(server, book, backend):
    book.spoils_batches = True
    for number in range(200):
        book.put(f"p{number}", card(f"Person {number}"))
    assert len(names_of(backend)) == 203
    methods = server.methods()
    assert (methods.count("GET"), methods.count("REPORT")) == (203, 4)


def test_a_card_that_was_deleted_meanwhile_is_no_error(server, book, backend):
    del book.cards["ada"]
    book.history += ["ada"]
    book.has_sync = False
    book.cards["ada"] = card("Ada")
    server.answers["/dav/books/crew/ada.vcf"] = HttpAnswer(404)
    book.hidden.add("ada")
    names, report = read(backend)
    assert (names, report.skipped) == (["Bob", "Eve"], 0)


def test_a_card_that_can_t_be_read_is_reported_and_tried_again(server, book, backend):
    book.hidden.add("ada")
    names, report = read(backend)
    assert (names, report.rows, report.skipped) == (["Bob", "Eve"], 3, 1)
    assert report.incomplete == (
        f"address book 'Crew': card ada.vcf: http://127.0.0.1:{server.port}: answered 500"
    )
    book.hidden.clear()
    assert read(backend)[0] == ["Ada", "Bob", "Eve"]


@pytest.mark.parametrize("is_page", [False, True])
def test_a_card_that_can_t_be_read_any_more_keeps_its_person(server, book, backend, is_page):
    names_of(backend)
    book.put("ada", card("Ada Stern"))
    book.hidden.add("ada")
    if is_page:
        server.answers["/dav/books/crew/ada.vcf"] = HttpAnswer(200, b"<html/>", content_type="Text/HTML")
    names, report = read(backend)
    assert (names, report.incomplete is None) == (["Ada", "Bob", "Eve"], False)
    server.answers.clear()
    book.hidden.clear()
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]


@pytest.mark.parametrize("name", ["a b@c", "ä", "100%", "a&b<c>", "x?y#z"])
def test_hrefs_are_compared_decoded(server, book, backend, name):
    book.put(name, card("Zoe"))
    assert "Zoe" in names_of(backend)
    assert "GET" not in server.methods()
    book.remove(name)
    assert "Zoe" not in names_of(backend)


@pytest.mark.parametrize("count", [3, 10, 40])
def test_nothing_changes_if_the_server_goes_in_the_middle(server, book, backend, count):
    names_of(backend)
    for number in range(100):
        book.put(f"p{number}", card(f"Person {number}"))
    book.remove("ada")
    book.spoils_batches = True
    server.requests.clear()

    def go(peer):
        if len(server.requests) > count:
            peer.reset()
        else:
            peer.send(server.respond(server.requests[-1]).encode())

    server.fault = go
    with pytest.raises(SourceUnavailable, match=f"127.0.0.1:{server.port}"):
        entries_of(backend)
    server.fault = None
    server.methods()
    assert len(names_of(backend)) == 102
    assert server.methods().count("GET") == 100


def test_cards_without_a_complete_answer_do_not_stop_the_others(server, book, backend):
    book.spoils_batches = True
    for number in range(60):
        book.put(f"p{number}", card(f"Person {number}"))
    no_gzip = HttpAnswer(200, b"no gzip", headers={"Content-Encoding": "gzip"})
    server.answers = {f"/dav/books/crew/p{number}.vcf": no_gzip for number in range(50)}
    names, report = read(backend)
    assert len(names) == 13
    assert str(report.incomplete).endswith("the answer can't be decompressed (and 49 more)")
    server.answers.clear()
    assert len(names_of(backend)) == 63


def test_a_book_of_which_too_many_cards_fail_is_given_up(server, book, backend):
    book.spoils_batches = True
    for number in range(200):
        book.put(f"p{number}", card(f"Person {number}"))
    no_gzip = HttpAnswer(200, b"no gzip", headers={"Content-Encoding": "gzip"})
    server.answers = {f"/dav/books/crew/p{number}.vcf": no_gzip for number in range(200)}
    names, report = read(backend)
    assert names == ["Ada", "Bob", "Eve"]
    assert "too many cards fail" in str(report.incomplete)
    assert server.methods().count("GET") == 103


def test_a_clock_that_goes_back_costs_a_comparison(server, book, backend):
    names_of(backend)
    age(backend, -3600 * 24 * 365)
    server.methods()
    assert names_of(backend) == ["Ada", "Bob", "Eve"]
    assert server.methods() == ["PROPFIND", "REPORT"]


@pytest.mark.parametrize("has_sync", [True, False])
def test_a_card_that_is_listed_with_an_error_keeps_its_person(server, book, backend, has_sync):
    book.has_sync = has_sync
    names_of(backend)
    book.put("bob", card("Bob Stern"))
    busy = "<response><href>{}.vcf</href><status>HTTP/1.1 503 Service Unavailable</status></response>"
    book.answer = multistatus(
        "".join(map(busy.format, ("ada", "bob", "eve"))) + "<sync-token>sync-4</sync-token>"
    )
    names, report = read(backend)
    assert (names, report.incomplete is None) == (["Ada", "Bob", "Eve"], False)
    book.answer = None
    assert names_of(backend) == ["Ada", "Bob Stern", "Eve"]


@pytest.mark.parametrize("has_sync", [True, False])
def test_an_answer_without_anything_removes_nobody(server, book, backend, has_sync):
    book.has_sync = has_sync
    names_of(backend)
    book.put("bob", card("Bob Stern"))
    book.answer = multistatus("")
    age(backend, 24 * 3600)
    with pytest.raises(SourceUnavailable, match="not even with the book"):
        names_of(backend)
    book.answer = None
    assert names_of(backend) == ["Ada", "Bob Stern", "Eve"]
