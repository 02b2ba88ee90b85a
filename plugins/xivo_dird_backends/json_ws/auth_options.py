"""How the requests of a json_ws source are authorized."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xivo_dird.backend import DESTINATION, EXCLUDE_UNSET, HIDDEN_PASSWORD, NO_BOOLEAN
from xivo_dird_backends.json_ws.paths import PathText
from xivo_dird_backends.json_ws.request_options import HeaderName, JsonLoginStep, SecretText

Url = Annotated[str, StringConstraints(min_length=1, max_length=2048), HIDDEN_PASSWORD]


class JsonAuth(BaseModel):
    """How requests are authorized.

    Attributes:
        type: The way. `header` and `query` add one header or parameter, `oauth2` and `login` first request something.
        username: The user name of `basic`, or of the grant `password`.
        password: Its password.
        token: The token of `bearer`.
        name: The name of a header or of a parameter.
        value: Its value.
        url: Where tokens are requested, or what the paths of login steps follow; by default the URL of the service.
        grant_type: The grant of `oauth2`.
        client_id: The client.
        client_secret: Its secret.
        refresh_token: The token of the grant `refresh_token`.
        scope: What the token is for.
        steps: The requests of a login, in their order.
        session_seconds: How long a login or a token is used, unless an answer says it.
        login_statuses: Statuses that mean that it is no longer valid.
        expired: Where an answer says that it is no longer valid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    type: Literal["none", "basic", "bearer", "header", "query", "oauth2", "login"] = "none"
    username: Annotated[str | None, EXCLUDE_UNSET] = None
    password: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    token: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    name: Annotated[HeaderName | None, EXCLUDE_UNSET] = None
    value: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    url: Annotated[Url | None, DESTINATION, EXCLUDE_UNSET] = None
    grant_type: Annotated[
        Literal["client_credentials", "password", "refresh_token"] | None, EXCLUDE_UNSET
    ] = None
    client_id: Annotated[str | None, EXCLUDE_UNSET] = None
    client_secret: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    refresh_token: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    scope: Annotated[str | None, EXCLUDE_UNSET] = None
    steps: Annotated[tuple[JsonLoginStep, ...], Field(max_length=10), EXCLUDE_UNSET] = ()
    session_seconds: Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET] = 3000.0
    login_statuses: Annotated[
        tuple[Annotated[int, Field(ge=100, le=599), NO_BOOLEAN], ...], EXCLUDE_UNSET
    ] = (401,)
    expired: Annotated[PathText | None, EXCLUDE_UNSET] = None
