"""The figures of a soak: what clients saw, what the daemon uses, and whether anything grows."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from servers.usage import bytes_below, usage_of_all
from soak.target import SoakDaemon

MEGABYTE = 1_000_000
BYTES_PER_EVENT = 1_000
"""What an event occupies in the database, which keeps events for days."""

LOST = "lost"
"""Instead of a status: the connection ended before the answer, as when a worker is killed."""


class Answers:
    """Counts the answers to all clients, and keeps the latencies of the ordinary ones since the last report."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._lock = threading.Lock()
        self._latencies: list[float] = []
        self._statuses: Counter[str] = Counter()
        self.fuzzed = 0

    def add(self, status: int | str, seconds: float) -> None:
        """Count an answer to an ordinary client, and keep its latency."""
        with self._lock:
            self._statuses[str(status)] += 1
            self._latencies.append(seconds)

    def count(self, status: int | str) -> None:
        """Count an answer whose latency says nothing, such as that of a feed."""
        with self._lock:
            self._statuses[str(status)] += 1

    def add_fuzzed(self, count: int) -> None:
        """Count fuzzed requests."""
        with self._lock:
            self.fuzzed += count

    @property
    def statuses(self) -> Counter[str]:
        """Return the number of answers by status."""
        with self._lock:
            return self._statuses.copy()

    def take_percentiles(self) -> tuple[float, float]:
        """Return the median and the 99th percentile in seconds since the last call."""
        with self._lock:
            latencies, self._latencies = self._latencies, []
        if len(latencies) < 2:
            return 0.0, 0.0
        return statistics.median(latencies), statistics.quantiles(latencies, n=100)[98]


@dataclass(frozen=True)
class Sample:
    """What the daemon uses at one moment: its parent process and its oldest worker, which is never killed.

    Attributes:
        memory: Resident bytes of both.
        threads: Threads of both.
        descriptors: Open descriptors of both.
        disk: Bytes of the state directory and of the database, without what events occupy.
    """

    memory: int
    threads: int
    descriptors: int
    disk: int


@dataclass(frozen=True)
class _Limit:
    """How much a figure may differ between two quarters of a run: by a fraction, or by so much."""

    name: str
    of: Callable[[Sample], int]
    share: float
    amount: int


LIMITS = (
    _Limit("memory (bytes)", lambda sample: sample.memory, 0.10, 10 * MEGABYTE),
    _Limit("threads", lambda sample: sample.threads, 0.10, 12),
    _Limit("descriptors", lambda sample: sample.descriptors, 0.10, 16),
    _Limit("disk (bytes)", lambda sample: sample.disk, 0.10, 8 * MEGABYTE),
)


def take_sample(daemon: SoakDaemon, events: int) -> Sample:
    """Measure the daemon; `events` is the number of events that it has recorded."""
    usage = usage_of_all([daemon.pid, *daemon.workers()[:1]])
    database = sum(path.stat().st_size for path in daemon.folder.glob("dird.db*"))
    disk = bytes_below(daemon.folder / "state") + database - BYTES_PER_EVENT * events
    return Sample(usage.memory, usage.threads, usage.descriptors, disk)


def growth(samples: Sequence[Sample]) -> list[str]:
    """Return a line for each figure whose median in the last quarter is above that in the second quarter."""
    quarter = len(samples) // 4
    if not quarter:
        return ["the run was too short to compare its quarters"]
    return [line for limit in LIMITS if (line := _growth_of(limit, samples, quarter))]


def _growth_of(limit: _Limit, samples: Sequence[Sample], quarter: int) -> str | None:
    second = statistics.median(map(limit.of, samples[quarter : 2 * quarter]))
    last = statistics.median(map(limit.of, samples[-quarter:]))
    if last <= second + max(limit.share * abs(second), limit.amount):
        return None
    return f"{limit.name} grew from {second:.0f} in the second quarter to {last:.0f} in the last one"


HEADING = (
    f"{'s':>5} {'RSS MB':>7} {'threads':>7} {'files':>5} {'disk MB':>7} {'events':>7} {'requests':>8} {'fuzzed':>7}"
    f" {'p50 ms':>7} {'p99 ms':>7}  statuses"
)


def format_line(started_at: float, sample: Sample, events: int, answers: Answers) -> str:
    """Return the figures of one moment as a line below `HEADING`."""
    median, p99 = answers.take_percentiles()
    statuses = answers.statuses
    counted = " ".join(f"{status}:{count}" for status, count in sorted(statuses.items()))
    return (
        f"{time.monotonic() - started_at:5.0f} {sample.memory / MEGABYTE:7.1f} {sample.threads:7} "
        f"{sample.descriptors:5} {sample.disk / MEGABYTE:7.1f} {events:7} {statuses.total():8} "
        f"{answers.fuzzed:7} {median * 1000:7.1f} {p99 * 1000:7.1f}  {counted}"
    )
