"""The registry of open sources."""

from concurrent.futures import ThreadPoolExecutor

from unit.directory.conftest import ask_one, entry, names
from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.directory.outcome import Status


def test_closing_ends_waiting_lookups_at_once(sources):
    hung = sources.open("hung", hangs=True)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask_one, hung, "x", LONG_TIMEOUT)
        assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
        sources.registry.close()
        assert waiting.result(TIMEOUT).status is Status.FAILED


def test_an_edited_source_is_replaced_at_the_next_question(sources):
    sources.open("crew", entries=[entry("old")])
    assert names([ask_one(sources.open("crew", entries=[entry("old")]), "x")]) == ["old"]
    edited = sources.open("crew", "memory", entries=[entry("new")])
    assert names([ask_one(edited, "x")]) == ["new"]
