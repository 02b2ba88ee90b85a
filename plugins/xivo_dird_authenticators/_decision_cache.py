"""Remembered answers to "may this token do that?": bounded in number, size and age."""

import time
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

MOST_ANSWERS = 8192


def question_key(token: str, tenant_uuid: str | None = None, required_acl: str = "") -> bytes:
    """Make a key of fixed size that holds no token; `token` and `tenant_uuid` contain no NUL."""
    question = f"{token}\0{tenant_uuid or ''}\0{required_acl}"
    return sha256(question.encode("utf-8", "surrogatepass")).digest()


class DecisionCache(Generic[Answer]):
    """Answers by key, each for `ttl` seconds; shared by threads. A `ttl` of 0 remembers nothing."""

    def __init__(
        self, ttl: float, size: int = MOST_ANSWERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep at most `size` answers; `clock` counts seconds."""
        self._ttl = ttl
        self._size = size
        self._clock = clock
        self._lock = Lock()
        self._answers: dict[bytes, tuple[float, Answer]] = {}

    def get(self, key: bytes) -> Answer | None:
        """Answer what was kept for `key`, None if there is nothing or it is too old."""
        kept = self._answers.get(key)
        if kept is None or self._clock() >= kept[0]:
            return None
        return kept[1]

    def keep(self, key: bytes, answer: Answer) -> None:
        """Keep `answer` from now on; the oldest answer makes room."""
        if self._ttl <= 0:
            return
        with self._lock:
            self._answers.pop(key, None)
            if len(self._answers) >= self._size:
                del self._answers[next(iter(self._answers))]
            self._answers[key] = (self._clock() + self._ttl, answer)
