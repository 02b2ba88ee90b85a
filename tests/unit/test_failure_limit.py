"""The number of wrong credentials of one client is limited, and so is the number of clients that are counted."""

import pytest

from xivo_dird.exceptions import TooManyRequests, Unauthorized
from xivo_dird.failure_limit import FailureLimit


def add_failures(limit: FailureLimit, count: int, origin: str = "192.0.2.1") -> None:
    for _ in range(count):
        limit.add(origin)


def is_refused(limit: FailureLimit, origin: str = "192.0.2.1") -> bool:
    try:
        limit.check(origin)
    except TooManyRequests:
        return True
    return False


def test_a_client_is_refused_after_its_last_allowed_failure() -> None:
    limit = FailureLimit(3)
    assert not is_refused(limit)
    add_failures(limit, 2)
    assert not is_refused(limit)
    add_failures(limit, 1)
    assert is_refused(limit)
    assert not is_refused(limit, "192.0.2.2")


def test_a_failure_of_a_refused_client_is_refused_and_not_counted() -> None:
    now = 0.0
    limit = FailureLimit(1, clock=lambda: now)
    add_failures(limit, 1)
    now = 59.0
    with pytest.raises(TooManyRequests):
        add_failures(limit, 1)
    now = 60.0
    assert not is_refused(limit)


def test_a_refused_client_is_asked_to_wait_for_a_minute_at_most() -> None:
    limit = FailureLimit(1)
    add_failures(limit, 1)
    with pytest.raises(TooManyRequests) as refused:
        limit.check("192.0.2.1")
    assert refused.value.retry_after in range(1, 61)


def test_an_attempt_counts_if_the_credentials_are_wrong_and_only_then() -> None:
    limit = FailureLimit(1)
    with limit.counting("192.0.2.1"):
        pass
    with pytest.raises(ValueError, match="another"), limit.counting("192.0.2.1"):
        raise ValueError("another error")
    assert not is_refused(limit)
    with pytest.raises(Unauthorized), limit.counting("192.0.2.1"):
        raise Unauthorized("wrong")
    with pytest.raises(TooManyRequests), limit.counting("192.0.2.1"):
        pytest.fail("a refused client may not try")


def test_an_attempt_tells_nothing_once_others_have_used_the_limit_up() -> None:
    limit = FailureLimit(1)
    with pytest.raises(TooManyRequests), limit.counting("192.0.2.1"):
        add_failures(limit, 1)


def test_the_clients_that_are_counted_are_limited() -> None:
    limit = FailureLimit(1, max_origins=10)
    for number in range(10):
        limit.add(f"192.0.2.{number}")
    assert all(is_refused(limit, f"192.0.2.{number}") for number in range(10))
    limit.add("192.0.2.10")
    assert is_refused(limit, "192.0.2.10")
    assert sum(is_refused(limit, f"192.0.2.{number}") for number in range(10)) == 9


def test_a_refusal_is_logged_with_the_client_alone(caplog: pytest.LogCaptureFixture) -> None:
    limit = FailureLimit(2)
    add_failures(limit, 1)
    assert caplog.text == ""
    add_failures(limit, 1)
    assert "192.0.2.1 has sent 2 wrong credentials within a minute" in caplog.text


def test_a_client_may_try_again_a_minute_after_its_first_failure() -> None:
    now = 0.0
    limit = FailureLimit(2, clock=lambda: now)
    add_failures(limit, 1)
    now = 30.0
    add_failures(limit, 1)
    now = 59.9
    assert is_refused(limit)
    now = 60.0
    assert not is_refused(limit)
    add_failures(limit, 1)
    assert is_refused(limit)
    now = 200.0
    assert not is_refused(limit)
