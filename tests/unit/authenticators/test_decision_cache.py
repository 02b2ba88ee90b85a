"""Kept answers end with their time and make room for new ones."""

from xivo_dird_authenticators._decision_cache import DecisionCache


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_kept_until_its_time_is_up() -> None:
    clock = Clock()
    cache: DecisionCache[str] = DecisionCache(ttl=5, clock=clock)
    cache.put("yes", "token")
    clock.now += 4.9
    assert cache.get("token") == "yes"
    clock.now += 0.1
    assert cache.get("token") is None


def test_a_ttl_of_zero_keeps_nothing() -> None:
    cache: DecisionCache[str] = DecisionCache(ttl=0)
    cache.put("yes", "token")
    assert cache.get("token") is None


def test_the_answer_used_least_recently_makes_room() -> None:
    cache: DecisionCache[int] = DecisionCache(ttl=5, size=2, clock=Clock())
    for number in (1, 2, 1, 3):
        cache.put(number, str(number))
    assert [cache.get(str(number)) for number in (1, 2, 3)] == [1, None, 3]


def test_each_part_of_a_question_counts() -> None:
    questions = [
        ("t", "u", "a"),
        ("t", "u", "b"),
        ("t", None, "a"),
        ("t", "ua", ""),
        ("tu", None, "a"),
        ("t", "u", "\ud800"),
        ("t", None, "\0a"),
    ]
    cache: DecisionCache[int] = DecisionCache(ttl=5, clock=Clock())
    for number, question in enumerate(questions):
        cache.put(number, *question)
    assert [cache.get(*question) for question in questions] == list(range(len(questions)))


def test_no_token_is_kept() -> None:
    cache: DecisionCache[bool] = DecisionCache(ttl=5)
    cache.put(True, "s3cret", "u")
    assert b"s3cret" not in b"".join(cache._answers)
