"""Servers that ask their clients to slow down: 429 and 503 (RFC 6585 section 4, RFC 9110 section 15.6.4)."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from threading import Lock

from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing.http_time import http_time
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.retry import Backoff

MAX_PAUSE_SECONDS = 3600.0
"""Longest pause that a server can ask for; a longer one is treated as this."""

MAX_BACKOFF_SECONDS = 64.0
"""Longest pause after a 429 that names none."""


class Throttled(SourceUnavailable):
    """The server has asked for a pause, which is not over; nothing was sent."""


class Throttle:
    """The pause that a server asked for; shared by threads."""

    def __init__(self) -> None:
        """Create it without a pause."""
        self._lock = Lock()
        self._backoff = Backoff(MAX_BACKOFF_SECONDS, min_pause=1.0)
        self._end = Deadline.after(0.0)

    def check(self, server: str = "the server") -> None:
        """Raise `Throttled`, which names the server, during a pause."""
        seconds = self.remaining()
        if seconds > 0:
            raise Throttled(f"{server} asked for a pause, which ends in {seconds:.0f} s")

    def remaining(self) -> float:
        """Return the seconds until the end of the pause, 0 if there is none."""
        return self._end.remaining()

    def pause(self, seconds: float) -> None:
        """Refuse requests for so long, at most `MAX_PAUSE_SECONDS`."""
        end = Deadline.after(min(max(seconds, 0.0), MAX_PAUSE_SECONDS))
        with self._lock:
            self._end = max(self._end, end, key=lambda deadline: deadline.at)

    def record(self, status: int, headers: Mapping[str, str]) -> None:
        """Start the pause that a response asks for, if any."""
        is_throttled = status == HTTPStatus.TOO_MANY_REQUESTS
        if not is_throttled and status != HTTPStatus.SERVICE_UNAVAILABLE:
            self._backoff.reset()
            return
        seconds = retry_after_seconds(headers.get("Retry-After"))
        if seconds is None and is_throttled:
            seconds = self._backoff.next_pause()
        if seconds:
            self.pause(seconds)


def retry_after_seconds(value: str | None, now: float | None = None) -> float | None:
    """Return the seconds of a header `Retry-After` (RFC 9110 section 10.2.3), None if it is missing or malformed.

    Args:
        value: A number of seconds or a date.
        now: The time, as `time.time` counts.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_PAUSE_SECONDS)
    date = http_time(text)
    if date is None:
        return None
    return min(max(date - (time.time() if now is None else now), 0.0), MAX_PAUSE_SECONDS)
