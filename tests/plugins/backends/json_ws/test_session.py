"""How long a session is used."""

import json
from collections.abc import Callable, Mapping

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, HttpResponse, SourceUnavailable
from xivo_dird_backends.json_ws.request_options import JsonLoginStep
from xivo_dird_backends.json_ws.requests import FilledRequest, RequestTemplate
from xivo_dird_backends.json_ws.session import LoginStep, Session


@pytest.mark.parametrize("lifetime", ["nan", "soon", None, True, False])
def test_a_lifetime_that_is_no_number_is_not_used(lifetime: str | bool | None) -> None:
    step = JsonLoginStep(lifetime="expires_in")
    login = LoginStep(RequestTemplate("auth", "http://127.0.0.1", step, {}, {}), step)
    body = json.dumps({"expires_in": lifetime}).encode()
    assert login.lifetime(HttpResponse("http://127.0.0.1", 200, {}, body)) is None


class Service:
    """Answers logins with the tokens 1, 2, ..., and is the clock of the sessions."""

    def __init__(self, **answer: object) -> None:
        self.answer = answer
        self.status = 200
        self.logins = 0
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    def send(self, _request: FilledRequest, _deadline: Deadline) -> HttpResponse:
        self.logins += 1
        body = json.dumps({"token": str(self.logins), **self.answer}).encode()
        return HttpResponse("http://127.0.0.1", self.status, {}, body)

    def session(self) -> Callable[[], str | int]:
        step = JsonLoginStep(keep={"token": "token"}, lifetime="expires_in")
        login = LoginStep(RequestTemplate("auth", "http://127.0.0.1", step, {}, {}), step)
        session = Session([login], 100.0, self.send, dict, self.clock)
        return lambda: session.get(Deadline.after(TIMEOUT))["session.token"]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({}, 80),
        ({"expires_in": 3600}, 2880),
        ({"expires_in": "50"}, 40),
        ({"expires_in": 0}, 8),
        ({"expires_in": -1e300}, 8),
        ({"expires_in": 1e300}, 69_120),
    ],
    ids=str,
)
def test_a_session_is_renewed_after_four_fifths_of_its_life(
    answer: Mapping[str, object], seconds: float
) -> None:
    service = Service(**answer)
    token = service.session()
    assert token() == "1"
    service.now += seconds - 1
    assert token() == "1"
    service.now += 1
    assert token() == "2"


def test_a_session_is_used_to_its_end_while_no_login_works() -> None:
    service = Service()
    token = service.session()
    assert token() == "1"
    service.status = 503
    service.now += 80
    assert [token(), token()] == ["1", "1"]
    assert service.logins == 2
    service.now += 20
    with pytest.raises(SourceUnavailable, match="the login failed"):
        token()
