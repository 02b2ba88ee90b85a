"""How the requests of a source are authorized: what each of them gets, and what is requested before."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import Secret

from xivo_dird.backend import InvalidSource, basic_authorization
from xivo_dird_backends.json_ws.assertions import assertion_form
from xivo_dird_backends.json_ws.auth_options import JsonAuth
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.request_options import JsonLoginStep

TOKEN = "token"  # noqa: S105 - the name of a value
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "header": ("name", "value"),
    "query": ("name", "value"),
    "oauth2": ("url", "grant_type"),
    "login": ("steps",),
    "client_credentials": ("client_id", "client_secret"),
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
    "jwt_bearer": ("jwt",),
}
"""What each way to authorize requests needs, and each grant of OAuth2."""

OAUTH2_FORM = ("grant_type", "client_id", "client_secret", "username", "password", "refresh_token", "scope")

SecretTexts = Mapping[str, Secret[str]]
QueryTexts = Mapping[str, str | tuple[str, ...]]


class Authorization(NamedTuple):
    """What authorizes requests; texts are templates.

    Attributes:
        headers: Headers of all requests to the service.
        query: Parameters of all requests to it.
        steps: The requests of a login.
        secrets: Values of `{secret.<name>}`.
    """

    headers: SecretTexts
    query: QueryTexts
    steps: tuple[JsonLoginStep, ...]
    secrets: Mapping[str, str]


def authorization_of(options: JsonWsOptions) -> Authorization:
    """Return what authorizes the requests of a source.

    Raises:
        InvalidSource: An option is missing.
    """
    auth = options.auth
    _check_required(auth)
    headers, query, secrets = dict(options.headers), dict(options.query), _secrets(options)
    if auth.type in {"basic", "bearer", "oauth2"} and "authorization" not in map(str.lower, headers):
        headers["Authorization"] = Secret(_authorization_header(auth))
    elif auth.type == "header" and auth.name:
        headers[auth.name] = Secret("{secret.auth.value}")
    elif auth.type == "query" and auth.name:
        query[auth.name] = "{secret.auth.value}"
    steps = (_token_request(auth),) if auth.type == "oauth2" else auth.steps
    return Authorization(headers, query, steps, secrets)


def _check_required(auth: JsonAuth) -> None:
    if auth.jwt is not None and auth.client_secret is not None and auth.grant_type != "jwt_bearer":
        raise InvalidSource("auth.client_secret: auth.jwt is sent instead of it")
    for option in (*REQUIRED.get(auth.type, ()), *REQUIRED.get(auth.grant_type or "", ())):
        is_replaced = option == "client_secret" and auth.jwt is not None
        if not getattr(auth, option) and not is_replaced:
            raise InvalidSource(f"auth.{option}: it is needed for {auth.type}")


def _authorization_header(auth: JsonAuth) -> str:
    if auth.type == "oauth2":
        return f"Bearer {{session.{TOKEN}}}"
    return "{secret.auth.basic}" if auth.type == "basic" else "Bearer {secret.auth.token}"


def _secrets(options: JsonWsOptions) -> dict[str, str]:
    """Return the secrets by the names of their variables; those of `auth` have names that no option can have."""
    secrets = {f"secret.{name}": text.get_secret_value() for name, text in options.secrets.items()}
    auth = options.auth
    for name in OAUTH2_FORM:
        value = getattr(auth, name)
        if value:
            secrets[f"secret.auth.{name}"] = _plain(value)
    for name in ("token", "value"):
        value = getattr(auth, name)
        if value is not None:
            secrets[f"secret.auth.{name}"] = _plain(value)
    if auth.username is not None and auth.password is not None:
        account = f"{auth.username}:{auth.password.get_secret_value()}"
        secrets["secret.auth.basic"] = basic_authorization(account)
    return secrets


def _plain(value: str | Secret[str]) -> str:
    return value if isinstance(value, str) else value.get_secret_value()


def _token_request(auth: JsonAuth) -> JsonLoginStep:
    """Return the request for a token (RFC 6749); the credentials are in the form."""
    form = {name: f"{{secret.auth.{name}}}" for name in OAUTH2_FORM if getattr(auth, name)}
    if auth.jwt is not None:
        form.update(assertion_form(auth))
    return JsonLoginStep(method="POST", form=form, keep={TOKEN: "access_token"}, lifetime="expires_in")
