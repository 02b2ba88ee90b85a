"""Entries arrive as sources answer; a search that waits delays no other one, and may be abandoned."""

import pytest

from ldap_daemon import BASE, ldap_configuration, ldap_daemon, profile
from ldap_searches import RawLdap
from servers.gated_people import GatedPeople
from waiting import assert_prompt, wait_until
from xivo_dird.ldap_server.session import MAX_RUNNING

PEOPLE = ["Ann Lee", "Zoë Annesley", "Marie Ann Dupont"]
"""The people with `ann` of the source that answers at once."""

SLOW = "Ann Slow"
SUCCESS = 0
ONLY_SLOW, SLOW_FIRST, SLOW_LAST = (f"ou={name},{BASE}" for name in ("only-slow", "slow-first", "slow-last"))


@pytest.fixture
def slow():
    with GatedPeople(("1", *SLOW.split(" "), "4001")) as slow:
        yield slow


@pytest.fixture
def port(tmp_path, slow):
    """Start a daemon whose slow source is asked one question at a time; return its port."""
    profiles = [
        profile("only-slow", "slow"),
        profile("slow-first", "slow", "people"),
        profile("slow-last", "people", "slow"),
    ]
    config = ldap_configuration(tmp_path, [slow.source("slow")], profiles)
    config["lookup"] |= {"workers_per_source": 1}
    with ldap_daemon(config) as daemon:
        yield daemon.ldap.port


@pytest.fixture
def client(port):
    """Connect, with an account that may search all profiles."""
    with RawLdap(port) as client:
        client.bind(1, "token", "admin")
        assert client.receive() == (1, SUCCESS)
        yield client


def received(client, count):
    """Return the next responses."""
    return [client.receive() for _ in range(count)]


def test_entries_arrive_before_a_source_behind_them_has_answered(client, slow):
    client.search(2, "ann", SLOW_LAST)
    assert received(client, 3) == [(2, name) for name in PEOPLE]
    slow.gate.set()
    assert received(client, 2) == [(2, SLOW), (2, SUCCESS)]


def test_the_order_is_that_of_the_profile_whoever_answers_first(client, slow):
    client.search(2, "ann", SLOW_FIRST)
    client.search(3, "ann")
    assert [message_id for message_id, _ in received(client, 4)] == [3] * 4
    slow.gate.set()
    assert received(client, 5) == [(2, name) for name in (SLOW, *PEOPLE, SUCCESS)]


def test_a_search_is_answered_while_another_one_waits(client, slow):
    client.search(2, "ann", ONLY_SLOW)
    wait_until(lambda: slow.asked == ["ann"])
    client.search(3, "bob")
    assert received(client, 2) == [(3, "Bob Stern"), (3, SUCCESS)]
    slow.gate.set()
    assert received(client, 2) == [(2, SLOW), (2, SUCCESS)]


def test_abandoned_searches_make_room_for_others(client, slow):
    first = range(10, 10 + MAX_RUNNING)
    for message_id in first:
        client.search(message_id, f"ann {message_id}", ONLY_SLOW)
    wait_until(lambda: slow.asked)
    for message_id in first:
        client.abandon(100 + message_id, message_id)
    client.search(2, "bob")
    with assert_prompt():
        assert received(client, 2) == [(2, "Bob Stern"), (2, SUCCESS)]


@pytest.fixture
def waiting(client, slow):
    """Search so that the slow source has no room for another question until its gate opens."""
    client.search(2, "ann", ONLY_SLOW)
    wait_until(lambda: slow.asked == ["ann"])
    return client


def test_a_source_is_not_asked_for_an_abandoned_search(waiting, slow):
    waiting.search(3, "bob", ONLY_SLOW)
    waiting.abandon(4, 3)
    waiting.search(5, "bob")
    assert received(waiting, 2) == [(5, "Bob Stern"), (5, SUCCESS)]
    waiting.search(6, "eva", ONLY_SLOW)
    slow.gate.set()
    assert {message_id for message_id, _ in received(waiting, 3)} == {2, 6}
    assert slow.asked == ["ann", "eva"]


def test_a_source_is_not_asked_for_a_client_that_has_gone(waiting, slow, port):
    with RawLdap(port) as other:
        other.bind(1, "token", "admin")
        assert other.receive() == (1, SUCCESS)
        other.search(2, "bob", ONLY_SLOW)
        other.search(3, "bob")
        assert received(other, 2) == [(3, "Bob Stern"), (3, SUCCESS)]
        other.end()
    waiting.search(6, "eva", ONLY_SLOW)
    slow.gate.set()
    assert {message_id for message_id, _ in received(waiting, 3)} == {2, 6}
    assert slow.asked == ["ann", "eva"]
