"""The HTTP application with a resource that returns the URL for links, and one that returns that of the proxy."""

from collections.abc import Callable, Sequence
from wsgiref.types import WSGIApplication

from xivo_dird.authenticator import (
    Authenticator,
    AuthenticatorSettings,
    TenantTree,
    invalid_password,
    invalid_token,
)
from xivo_dird.caller import Caller
from xivo_dird.config.schema import RestApi
from xivo_dird.http.application import create_application
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import BaseResource
from xivo_dird.view import TextResponse, operation, proxy_url, public_root

ROOT, PROXY_URL = "/0.1/root", "/0.1/proxy-url"


class _NoTokens(Authenticator[AuthenticatorSettings]):
    """Refuses everybody: the resources need no token."""

    Settings = AuthenticatorSettings

    def authenticate(self, token: str, required_acl: str, tenant_uuid: str | None) -> Caller:
        raise invalid_token(token, required_acl)

    def authenticate_password(
        self, username: str, password: str, required_acl: str, tenant_uuid: str | None
    ) -> Caller:
        raise invalid_password(username, required_acl)

    def tenant_of_user(self, user_uuid: str) -> str | None:
        return None

    def visible_tenants(self, caller: Caller) -> Sequence[str]:
        return []

    def master_tenant(self) -> str | None:
        return None


class _Text(BaseResource):
    def __init__(self, text: Callable[[], str | None]) -> None:
        self._text = text

    @operation("Return a text", acl=None)
    def get(self) -> TextResponse:
        return TextResponse(str(self._text()))


def link_application(**settings: object) -> WSGIApplication:
    """Return the application; `settings` are keys of `rest_api`."""
    identity = Identity(_NoTokens(AuthenticatorSettings(), TenantTree({})))
    web = create_application(RestApi.model_validate(settings), identity)
    web.routes.add("/root", _Text(public_root))
    web.routes.add("/proxy-url", _Text(proxy_url))
    return web.wsgi
