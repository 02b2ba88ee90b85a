"""Tests of servers that ask their clients to slow down."""

import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from xivo_dird.outgoing.throttle import MAX_PAUSE_SECONDS, Throttle, Throttled, retry_after_seconds

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        (" 7 ", 7.0),
        ("9" * 400, MAX_PAUSE_SECONDS),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_PAUSE_SECONDS),
        ("Fri, 31 Dec 9999 23:59:59 -2359", MAX_PAUSE_SECONDS),
        ("Mon, 01 Jan 0001 00:00:00 -0000", 0.0),
    ],
)
def test_a_pause_is_in_seconds_or_until_a_date_and_never_too_long(value: str, seconds: float) -> None:
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-5",
        "soon",
        "1.5",
        "١٢",
        "Fri, 99 Foo 2026 00:00:00 GMT",
        "1e9",
        "\x00",
        "60, 60",
        "\xb2",
        "Mon, 01 Jan 99999 00:00:00 GMT",
    ],
)
def test_a_malformed_pause_is_ignored(value: str | None) -> None:
    assert retry_after_seconds(value, NOW) is None


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the time zone of the process during a test."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_a_date_without_a_zone_is_in_utc() -> None:
    assert retry_after_seconds(formatdate(NOW + 90), NOW) == 90
    assert retry_after_seconds("Fri, 31 Dec 9999 23:59:59 -0000", NOW) == MAX_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("status", "header"), [(429, {"Retry-After": "60"}), (503, {"Retry-After": "60"}), (429, {})]
)
def test_nothing_is_sent_during_the_pause_that_a_server_asked_for(
    status: int, header: dict[str, str]
) -> None:
    throttle = Throttle()
    throttle.record(status, header)
    with pytest.raises(Throttled, match="asked for a pause"):
        throttle.check()


@pytest.mark.parametrize(
    ("status", "header"), [(200, {"Retry-After": "60"}), (503, {}), (429, {"Retry-After": "0"})]
)
def test_other_answers_ask_for_no_pause(status: int, header: dict[str, str]) -> None:
    throttle = Throttle()
    throttle.record(status, header)
    throttle.check()


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    throttle = Throttle()
    throttle.pause(60)
    throttle.pause(0)
    with pytest.raises(Throttled):
        throttle.check()
