"""Lists of the contacts of a source: what the backend returns, raises, or does not return in time."""

from collections.abc import Callable
from typing import ClassVar

import pytest

from unit.directory.conftest import CALLER, within
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import (
    ContactList,
    ContactsUnavailable,
    Listing,
    NoTokenFound,
    Page,
    QueryBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.directory.contact_lists import MAX_LISTS_AT_ONCE
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import Unauthorized
from xivo_dird.sources.model import Source
from xivo_dird.threads.breaker import BreakerLimits

LISTING = Listing("name", search="Secret Person")
ADA = {"name": "Ada", "numbers": ("2045", "2046")}


class ListedOptions(SourceOptions):
    pass


class Listed(QueryBackend[ListedOptions]):
    """Lists what a test says."""

    Options = ListedOptions
    contact_list = ContactList(("name",))
    act: ClassVar[Callable[..., object]]

    def list_contacts(self, listing, caller):
        return type(self).act(listing, caller)

    def contacts_unavailable(self, error):
        return ContactsUnavailable("no PBX", {"original_error": str(error)}, "pbx-error")

    def search(self, term, caller):
        return [ADA]

    def first_match(self, exten, caller):
        return None

    def fetch(self, ids, caller):
        return []


class Unopenable(Listed):
    def __init__(self, options, environment):
        raise SourceUnavailable("not today")


@pytest.fixture
def lists(tmp_path):
    """Yield a function that returns the lists of a source of a backend."""
    installed = {kind.__name__: InstalledBackend(kind, kind.Settings()) for kind in (Listed, Unopenable)}
    limits = SourceLimits(workers=4, queue=4, breaker=BreakerLimits(1, 60.0, 60.0))
    registry = Registry(SourceOpener(installed, tmp_path), limits)

    def open_(backend=Listed):
        source = Source(backend.__name__, "tenant", "crew", backend.__name__, {})
        return registry.get(source).contact_lists

    yield open_
    registry.close()


def act(action):
    Listed.act = action


def raising(error):
    def action(_listing, _caller):
        raise error

    return action


def failure_of(lists, timeout=TIMEOUT):
    with pytest.raises(ContactsUnavailable) as raised:
        lists.find_listed(LISTING, CALLER, within(timeout))
    return raised.value


def test_the_backend_gets_the_listing_and_the_caller(lists):
    asked = []

    def answer(listing, caller):
        asked.append((listing, caller))
        return Page([ADA], 7, 3)

    act(answer)
    page = lists().find_listed(LISTING, CALLER, within(TIMEOUT))
    assert asked == [(LISTING, CALLER)]
    assert page == Page([{"name": "Ada", "numbers": ["2045", "2046"]}], 7, 3)


def test_a_missing_token_is_passed_on(lists):
    act(raising(NoTokenFound("user")))
    with pytest.raises(NoTokenFound) as raised:
        lists().find_listed(LISTING, CALLER, within(TIMEOUT))
    assert raised.value.details == {"user_uuid": "user"}


def test_the_error_of_the_backend_for_clients_is_passed_on(lists):
    act(raising(ContactsUnavailable("gone", {"a": 1}, "own-error")))
    error = failure_of(lists())
    assert (error.message, error.details, error.error_id) == ("gone", {"a": 1}, "own-error")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SourceUnavailable("confd is down"), "confd is down"),
        (ValueError("bad value 'Secret Person'"), "ValueError: bad value '…'"),
        (SourceUnavailable("no answer to Secret Person"), "no answer to …"),
        (Unauthorized("who?"), "Unauthorized: who?"),
        (SystemExit(), "the backend raised SystemExit"),
    ],
    ids=["unavailable", "defect", "quotes-the-search", "other-error", "exit"],
)
def test_any_other_error_is_one_that_clients_understand(lists, caplog, error, text):
    act(raising(error))
    failed = failure_of(lists())
    assert (failed.error_id, failed.details) == ("pbx-error", {"original_error": text})
    assert text in caplog.text
    assert "Secret" not in caplog.text


@pytest.mark.parametrize("page", [None, Page([7], 1, 1), Page([{1.5: "x"}], 1, 1), [ADA]], ids=ascii)
def test_a_list_that_can_not_be_shown_is_an_error(lists, page):
    act(lambda _listing, _caller: page)
    assert failure_of(lists()).error_id == "pbx-error"


def test_a_source_that_can_not_be_opened_has_a_general_error(lists):
    failed = failure_of(lists(Unopenable))
    assert (failed.error_id, failed.details) == ("source-unavailable", {"original_error": "not today"})


def test_a_backend_that_fails_to_describe_its_error_has_a_general_one(lists, monkeypatch):
    monkeypatch.setattr(Listed, "contacts_unavailable", lambda _self, _error: 1 / 0)
    act(raising(SourceUnavailable("down")))
    assert failure_of(lists()).error_id == "source-unavailable"


def test_lists_that_hang_end_in_time_and_later_ones_at_once(lists, gate):
    started = []

    def hang(_listing, _caller):
        started.append("a list")
        gate.wait(LONG_TIMEOUT)
        return Page([], 0, 0)

    act(hang)
    source = lists()
    while len(started) < MAX_LISTS_AT_ONCE:  # on a busy machine, one may end before it has started
        assert failure_of(source, 0.01).details == {"original_error": "no complete answer within 0.01 s"}
    with assert_prompt():
        error = failure_of(source, LONG_TIMEOUT)
    assert "workers still wait for earlier calls" in str(error.details)
    gate.set()
    wait_until(lambda: not source.is_busy)
    assert source.find_listed(LISTING, CALLER, within(TIMEOUT)).items == []
