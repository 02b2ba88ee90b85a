"""What a soak does to the daemon beside ordinary requests: signals, killed workers, fuzzed requests."""

import os
import signal
import threading
import time
import urllib.error
from collections.abc import Mapping
from http.client import HTTPException

from fuzz.conversations import Fuzzer
from fuzz.target import Samples
from servers.daemon import TOKEN
from soak.figures import Answers
from soak.target import FUZZ_TOKEN, WORKERS, SoakDaemon

KILL_SECONDS = 20.0
REOPEN_SECONDS = 7.0
BATCH = 500
MAX_SHOWN_FAILURES = 5
PAUSE_SECONDS = 0.5


def kill_workers(daemon: SoakDaemon, ended: threading.Event) -> None:
    """Kill the youngest worker again and again, so that the oldest one lives for the whole soak."""
    while not ended.wait(KILL_SECONDS):
        workers = daemon.workers()
        if len(workers) == WORKERS:
            os.kill(workers[-1], signal.SIGKILL)


def reopen_logs(daemon: SoakDaemon, ended: threading.Event) -> None:
    """Send SIGHUP again and again, as the rotation of logs does."""
    while not ended.wait(REOPEN_SECONDS):
        os.kill(daemon.pid, signal.SIGHUP)


class SoakFuzzer:
    """Sends fuzzed requests evenly over the time of the soak, and longer if the machine is slow.

    Attributes:
        failures: What the daemon answered wrongly.
    """

    def __init__(self, daemon: SoakDaemon, answers: Answers, seed: int, count: int, seconds: float) -> None:
        """Create a fuzzer.

        Args:
            daemon: The daemon.
            answers: Where the requests are counted.
            seed: The seed of the run.
            count: The number of requests.
            seconds: How long the soak is.
        """
        self._samples = Samples(daemon.port, FUZZ_TOKEN)
        self._fuzzer = Fuzzer(daemon.port, seed, may_be_cut=True)
        self._answers = answers
        self._count = count
        self._seconds_per_batch = seconds * BATCH / max(count, 1)
        self.failures: list[str] = []

    def run(self, ended: threading.Event) -> None:
        """Send all requests, unless `ended` is set before."""
        next_at = time.monotonic()
        for start in range(0, self._count, BATCH):
            if ended.wait(max(0.0, next_at - time.monotonic())):
                return
            next_at += self._seconds_per_batch
            ids = self._new_samples(ended)
            numbers = range(start, min(start + BATCH, self._count))
            self.failures += self._fuzzer.failures_of(numbers, ids)
            self._answers.add_fuzzed(len(numbers))

    def shown_failures(self) -> list[str]:
        """Return the first failures, and the number of the others."""
        more = len(self.failures) - MAX_SHOWN_FAILURES
        return self.failures[:MAX_SHOWN_FAILURES] + ([f"{more} further failures"] if more > 0 else [])

    def _new_samples(self, ended: threading.Event) -> Mapping[bytes, bytes]:
        """Replace what earlier requests have left by new samples; retry when a worker is killed meanwhile."""
        while not ended.is_set():
            try:
                self._samples.delete_all()
                return {**self._samples.create(), TOKEN.encode(): FUZZ_TOKEN.encode()}
            except (urllib.error.URLError, HTTPException, ConnectionError):
                ended.wait(PAUSE_SECONDS)
        return {}
