"""Tests of the client of the authentication server."""

from contextlib import closing

import pytest

from servers.auth_server import AnswerBody, AuthServer
from waiting import TIMEOUT
from xivo_dird.authenticator import AuthServerUnreachable
from xivo_dird_authenticators.wazo_auth import auth_server
from xivo_dird_authenticators.wazo_auth.settings import WazoAuthSettings

TENANT = "11111111-1111-4111-8111-11111111111a"
TOKEN = "s3cret-token"


def test_a_response_above_the_size_limit_is_an_outage(server: AuthServer) -> None:
    server.add_token(TOKEN, tenant_uuid=TENANT)
    settings = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT})
    with closing(auth_server.AuthServer(settings, max_response_bytes=1000)) as client:
        server.fault = AnswerBody(b"x" * 1001)
        with pytest.raises(AuthServerUnreachable) as caught:
            client.token_metadata(TOKEN)
        assert caught.value.details["original_error"] == "answered more than 1000 bytes"
        server.fault = None
        assert client.token_metadata(TOKEN).tenant_uuid == TENANT
