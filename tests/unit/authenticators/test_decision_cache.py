"""Tests of the decision cache: expiry, eviction and keys."""

from xivo_dird_authenticators._decision_cache import DecisionCache


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_decision_expires_after_its_ttl() -> None:
    clock = Clock()
    cache: DecisionCache[str] = DecisionCache(ttl=5, clock=clock)
    cache.put("yes", "token")
    clock.now += 4.9
    assert cache.get("token") == "yes"
    clock.now += 0.1
    assert cache.get("token") is None


def test_a_ttl_of_zero_disables_the_cache() -> None:
    cache: DecisionCache[str] = DecisionCache(ttl=0)
    cache.put("yes", "token")
    assert cache.get("token") is None


def test_the_least_recently_used_decision_is_evicted() -> None:
    cache: DecisionCache[int] = DecisionCache(ttl=5, max_decisions=2, clock=Clock())
    for number in (1, 2, 1, 3):
        cache.put(number, str(number))
    assert [cache.get(str(number)) for number in (1, 2, 3)] == [1, None, 3]


def test_token_tenant_and_acl_are_all_part_of_the_key() -> None:
    keys = [
        ("t", "u", "a"),
        ("t", "u", "b"),
        ("t", None, "a"),
        ("t", "ua", ""),
        ("tu", None, "a"),
        ("t", "u", "\ud800"),
        ("t", None, "\0a"),
    ]
    cache: DecisionCache[int] = DecisionCache(ttl=5, clock=Clock())
    for number, key in enumerate(keys):
        cache.put(number, *key)
    assert [cache.get(*key) for key in keys] == list(range(len(keys)))


def test_tokens_are_not_stored() -> None:
    cache: DecisionCache[bool] = DecisionCache(ttl=5)
    cache.put(True, "s3cret", "u")
    assert b"s3cret" not in b"".join(cache._decisions)
