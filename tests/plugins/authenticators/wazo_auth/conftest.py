"""A running fake of the authentication server, and authenticators that ask it."""

from collections.abc import Callable, Iterator

import pytest

from servers.auth_server import AuthServer
from waiting import TIMEOUT
from xivo_dird.authenticator import TenantTree
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator, WazoAuthSettings

Connect = Callable[..., WazoAuthAuthenticator]


@pytest.fixture
def server() -> Iterator[AuthServer]:
    """A server that knows only its service account."""
    with AuthServer() as running:
        yield running


@pytest.fixture
def connect(server: AuthServer) -> Iterator[Connect]:
    """Make authenticators for `server`, with a long timeout; keywords are settings."""
    made: list[WazoAuthAuthenticator] = []

    def connected(**settings: object) -> WazoAuthAuthenticator:
        options = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT, **settings})
        made.append(WazoAuthAuthenticator(options, TenantTree({})))
        made[-1].start()
        return made[-1]

    yield connected
    server.trouble = None
    for authenticator in made:
        authenticator.close()
