import pytest

from xivo_dird.versioned_cache import VersionedCache


@pytest.fixture
def cache():
    return VersionedCache(max_bytes=100)


def test_a_value_is_found_while_the_version_is_the_same(cache):
    cache.put("people", 1, "Ada", 10)
    assert [cache.find("people", 1), cache.find("people", 2), cache.find("others", 1)] == ["Ada", None, None]


def test_a_value_replaces_the_one_of_an_earlier_version(cache):
    cache.put("people", 1, "Ada", 60)
    cache.put("people", 2, "Zoe", 60)
    assert [cache.find("people", 1), cache.find("people", 2)] == [None, "Zoe"]


def test_the_value_that_was_not_used_for_the_longest_time_is_dropped(cache):
    for key in "abc":
        cache.put(key, 1, key, 30)
    cache.find("a", 1)
    cache.put("d", 1, "d", 30)
    assert [cache.find(key, 1) for key in "abcd"] == ["a", None, "c", "d"]


def test_a_value_larger_than_the_cache_drops_only_its_predecessor(cache):
    cache.put("people", 1, "Ada", 10)
    cache.put("others", 1, "Zoe", 10)
    cache.put("people", 2, "Everybody", 101)
    assert [cache.find("people", 1), cache.find("people", 2), cache.find("others", 1)] == [None, None, "Zoe"]
