"""How long a session is used."""

import json

import pytest

from xivo_dird.backend import HttpResponse
from xivo_dird_backends.json_ws.request_options import JsonLoginStep
from xivo_dird_backends.json_ws.requests import RequestTemplate
from xivo_dird_backends.json_ws.session import LoginStep


@pytest.mark.parametrize("lifetime", ["nan", "soon", None])
def test_a_lifetime_that_is_no_number_is_not_used(lifetime: str | None) -> None:
    step = JsonLoginStep(lifetime="expires_in")
    login = LoginStep(RequestTemplate("auth", "http://127.0.0.1", step, {}, {}), step)
    body = json.dumps({"expires_in": lifetime}).encode()
    assert login.lifetime(HttpResponse("http://127.0.0.1", 200, {}, body)) is None
