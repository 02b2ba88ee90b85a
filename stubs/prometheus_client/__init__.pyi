from collections.abc import Sequence
from typing import Self

CONTENT_TYPE_LATEST: str

class CollectorRegistry:
    def __init__(self) -> None: ...

class Counter:
    def __init__(
        self, name: str, documentation: str, labelnames: Sequence[str], *, registry: CollectorRegistry | None
    ) -> None: ...
    def labels(self, *values: str) -> Self: ...
    def inc(self, amount: float = ...) -> None: ...

class Histogram:
    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str],
        *,
        registry: CollectorRegistry | None,
        buckets: Sequence[float],
    ) -> None: ...
    def labels(self, *values: str) -> Self: ...
    def observe(self, amount: float) -> None: ...

class Gauge:
    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str] = ...,
        *,
        registry: CollectorRegistry | None,
        multiprocess_mode: str,
    ) -> None: ...
    def labels(self, *values: str) -> Self: ...
    def set(self, value: float) -> None: ...
    def clear(self) -> None: ...

def generate_latest(registry: CollectorRegistry) -> bytes: ...
