"""Kept answers end with their time and make room for new ones."""

from xivo_dird_authenticators._decision_cache import DecisionCache, question_key


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_kept_until_its_time_is_up() -> None:
    clock = Clock()
    cache: DecisionCache[str] = DecisionCache(ttl=5, clock=clock)
    cache.put(b"k", "yes")
    clock.now += 4.9
    assert cache.get(b"k") == "yes"
    clock.now += 0.1
    assert cache.get(b"k") is None


def test_a_ttl_of_zero_keeps_nothing() -> None:
    cache: DecisionCache[str] = DecisionCache(ttl=0)
    cache.put(b"k", "yes")
    assert cache.get(b"k") is None


def test_the_answer_used_least_recently_makes_room() -> None:
    cache: DecisionCache[int] = DecisionCache(ttl=5, size=2, clock=Clock())
    for number in (1, 2, 1, 3):
        cache.put(bytes([number]), number)
    assert [cache.get(bytes([number])) for number in (1, 2, 3)] == [1, None, 3]


def test_each_part_of_a_question_counts() -> None:
    keys = [
        question_key("t", "u", "a"),
        question_key("t", "u", "b"),
        question_key("t", None, "a"),
        question_key("t", "ua", ""),
        question_key("tu", None, "a"),
        question_key("t", "u", "\ud800"),
        question_key("t", None, "\0a"),
    ]
    assert len(set(keys)) == len(keys)


def test_a_key_holds_no_token() -> None:
    assert b"secret" not in question_key("secret", "u", "a")
