"""How the requests of a json_ws source are authorized."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from xivo_dird.backend import DESTINATION, EXCLUDE_UNSET, HIDDEN_PASSWORD, NO_BOOLEAN, WRITE_ONLY, Secret
from xivo_dird_backends.json_ws.paths import PathText
from xivo_dird_backends.json_ws.request_options import HeaderName, JsonLoginStep, SecretText

Url = Annotated[str, StringConstraints(min_length=1, max_length=2048), HIDDEN_PASSWORD]
Pem = Annotated[str, StringConstraints(min_length=1, max_length=65536)]
OWN_CLAIMS = frozenset({"iat", "exp", "jti"})
"""Claims that each token has."""


def _check_claim(name: str) -> str:
    if name in OWN_CLAIMS:
        raise ValueError(f"{name} is written by the source")
    return name


ClaimName = Annotated[str, StringConstraints(min_length=1, max_length=256), AfterValidator(_check_claim)]
Claim = Annotated[str, StringConstraints(max_length=2048)]


class JsonJwt(BaseModel):
    """A JSON Web Token that the source signs (RFC 7523)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    key: Annotated[Secret[Pem], WRITE_ONLY]
    """The private key as PEM text, without a password. It is a secret, usually a reference."""

    algorithm: Annotated[Literal["RS256", "ES256"], EXCLUDE_UNSET] = "RS256"
    """`RS256` for an RSA key with 2048 to 4096 bits, `ES256` for a key of the curve P-256."""

    key_id: Annotated[Claim | None, EXCLUDE_UNSET] = None
    """The name of the key at the server (`kid`)."""

    claims: Annotated[
        Mapping[ClaimName, Claim | int | bool | tuple[Claim, ...]], Field(max_length=50), EXCLUDE_UNSET
    ] = {}
    """Names and values. Each token also has `iat`, `exp` and `jti`."""

    lifetime_seconds: Annotated[int, Field(ge=30, le=3600), NO_BOOLEAN, EXCLUDE_UNSET] = 180
    """Seconds that a signed token is valid."""


class JsonAuth(BaseModel):
    """How the requests of a source are authorized."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    type: Literal["none", "basic", "bearer", "header", "query", "oauth2", "login"] = "none"
    """The way. `header` and `query` add one header or parameter; `oauth2` and `login` request something
    first."""

    username: Annotated[str | None, EXCLUDE_UNSET] = None
    """The user name of `basic`, or of the grant `password`."""

    password: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    """Its password."""

    token: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    """The token of `bearer`."""

    name: Annotated[HeaderName | None, EXCLUDE_UNSET] = None
    """The name of a header or of a parameter."""

    value: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    """Its value."""

    url: Annotated[Url | None, DESTINATION, EXCLUDE_UNSET] = None
    """The URL of tokens, or that the paths of `steps` follow. By default that of the source."""

    grant_type: Annotated[
        Literal["client_credentials", "password", "refresh_token", "jwt_bearer"] | None, EXCLUDE_UNSET
    ] = None
    """The grant of `oauth2`."""

    client_id: Annotated[str | None, EXCLUDE_UNSET] = None
    """The client of `oauth2`."""

    client_secret: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    """Its secret."""

    refresh_token: Annotated[SecretText | None, EXCLUDE_UNSET] = None
    """The token of the grant `refresh_token`."""

    scope: Annotated[str | None, EXCLUDE_UNSET] = None
    """What a token of `oauth2` is for."""

    jwt: Annotated[JsonJwt | None, EXCLUDE_UNSET] = None
    """What the source signs, as the grant `jwt_bearer` or instead of `client_secret`."""

    steps: Annotated[tuple[JsonLoginStep, ...], Field(max_length=10), EXCLUDE_UNSET] = ()
    """The requests of a `login`, in their order."""

    session_seconds: Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET] = 3000.0
    """Seconds that a session or a token is used, unless an answer has them."""

    login_statuses: Annotated[
        tuple[Annotated[int, Field(ge=100, le=599), NO_BOOLEAN], ...], EXCLUDE_UNSET
    ] = (401,)
    """Statuses that mean that the session or token is no longer valid."""

    expired: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """A path that finds something in an answer if the session or token is no longer valid."""
