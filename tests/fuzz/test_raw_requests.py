"""Mutated requests over raw sockets: the daemon answers or closes, never fails, and keeps nothing of them."""

import pytest
from more_itertools import chunked

from fuzz.answers import judge
from fuzz.conversations import SEED_VARIABLE, Case, Ending, Fuzzer, converse, run_numbers, run_seed
from fuzz.corpus import CORPUS
from fuzz.target import Samples, create_target, first_defect
from servers.usage import usage_of
from waiting import wait_until

CASES = 9_500
BATCH = 500
SPARE_THREADS = 10
"""Request threads that a load may have started and that end later."""

SPARE_DESCRIPTORS = 8
"""Connections to the database that a load may have opened and that stay open."""

SPARE_BYTES = 64_000_000
"""Caches, and memory that Python keeps for itself."""


@pytest.fixture
def daemon(tmp_path):
    with create_target(tmp_path) as daemon:
        yield daemon


def send_corpus(daemon, ids):
    """Send each request of the corpus as it is; return the statuses of the answers to each."""
    for number, request in enumerate(CORPUS):
        case = Case(0, number, [request], Ending.AT_ONCE)
        answers = judge(converse(daemon.port, case, ids), may_be_bodiless=case.may_be_bodiless)
        yield [answer.status for answer in answers]


def assert_well(daemon, sent):
    """Check that the daemon answers an ordinary client, and that its log shows no defect, after what was `sent`."""
    status, answer = daemon.get("/directories/lookup/default", term="stern")
    assert (status, bool(answer.get("results"))) == (200, True), f"after {sent}: {status} {answer}"
    defect = first_defect(daemon.log_file.read_text(encoding="utf-8"))
    assert not defect, f"after {sent}: {defect}"


def test_every_request_of_the_corpus_succeeds(daemon):
    statuses = list(send_corpus(daemon, Samples(daemon.port).create()))
    assert all(answers and set(answers) <= {200, 201, 204} for answers in statuses), statuses


@pytest.mark.timeout(600)
def test_mutated_requests_break_nothing_and_leave_nothing(daemon):
    seed = run_seed()
    samples, fuzzer = Samples(daemon.port), Fuzzer(daemon.port, seed)
    list(send_corpus(daemon, samples.create()))
    samples.delete_all()
    before = usage_of(daemon.pid)
    for numbers in chunked(run_numbers(CASES), BATCH):
        fuzzer.run(numbers, samples.create())
        assert_well(daemon, f"{SEED_VARIABLE}={seed}, cases {numbers[0]} to {numbers[-1]}")
    samples.delete_all()
    wait_until(lambda: usage_of(daemon.pid).threads <= before.threads + SPARE_THREADS)
    wait_until(lambda: usage_of(daemon.pid).descriptors <= before.descriptors + SPARE_DESCRIPTORS)
    assert usage_of(daemon.pid).memory < before.memory + SPARE_BYTES
    assert_well(daemon, f"{SEED_VARIABLE}={seed}, all cases")
