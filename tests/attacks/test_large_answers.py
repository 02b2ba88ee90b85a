"""A user whose requests take long, and many of them at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from werkzeug import Request, Response

from api.conftest import Daemon, configuration
from servers.raw_http import RawClient, running_server
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.blocking import begin_work_for, notify_blocking, share_processor
from xivo_dird.exceptions import TooManyRequests
from xivo_dird.tcp.long_work import MAX_ENTERED, MAX_WAITING

THREADS = 10
"""Request threads: fewer than there are long requests."""


class LongRequests:
    """An application with long requests of owners; `/ada/long` is one of the owner `ada`."""

    def __init__(self):
        self.gate = threading.Event()
        self.computing = 0
        self.most_computing = 0
        self.portions = 0
        self.lock = threading.Lock()
        self.application = Request.application(self.answer)

    def answer(self, request):
        _, owner, kind = request.path.split("/")
        try:
            begin_work_for(owner)
        except TooManyRequests:
            return Response(status=429)
        if kind == "long":
            notify_blocking()  # from now on the request is a long one
            for _ in range(3):
                share_processor(LONG_TIMEOUT)
                self.compute()
        return Response("done")

    def compute(self):
        with self.lock:
            self.computing += 1
            self.portions += 1
            self.most_computing = max(self.computing, self.most_computing)
        assert self.gate.wait(TIMEOUT)
        with self.lock:
            self.computing -= 1


def ask(port, path):
    with RawClient(port) as client:
        return client.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())[0]


def test_long_requests_of_one_user_do_not_delay_those_of_others():
    requests = LongRequests()
    with (
        running_server(requests.application, max_threads=THREADS) as server,
        ThreadPoolExecutor(2 * THREADS) as pool,
    ):
        greedy = [pool.submit(ask, server.port, "/ada/long") for _ in range(THREADS - 1)]
        wait_until(lambda: requests.computing)
        with assert_prompt():
            for _ in range(20):
                assert ask(server.port, "/bob/short") == 200
        other = pool.submit(ask, server.port, "/bob/long")
        requests.gate.set()
        assert other.result(TIMEOUT) == 200
        assert {request.result(TIMEOUT) for request in greedy} == {200}
        assert requests.most_computing == 1


def test_more_long_requests_than_one_user_may_have_are_a_429():
    requests = LongRequests()
    with (
        running_server(requests.application, max_threads=2 * MAX_ENTERED) as server,
        ThreadPoolExecutor(2 * MAX_ENTERED) as pool,
    ):
        greedy = [pool.submit(ask, server.port, "/ada/long") for _ in range(MAX_ENTERED + 10)]
        wait_until(lambda: any(request.done() for request in greedy))
        assert ask(server.port, "/ada/short") == 429
        assert ask(server.port, "/bob/short") == 200
        requests.gate.set()
        assert {request.result(TIMEOUT) for request in greedy} == {200, 429}


def test_long_requests_of_clients_that_have_gone_are_not_computed():
    requests = LongRequests()
    head = b"GET /ada/long HTTP/1.1\r\nHost: x\r\n\r\n"
    with running_server(requests.application, max_threads=THREADS) as server, ExitStack() as clients:
        gone = [clients.enter_context(RawClient(server.port)) for _ in range(1 + MAX_WAITING)]
        for client in gone:
            client.send(head)
        wait_until(lambda: requests.computing)
        clients.close()
        requests.gate.set()
        assert ask(server.port, "/ada/long") == 200
        wait_until(lambda: not requests.computing)
    assert requests.portions == 1 + 3


def test_large_answers_at_the_same_time_are_complete(tmp_path):
    config = configuration(tmp_path)
    rows = "".join(f"{number},Ada,Stern {number},1{number:05}\n" for number in range(5000))
    (tmp_path / "csv" / "crew.csv").write_text(f"id,firstname,lastname,number\n{rows}", encoding="utf-8")
    path = "/0.1/directories/lookup/default?term=ada"

    def count_results(port):
        with RawClient(port) as client:
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: admin\r\n\r\n"
            status, _, body = client.ask(head.encode())
            return status, body.count(b"source_entry_id")

    with (
        Daemon(config) as daemon,
        running_server(daemon.controller.application, max_threads=THREADS, request_timeout=TIMEOUT) as server,
        ThreadPoolExecutor(MAX_WAITING) as pool,
    ):
        assert set(pool.map(count_results, [server.port] * MAX_WAITING)) == {(200, 5000)}
