"""Kept answers to "may this token do that?": bounded in number, size and age."""

import time
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

from cachetools import TTLCache

Answer = TypeVar("Answer")

MAX_ANSWERS = 8192


def question_key(token: str, tenant_uuid: str | None = None, required_acl: str = "") -> bytes:
    """Make a key of fixed size that holds no token; `token` and `tenant_uuid` contain no NUL."""
    question = f"{token}\0{tenant_uuid or ''}\0{required_acl}"
    return sha256(question.encode("utf-8", "surrogatepass")).digest()


class DecisionCache(Generic[Answer]):
    """Answers by key, each for `ttl` seconds; shared by threads. A `ttl` of 0 keeps nothing."""

    def __init__(
        self, ttl: float, size: int = MAX_ANSWERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep at most `size` answers; `clock` counts seconds."""
        self._lock = Lock()
        self._answers: TTLCache[bytes, Answer] = TTLCache(size, ttl, timer=clock)

    def get(self, key: bytes) -> Answer | None:
        """Return what was kept for `key`, None if there is nothing or it is too old."""
        with self._lock:
            return self._answers.get(key)

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep `answer` from now on; the one that was used least recently makes room."""
        with self._lock:
            self._answers[key] = answer
