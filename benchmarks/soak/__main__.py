"""Run a daemon under load, edits, faults and fuzzed requests; print its figures; fail if anything grows or is wrong.

    PYTHONPATH=tests:benchmarks python -m soak --minutes 10

The exit status is 1 if memory, threads, descriptors or the disk grew between the second and the last quarter, if an
answer was wrong, or if the log shows a defect.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fuzz.conversations import run_seed
from fuzz.target import first_defect
from soak.clients import Editor, OrdinaryClient, follow_feed
from soak.figures import HEADING, LOST, Answers, Sample, format_line, growth, take_sample
from soak.target import CLIENTS, SoakDaemon
from soak.trouble import SoakFuzzer, kill_workers, reopen_logs

FUZZED_PER_MINUTE = 10_000
FEED_READERS = 2
SAMPLE_SECONDS = 5.0
SAMPLES_PER_LINE = 6
MAX_OVERTIME = 3
"""How many times longer than planned a soak may take on a slow machine."""

WORKER_ENDED = "(ERROR) (xivo_dird.process.workers): Worker "
"""What the log says of each worker that the soak kills."""

MAX_LOST_SHARE = 0.01

Work = Callable[[threading.Event], None]


def main() -> int:
    """Run the soak, and return the exit status."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=run_seed(), help="seed of the fuzzed requests")
    options = parser.parse_args()
    seconds, fuzzed = options.minutes * 60, int(options.minutes * FUZZED_PER_MINUTE)
    print(f"{options.minutes:g} minutes, {fuzzed} fuzzed requests with the seed {options.seed}")
    print(HEADING, flush=True)
    with tempfile.TemporaryDirectory() as folder, SoakDaemon(Path(folder)) as daemon:
        answers = Answers()
        fuzzer = SoakFuzzer(daemon, answers, options.seed, fuzzed, seconds)
        parts = [
            fuzzer.run,
            *[OrdinaryClient(daemon, number, answers).run for number in range(CLIENTS)],
            *[lambda ended: follow_feed(daemon, answers, ended) for _ in range(FEED_READERS)],
            Editor(daemon, answers).run,
            lambda ended: kill_workers(daemon, ended),
            lambda ended: reopen_logs(daemon, ended),
        ]
        with _running(parts) as failed:
            samples = list(_watch(daemon, answers, seconds, lambda: failed or answers.fuzzed >= fuzzed))
        errors = [*failed, *fuzzer.shown_failures(), *growth(samples), *_errors(daemon, answers, fuzzed)]
    for error in errors:
        print(f"FAILED: {error}")
    print("failed" if errors else "nothing grew, and every answer was right")
    return int(bool(errors))


@contextmanager
def _running(parts: Sequence[Work]) -> Iterator[list[str]]:
    """Run each part in a thread for the length of the block; yield the errors that ended one."""
    ended, failed = threading.Event(), list[str]()

    def run(part: Work) -> None:
        try:
            part(ended)
        except Exception as error:  # noqa: BLE001 - whatever it is, the soak fails
            failed.append(f"a client of the soak failed: {error!r}")

    threads = [threading.Thread(target=run, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield failed
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _watch(
    daemon: SoakDaemon, answers: Answers, seconds: float, is_complete: Callable[[], object]
) -> Iterator[Sample]:
    """Yield samples until the time is over and all requests are sent; print a line for some of them."""
    started_at = time.monotonic()
    count = 0
    while (passed := time.monotonic() - started_at) < seconds * MAX_OVERTIME:
        if passed >= seconds and is_complete():
            return
        time.sleep(SAMPLE_SECONDS)
        count += 1
        events = daemon.get("/events", after="now")[1]["next"]
        sample = take_sample(daemon, events)
        if count % SAMPLES_PER_LINE == 0:
            print(format_line(started_at, sample, events, answers), flush=True)
        yield sample


def _errors(daemon: SoakDaemon, answers: Answers, fuzzed: int) -> Iterator[str]:
    """Yield what the clients and the log say against the daemon."""
    statuses = answers.statuses
    for status, count in sorted(statuses.items()):
        if status.startswith("5") and status != "503":
            yield f"{count} ordinary requests were answered with {status}"
    lost = statuses[LOST] + statuses["503"]
    if lost > MAX_LOST_SHARE * statuses.total():
        yield f"{lost} of {statuses.total()} ordinary requests were lost or answered with 503"
    if answers.fuzzed < fuzzed:
        yield f"only {answers.fuzzed} of {fuzzed} fuzzed requests were sent"
    lines = daemon.log_file.read_text(encoding="utf-8").splitlines()
    if defect := first_defect("\n".join(line for line in lines if WORKER_ENDED not in line)):
        yield f"the log shows a defect:\n{defect}"


if __name__ == "__main__":
    sys.exit(main())
