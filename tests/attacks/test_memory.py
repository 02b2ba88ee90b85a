"""What clients send is remembered in caches of bounded size only, and nothing holds an old application."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable

import pytest

from api.conftest import Daemon, configuration
from waiting import wait_until
from xivo_dird.character_map import MAX_CHARACTERS
from xivo_dird.favorites.cache import FavoritesCache
from xivo_dird.numbers.characters import plain_text
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import requested_number
from xivo_dird.numbers.spellings import spellings
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.text.folding import fold

FRANCE = DialPlan("FR")
MANY_CHARACTERS = "".join(chr(code) for code in range(3 * MAX_CHARACTERS) if not 0xD800 <= code < 0xE000)
LONG = "9" * 20_000


def memory_of(work: Callable[[], None]) -> float:
    """Return by how many megabytes the memory has grown after the work."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("convert", [fold, plain_text])
def test_a_text_of_all_characters_is_soon_forgotten(convert):
    assert memory_of(lambda: convert(MANY_CHARACTERS) and None) < 8


@pytest.mark.parametrize("read", [requested_number, spellings])
def test_long_numbers_are_not_remembered(read):
    def read_numbers():
        for number in range(500):
            read(f"{LONG}{number}", FRANCE)

    assert memory_of(read_numbers) < 2


def test_favorites_of_users_with_long_names_are_dropped_in_time():
    cache = FavoritesCache(lambda user, _deadline: {"crew": [user]}, SharedCounters())

    def read_favorites():
        for number in range(10_000):
            cache.get(f"{LONG}{number}")

    assert memory_of(read_favorites) < 100


def test_an_application_that_is_no_longer_used_is_released(tmp_path):
    def controller():
        with Daemon(configuration(tmp_path)) as daemon:
            return weakref.ref(daemon.controller)

    old = controller()

    def is_released():
        gc.collect()
        return old() is None

    wait_until(is_released)
