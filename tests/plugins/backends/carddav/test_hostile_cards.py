"""Hostile cards in address books: each good one is a person, each bad one is counted."""

from collections import Counter

import pytest

from hostile_cards import CARDS, linking_card
from plugins.backends.carddav.conftest import names_of, read
from servers.card_server import card
from servers.faulty_http import FaultyHttp, HttpAnswer


def text_of(data: bytes) -> str | None:
    """Return a card as XML can have it, None if it can't."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if text.replace("\t", " ").replace("\r\n", " ").isprintable() else None


@pytest.mark.parametrize("is_batch", [True, False])
def test_hostile_cards_of_a_book_are_people_or_counted(server, make_backend, is_batch):
    book = server.add_book("crew", spoils_batches=not is_batch)
    chosen = [card for card in CARDS.values() if not is_batch or text_of(card.data) is not None]
    for number, (data, _) in enumerate(chosen):
        book.put(f"{number}", data)
    found = make_backend(server.options).entries(None)
    people = Counter(str(entry["name"]) for entry in found)
    report = found.report()
    # a card of its own is read up to the first person in it
    assert people == Counter(card.outcome for card in chosen if card.outcome)
    assert report.skipped == sum(card.outcome is None for card in chosen)
    assert report.rows == report.skipped + people.total()
    assert report.incomplete is None
    assert server.methods().count("GET") == (0 if is_batch else len(chosen))


def test_a_url_in_a_card_of_a_book_is_never_requested(server, make_backend):
    book = server.add_book("crew")
    with FaultyHttp(lambda _: HttpAnswer()) as other:
        book.put("links", linking_card(other.url))
        assert names_of(make_backend(server.options)) == ["Ada"]
        assert other.connections == 0


def test_photos_that_fit_into_no_answer_cost_only_their_card(server, make_backend):
    book = server.add_book("crew")
    book.put("ada", card("Ada"))
    for name, megabytes in (("Bob", 50), ("Eve", 30), ("Zoe", 70)):
        book.put(name.lower(), card(name, "2045", "PHOTO;ENCODING=b:" + "A" * megabytes * 1024**2))
    names, report = read(make_backend(server.options))
    assert (names, report.rows, report.skipped) == (["Ada", "Bob", "Eve"], 4, 1)
    assert "card zoe.vcf" in str(report.reason)
    assert len(str(report.reason)) < 300
