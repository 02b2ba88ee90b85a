"""Fixtures: a fake authentication server, and authenticators that use it."""

from collections.abc import Callable, Iterator

import pytest

from servers.auth_server import AuthServer
from waiting import TIMEOUT
from xivo_dird.authenticator import TenantTree
from xivo_dird_authenticators.wazo_auth.authenticator import WazoAuthAuthenticator, WazoAuthSettings

Connect = Callable[..., WazoAuthAuthenticator]


@pytest.fixture
def server() -> Iterator[AuthServer]:
    """Yield a running server that has only its service account."""
    with AuthServer() as running:
        yield running


@pytest.fixture
def connect(server: AuthServer) -> Iterator[Connect]:
    """Yield a function that creates and starts authenticators for `server`; its keywords are settings.

    The default timeout is long.
    """
    authenticators: list[WazoAuthAuthenticator] = []

    def connect_authenticator(**settings: object) -> WazoAuthAuthenticator:
        merged = WazoAuthSettings.model_validate({**server.settings(), "timeout": TIMEOUT, **settings})
        authenticator = WazoAuthAuthenticator(merged, TenantTree({}))
        authenticators.append(authenticator)
        authenticator.start()
        return authenticator

    yield connect_authenticator
    server.fault = None
    for authenticator in authenticators:
        authenticator.close()
