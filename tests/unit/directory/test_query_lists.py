"""The lists of a backend that answers questions itself, through its adapter."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from unit.directory.conftest import CALLER, OTHER_CALLER
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import Environment, QueryBackend, SourceOptions, SourceUnavailable
from xivo_dird.directory.listed_orders import ListedOrders
from xivo_dird.directory.query_adapter import QueryBackendAdapter
from xivo_dird.directory.query_lists import MAX_VERSION_CHARACTERS, QueryLists
from xivo_dird.directory.question import Browse
from xivo_dird.directory.sort_order import EntryOrder, SortOrder
from xivo_dird.exceptions import QuestionRefused
from xivo_dird.text.sort_key import value_key
from xivo_dird.threads.deadline import Deadline, DeadlinePassed

BY_NAME = EntryOrder(SortOrder(("name",)), ())
BY_TOWN = EntryOrder(SortOrder(("place",)), (("place", "{town} {name}"),))


def person(id_, name, town="Bern"):
    return {"id": id_, "name": name, "town": town}


class People(QueryBackend):
    """People of each user in memory; a test changes them."""

    Options = SourceOptions
    unique_column = "id"

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.people = {CALLER: [person(n, name) for n, name in enumerate(("Dora", "Ada", "Cleo", "Bea"))]}
        self.current = 1
        self.is_listed = True
        self.listed = 0
        self.fetched = []
        self.gate = threading.Event()
        self.gate.set()
        self.before_fetch = []

    def search(self, term, caller):
        return ()

    def first_match(self, exten, caller):
        return None

    def fetch(self, ids, caller):
        self.fetched.append(list(ids))
        if self.before_fetch:
            self.before_fetch.pop()()
        return [one for one in self.people.get(caller, ()) if str(one["id"]) in ids]

    def list_version(self, caller):
        return str(self.current) if self.is_listed else None

    def list_entries(self, caller):
        self.listed += 1
        assert self.gate.wait(TIMEOUT)
        yield from self.people.get(caller, ())

    def change(self, *people):
        self.people[CALLER] = list(people)
        self.current += 1


@pytest.fixture
def backend(tmp_path):
    backend = People(SourceOptions(name="people"), Environment("s", "t", People.Settings(), tmp_path))
    yield backend
    backend.gate.set()


@pytest.fixture
def adapter(backend):
    return QueryBackendAdapter(backend)


def browse(adapter, key="", skip=0, count=10, order=BY_NAME, caller=CALLER, timeout=TIMEOUT):
    question = Browse(order.order, key, skip, count)
    return [entry["name"] for entry in adapter.browse(order, question, caller, Deadline.after(timeout))]


def test_a_page_has_the_next_entries_and_one_more(adapter, backend):
    assert browse(adapter, count=2) == ["Ada", "Bea", "Cleo"]
    assert browse(adapter, value_key("bea"), 1, count=2) == ["Cleo", "Dora"]
    assert browse(adapter, value_key("x")) == []
    assert backend.listed == 1


def test_entries_are_sorted_as_their_contacts_show_them(adapter, backend):
    backend.change(person(1, "Ada", "Zug"), person(2, "Bea", "Bern"))
    assert browse(adapter, order=BY_TOWN) == ["Bea", "Ada"]
    assert browse(adapter, value_key("z"), order=BY_TOWN) == ["Ada"]


def test_groups_are_copies(adapter):
    for _ in range(2):
        groups = adapter.groups(BY_NAME, CALLER, Deadline.after(TIMEOUT))
        assert (groups.initials.total(), len(groups.values)) == (4, 4)
        groups.add(value_key("zoe"), "Zoe")


def test_each_caller_has_an_order_of_their_own(adapter, backend):
    other_token = replace(CALLER, token="another")
    backend.people[OTHER_CALLER] = [person(9, "Zoe")]
    assert browse(adapter) == ["Ada", "Bea", "Cleo", "Dora"]
    assert browse(adapter, caller=OTHER_CALLER) == ["Zoe"]
    assert browse(adapter, caller=other_token) == []


def test_callers_share_the_order_of_a_backend_that_is_alike_for_all(tmp_path):
    kind = type("Shared", (People,), {"is_caller_independent": True})
    backend = kind(SourceOptions(name="people"), Environment("s", "t", People.Settings(), tmp_path))
    backend.people[OTHER_CALLER] = backend.people[CALLER]
    adapter = QueryBackendAdapter(backend)
    assert browse(adapter) == browse(adapter, caller=OTHER_CALLER)
    assert backend.listed == 1


def test_sources_do_not_share_orders_in_a_common_cache(backend, tmp_path):
    orders = ListedOrders()
    other = People(backend.options, backend.environment)
    other.people[CALLER] = [person(1, "Zoe")]
    assert browse(QueryBackendAdapter(backend, orders=orders)) == ["Ada", "Bea", "Cleo", "Dora"]
    assert browse(QueryBackendAdapter(other, orders=orders)) == ["Zoe"]


def test_different_pages_at_once_are_one_sorting(adapter, backend):
    backend.gate.clear()
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(browse, adapter, value_key(letter)) for letter in "abcdabcd"]
        wait_until(lambda: backend.listed)
        backend.gate.set()
        assert [len(page.result(TIMEOUT)) for page in found] == [4, 3, 2, 1] * 2
    assert backend.listed == 1


def test_an_entry_removed_meanwhile_does_not_shorten_the_page(adapter, backend):
    browse(adapter)
    backend.before_fetch.append(lambda: backend.change(*backend.people[CALLER][2:]))
    assert browse(adapter, count=2) == ["Bea", "Cleo"]
    assert backend.listed == 2


def test_an_entry_renamed_meanwhile_is_shown_at_its_new_place(adapter, backend):
    browse(adapter)
    ada, *others = sorted(backend.people[CALLER], key=lambda one: one["name"])
    backend.before_fetch.append(lambda: backend.change({**ada, "name": "Zoe"}, *others))
    assert browse(adapter) == ["Bea", "Cleo", "Dora", "Zoe"]


def test_pages_with_equal_keys_skip_what_was_given(adapter, backend):
    backend.change(*(person(number, "Ada") for number in range(6)))
    assert browse(adapter, count=2) == ["Ada"] * 3
    backend.change(*backend.people[CALLER][:1], *backend.people[CALLER][2:])
    browse(adapter, value_key("ada"), 1, count=2)
    assert backend.fetched[-1] == ["2", "3", "4"]


def test_entries_that_are_never_fetched_are_passed_over(adapter, backend):
    ghosts = [person(f"ghost {number}", "Ada") for number in range(5)]
    backend.list_entries = lambda caller: [*ghosts, *backend.people[CALLER]]
    assert browse(adapter, count=2) == ["Ada", "Bea", "Cleo"]


def test_endless_changes_end_at_the_last_attempt(adapter, backend):
    def rename():
        backend.change(*({**one, "name": one["name"] + "x"} for one in backend.people[CALLER]))

    backend.before_fetch += [rename] * 10
    assert browse(adapter) == []
    assert backend.listed == 3


def test_a_page_after_the_deadline_is_late(adapter):
    with pytest.raises(DeadlinePassed):
        browse(adapter, timeout=0)


@pytest.mark.parametrize("lacking", [{"unique_column": None}, {"is_listed": False}], ids=["ids", "a version"])
def test_a_backend_without_ids_or_version_can_only_be_searched(adapter, backend, lacking):
    vars(backend).update(lacking)
    for ask in (lambda: browse(adapter), lambda: adapter.groups(BY_NAME, CALLER, Deadline.after(TIMEOUT))):
        with pytest.raises(QuestionRefused, match=r"^its contacts can be searched, but not listed$"):
            ask()


@pytest.mark.parametrize("version", [1, b"1", ["1"], object()])
def test_a_version_that_is_no_text_is_an_error(adapter, backend, version):
    backend.list_version = lambda caller: version
    with pytest.raises(SourceUnavailable, match="the version of its list is a"):
        browse(adapter)


class RecordedOrders(ListedOrders):
    """A cache that records the versions of what it returns."""

    def __init__(self):
        super().__init__()
        self.versions = []

    def get(self, *arguments):
        found = super().get(*arguments)
        self.versions.append(found.version)
        return found


def test_a_long_version_is_kept_as_its_hash(backend):
    orders = RecordedOrders()
    adapter = QueryBackendAdapter(backend, orders=orders)
    for version in ("x" * 1_000_000, "x" * 1_000_000, "\ud800" * 1_000_000):
        backend.list_version = lambda caller, version=version: version
        assert browse(adapter, count=1)
    assert backend.listed == 2
    assert max(map(len, orders.versions)) <= MAX_VERSION_CHARACTERS
    assert len(set(orders.versions)) == 2


def test_a_list_has_a_maximum_of_entries(backend):
    with pytest.raises(SourceUnavailable, match="more than 3 entries"):
        browse(QueryBackendAdapter(backend, max_answer_entries=3))


def test_a_list_that_takes_too_long_is_closed(backend):
    closed = threading.Event()

    def endless(caller):
        try:
            while True:
                yield person(1, "Ada")
        finally:
            closed.set()

    backend.list_entries = endless
    lists = QueryLists(backend, ListedOrders(), 10**9, max_seconds=0.01)
    with pytest.raises(SourceUnavailable, match=r"takes more than 0\.01 s"):
        lists.groups(BY_NAME, CALLER, Deadline.after(TIMEOUT))
    assert closed.is_set()
