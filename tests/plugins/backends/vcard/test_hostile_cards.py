"""Hostile cards in files: each good one is a person, each bad one is counted, none costs another."""

from collections import Counter

import pytest

from hostile_cards import CARDS, GROUP, JOINABLE, UIDS, file_of, linking_card, whole
from servers.faulty_http import FaultyHttp, HttpAnswer

PEOPLE = Counter(card.outcome for card in CARDS.values() if card.outcome)


@pytest.fixture
def read(make_backend):
    """Return a function that reads the people of a source: their entries, and the report."""

    def read(**options):
        found = make_backend(**options).entries(None)
        return list(found), found.report()

    return read


def names(entries):
    return Counter(entry["name"] for entry in entries)


def test_a_folder_of_hostile_cards_gives_every_good_one(read, folder, caplog):
    for number, card in enumerate(CARDS.values()):
        (folder / f"{number:03}.vcf").write_bytes(card.data)
    entries, report = read(folder=str(folder))
    assert set(names(entries)) == set(PEOPLE)
    assert report.skipped >= sum(card.outcome is None for card in CARDS.values())
    assert len({entry["id"] for entry in entries}) == len(entries) == report.rows - report.skipped
    assert len(caplog.text) < 1000


def test_a_file_of_hostile_cards_gives_every_good_one(read, folder):
    (folder / "all.vcf").write_bytes(file_of(JOINABLE))
    entries, report = read(file=str(folder / "all.vcf"))
    people = Counter(CARDS[name].outcome for name in JOINABLE if CARDS[name].outcome)
    assert names(entries) == people + Counter(Bob=len(JOINABLE))
    assert report.skipped == sum(CARDS[name].outcome is None for name in JOINABLE)
    groups = sum(CARDS[name].outcome == GROUP for name in JOINABLE)
    assert report.rows + groups == 2 * len(JOINABLE)


@pytest.mark.parametrize("uid", UIDS, ids=lambda uid: ascii(uid[:20]))
def test_two_cards_with_one_hostile_uid_have_ids_of_their_own(read, folder, uid):
    first, second = (whole(b"FN:%b\r\nUID:%b" % (name, uid)) for name in (b"Ada", b"Bob"))
    (folder / "two.vcf").write_bytes(first + second + first)
    entries, report = read(file=str(folder / "two.vcf"))
    assert names(entries) == Counter(Ada=1, Bob=1)
    assert len({entry["id"] for entry in entries}) == 2
    assert report.skipped == 0


def test_a_url_in_a_file_is_never_requested(read, folder):
    with FaultyHttp(lambda _: HttpAnswer()) as server:
        (folder / "links.vcf").write_bytes(linking_card(server.url))
        entries, _ = read(file=str(folder / "links.vcf"))
        assert names(entries) == Counter(Ada=1)
        assert server.connections == 0
