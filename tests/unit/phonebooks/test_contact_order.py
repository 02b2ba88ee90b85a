"""Pages of the contacts of a phonebook: parts of the whole list, read without the others."""

from itertools import product

import pytest

from stored import stored
from xivo_dird.contacts.dao import BATCH_SIZE
from xivo_dird.contacts.store_state import StoreState
from xivo_dird.database.engine import Database
from xivo_dird.listing import Direction, Listing
from xivo_dird.phonebooks.contact_order import CachedOrders, OrderKey
from xivo_dird.phonebooks.model import CASE_INSENSITIVE_ORDERS, PhonebookDraft
from xivo_dird.phonebooks.service import MAX_PAGE_ROWS, PhonebookContactService, PhonebookService

TENANT = "11111111-1111-4111-8111-111111111111"
NAMES = ("b", "A", None, "a", "", "é", "B", "a", "E", "zoë")
DIRECTIONS: tuple[Direction, ...] = ("asc", "desc")
KEY = OrderKey("book", "", "name", "asc", True)
STATE = StoreState(7, 3)


@pytest.fixture
def opened(db_uri):
    database = Database(db_uri)
    yield database
    database.close()


@pytest.fixture
def phonebook(opened):
    return PhonebookService(stored(opened)).create(TENANT, PhonebookDraft(name="Suppliers")).uuid


@pytest.fixture
def contacts(opened):
    return PhonebookContactService(opened, stored(opened).events)


def listings(**page):
    """Yield lists of every order, direction and kind of search."""
    for order, direction, search in product((None, "name", "note"), DIRECTIONS, (None, "x", "%b")):
        yield Listing(order, direction, search=search, **page)


def fill(contacts, phonebook):
    for number, name in enumerate(NAMES):
        contacts.create(TENANT, phonebook, {"name": name, "number": f"x{number}", "note": str(number % 3)})
    contacts.create(TENANT, phonebook, {"number": "1"})


def test_pages_together_are_the_whole_list_in_its_order(contacts, phonebook):
    fill(contacts, phonebook)
    for orders, listing in product(((), CASE_INSENSITIVE_ORDERS), listings()):
        whole = contacts.find_listed(TENANT, phonebook, listing, orders)
        assert len(whole.items) == whole.filtered
        pages = [
            contacts.find_listed(
                TENANT,
                phonebook,
                Listing(listing.order, listing.direction, 4, offset, listing.search),
                orders,
            )
            for offset in (0, 4, 8, 12)
        ]
        assert [contact for page in pages for contact in page.items] == list(whole.items)
        assert {(page.total, page.filtered) for page in pages} == {(whole.total, whole.filtered)}


def test_the_longest_page_and_a_longer_one_are_the_whole_list(contacts, phonebook):
    fill(contacts, phonebook)
    for listing in listings():
        whole = contacts.find_listed(TENANT, phonebook, listing).items
        for limit in (BATCH_SIZE + 1, MAX_PAGE_ROWS, MAX_PAGE_ROWS + 1):
            longest = Listing(listing.order, listing.direction, limit, 0, listing.search)
            assert list(contacts.find_listed(TENANT, phonebook, longest).items) == list(whole)


def test_each_change_is_seen_by_the_next_page_also_of_another_process(opened, contacts, phonebook):
    other = PhonebookContactService(opened, stored(opened).events)
    page = Listing("name", limit=10)

    def names():
        found = [contacts.find_listed(TENANT, phonebook, page), other.find_listed(TENANT, phonebook, page)]
        assert found[0] == found[1]
        return [contact.fields.get("name") for contact in found[0].items]

    assert names() == []
    bob = contacts.create(TENANT, phonebook, {"name": "Bob"})
    assert names() == ["Bob"]
    other.create(TENANT, phonebook, {"name": "Ada"})
    assert names() == ["Ada", "Bob"]
    other.update(TENANT, phonebook, bob.id, {"name": "Aaron"})
    assert names() == ["Aaron", "Ada"]
    contacts.remove(TENANT, phonebook, bob.id)
    other.create(TENANT, phonebook, {"name": "Zoe"})
    assert names() == ["Ada", "Zoe"]


def test_a_page_of_a_phonebook_has_no_contact_of_another_one(opened, contacts, phonebook):
    second = PhonebookService(stored(opened)).create(TENANT, PhonebookDraft(name="Others")).uuid
    for uuid in (phonebook, second):
        contacts.create(TENANT, uuid, {"name": uuid})
    for uuid in (phonebook, second):
        page = contacts.find_listed(TENANT, uuid, Listing("name", limit=10))
        assert [contact.fields["name"] for contact in page.items] == [uuid]


def test_an_order_is_read_once_for_each_list_and_state():
    orders = CachedOrders()
    reads = []

    def get(key, state, row_ids):
        def read():
            reads.append(key)
            return row_ids

        return list(orders.get(key, state, read))

    assert get(KEY, STATE, [3, 1, 2]) == [3, 1, 2]
    assert get(KEY, STATE, []) == [3, 1, 2]
    others = [
        KEY._replace(phonebook_uuid="other"),
        KEY._replace(search="x"),
        KEY._replace(order=None),
        KEY._replace(direction="desc"),
        KEY._replace(ignore_case=False),
    ]
    assert [get(key, STATE, [number]) for number, key in enumerate(others)] == [[0], [1], [2], [3], [4]]
    assert reads == [KEY, *others]
    assert get(KEY, STATE._replace(sequence=8), [2]) == [2]
    assert get(KEY, StoreState(8, 4), [4]) == [4]
    assert get(KEY, STATE, [1]) == [1]


def test_the_orders_that_were_not_used_for_the_longest_time_are_dropped():
    orders = CachedOrders(max_bytes=2500)
    reads = []

    def get(search, count):
        def read():
            reads.append(search)
            return range(count)

        orders.get(KEY._replace(search=search), STATE, read)

    for search, count in (("a", 50), ("b", 50), ("a", 50), ("c", 50), ("a", 50), ("b", 50)):
        get(search, count)
    assert reads == ["a", "b", "c", "b"]
    for _ in range(2):
        get("large", 1000)
        get("x" * 1000, 1)
    assert reads[4:] == ["large", "x" * 1000] * 2
