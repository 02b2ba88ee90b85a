"""Kept answers to "may this token do that?": bounded in number, size and age."""

import time
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

from cachetools import TTLCache

Answer = TypeVar("Answer")

MAX_ANSWERS = 8192


class DecisionCache(Generic[Answer]):
    """Answers to questions about a token, each for `ttl` seconds; shared by threads. A `ttl` of 0 keeps nothing.

    A question is a token, a tenant and an ACL, of which only the ACL may contain a NUL. Tokens are not kept.
    """

    def __init__(
        self, ttl: float, size: int = MAX_ANSWERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keep at most `size` answers; `clock` counts seconds."""
        self._lock = Lock()
        self._answers: TTLCache[bytes, Answer] = TTLCache(size, ttl, timer=clock)

    def get(self, token: str, tenant_uuid: str | None = None, acl: str = "") -> Answer | None:
        """Return what was kept for a question, None if there is nothing or it is too old."""
        key = _key(token, tenant_uuid, acl)
        with self._lock:
            return self._answers.get(key)

    def put(self, answer: Answer, token: str, tenant_uuid: str | None = None, acl: str = "") -> None:
        """Keep the answer to a question from now on; the one that was used least recently makes room."""
        key = _key(token, tenant_uuid, acl)
        with self._lock:
            self._answers[key] = answer


def _key(token: str, tenant_uuid: str | None, acl: str) -> bytes:
    """Make a key of fixed size that holds no token."""
    question = f"{token}\0{tenant_uuid or ''}\0{acl}"
    return sha256(question.encode("utf-8", "surrogatepass")).digest()
