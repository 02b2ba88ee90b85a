"""The token of a service account: requested once for all threads, renewed in time, and replaced when it is refused."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from servers import http_faults
from servers.faulty_http import FaultyHttp, HttpAnswer
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import Deadline, HttpLimits, Outgoing, SourceUnavailable
from xivo_dird_backends._renewed_value import (
    RENEWAL_SHARE,
    RETRY_SECONDS,
    IssuedValue,
    RenewedValue,
    believable_life,
)
from xivo_dird_backends._service_token import TOKEN_SECONDS, SourceAccount, SourceToken

RENEWAL_SECONDS = RENEWAL_SHARE * TOKEN_SECONDS
ACCOUNT = SourceAccount("dird", "pàss:word")


def token_answer(token):
    return HttpAnswer(body=json.dumps({"data": {"token": token}}).encode())


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def server():
    """Yield an authentication server that gives the tokens 1, 2, ..."""
    numbers = count(1)
    with FaultyHttp(lambda _request: token_answer(str(next(numbers)))) as server:
        yield server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def token(server, clock):
    client = Outgoing().http_client({"auth.host": server.url}, limits=HttpLimits(timeout=TIMEOUT))
    yield SourceToken(client, f"{server.url}/0.1/token", lambda: ACCOUNT, clock)
    client.close()


def get(token, timeout=TIMEOUT, refused=None):
    return token.get(Deadline.after(timeout), refused)


def test_the_request_is_that_of_the_contract(server, token):
    assert get(token) == "1"
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/0.1/token")
    assert request.headers["authorization"] == "Basic ZGlyZDpww6Bzczp3b3Jk"
    assert json.loads(request.body) == {"expiration": TOKEN_SECONDS}


def test_a_token_is_renewed_at_80_percent_of_its_life(token, clock):
    assert get(token) == "1"
    clock.now += RENEWAL_SECONDS - 1
    assert get(token) == "1"
    clock.now += 1
    assert get(token) == "2"


def test_a_token_is_used_to_its_end_while_it_can_not_be_renewed(server, token, clock):
    assert get(token) == "1"
    server.fault = http_faults.status(500)
    clock.now += RENEWAL_SECONDS
    assert [get(token), get(token)] == ["1", "1"]
    assert len(server.requests) == 2
    clock.now += RETRY_SECONDS
    assert get(token) == "1"
    assert len(server.requests) == 3
    clock.now += TOKEN_SECONDS - RENEWAL_SECONDS
    with pytest.raises(SourceUnavailable, match="500"):
        get(token)


def test_a_token_is_used_while_another_thread_renews_it(server, token, clock):
    assert get(token) == "1"
    server.fault = http_faults.hang
    clock.now += RENEWAL_SECONDS
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(get, token, LONG_TIMEOUT)
        wait_until(lambda: len(server.requests) == 2)
        with assert_prompt():
            assert get(token) == "1"
        server.stop()
        assert first.result(TIMEOUT) == "1"


def test_a_renewal_leaves_time_to_use_the_token_if_it_fails(clock):
    deadlines = []

    class Recorded(RenewedValue[str]):
        def request(self, deadline):
            deadlines.append(deadline)
            return IssuedValue("1", TOKEN_SECONDS)

    token, deadline = Recorded("token", clock), Deadline.after(LONG_TIMEOUT)
    assert token.get(deadline) == "1"
    clock.now += RENEWAL_SECONDS
    assert token.get(deadline) == "1"
    assert token.get(deadline, refused="1") == "1"
    assert [each is deadline for each in deadlines] == [True, False, True]
    assert deadlines[1].at < deadline.at


def test_no_token_is_in_the_text_of_what_is_kept(server, token):
    server.fault = http_faults.answer(token_answer("s3cret"))
    assert get(token) == "s3cret"
    assert "s3cret" not in repr(vars(token))


def test_a_refused_token_is_replaced_once_for_all_threads(server, token):
    assert get(token) == "1"
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: get(token, refused="1"), range(16)))
    assert set(found) == {"2"}
    assert len(server.requests) == 2


def test_a_refused_token_is_not_used_again_if_there_is_no_other(server, token, clock):
    assert get(token) == "1"
    server.fault = http_faults.status(500)
    for refused in ("1", None):
        clock.now += 1
        with pytest.raises(SourceUnavailable, match="500"):
            get(token, refused=refused)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("named", "believed"),
    [(3600, 3600), (0, 10), (-1e300, 10), (math.nan, 10), (math.inf, 86_400), (None, 300)],
)
def test_a_life_that_a_server_names_is_believed_within_limits(named, believed):
    assert believable_life(named) == believed


def test_one_thread_requests_the_token_for_all(server, token):
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: get(token), range(16))) == {"1"}
    assert len(server.requests) == 1


def test_threads_that_wait_for_a_request_share_its_failure(server, token, clock):
    gate = Event()

    def fail_later(peer):
        gate.wait(TIMEOUT)
        http_faults.status(500)(peer)

    server.fault = fail_later
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(get, token) for _ in range(8)]
        wait_until(lambda: server.requests and all(call.running() for call in waiting))
        gate.set()
        assert all("500" in str(call.exception(TIMEOUT)) for call in waiting)
    assert len(server.requests) == 1
    server.fault = None
    clock.now += 1
    assert get(token) == "1"


def test_a_thread_waits_for_another_one_until_its_own_deadline(server, token):
    server.fault = http_faults.hang
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(get, token, LONG_TIMEOUT)
        wait_until(lambda: server.requests)
        with assert_prompt(), pytest.raises(SourceUnavailable, match=r"no token of \S+ within 0\.01 s"):
            get(token, 0.01)
        server.stop()
        assert first.exception(TIMEOUT) is not None


def test_the_error_of_a_refused_account_says_what_to_check(server, token):
    server.fault = http_faults.status(401)
    with pytest.raises(SourceUnavailable, match=r"refuses the service account \(401\): check") as raised:
        get(token)
    assert "word" not in str(raised.value).replace("password", "")


@pytest.mark.parametrize(
    "body", [b"7", b"{}", b'{"data": []}', b'{"data": {"token": 7}}', b'{"data": {"token": ""}}']
)
def test_an_answer_without_a_token_is_an_error(server, token, body):
    server.fault = http_faults.answer(HttpAnswer(body=body))
    with pytest.raises(SourceUnavailable, match="no token that can be used"):
        get(token)


@pytest.mark.parametrize("text", ["a\r\nX: y", "caf\xe9", " "], ids=ascii)
def test_a_token_that_is_no_header_is_an_error_that_does_not_quote_it(server, token, text):
    server.fault = http_faults.answer(token_answer(text))
    with pytest.raises(SourceUnavailable, match=r"no token that can be used$"):
        get(token)


def test_an_account_is_shown_without_its_password():
    assert str(ACCOUNT) == "SourceAccount('dird')"
