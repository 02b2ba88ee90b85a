"""Options for the servers that sources query (contract section 2.9: objects A, A- and C, value V)."""

from typing import Annotated, Self
from urllib.parse import quote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from xivo_dird.backend import (
    DESTINATION,
    EXCLUDE_UNSET,
    HIDDEN,
    HIDDEN_PASSWORD,
    NO_BOOLEAN,
    Port,
    Secret,
    SourceOptions,
)

Host = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
KeyFile = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=16)]
Credential = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Password = Annotated[Secret[Credential], HIDDEN]

DEFAULT_TIMEOUT_SECONDS = 10.0
"""Seconds for a request to a server whose `timeout` is not given, or 0."""

_BOOLEAN_TEXTS = {"true": True, "True": True, "false": False, "False": False}


def _parse_certificate_verification(value: object) -> object:
    if isinstance(value, str):
        return _BOOLEAN_TEXTS.get(value, value)
    if isinstance(value, bool):
        return value
    raise PydanticCustomError("string_type", "Must be a boolean or the path of a CA bundle")


CertificateVerification = Annotated[bool | str, BeforeValidator(_parse_certificate_verification)]
"""V: a boolean, also written as text (`true`, `True`, `false`, `False`), or the path of a CA bundle."""


def _validate_absolute_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_absolute = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_absolute = False
    if not is_absolute or any(character.isspace() for character in url):
        raise PydanticCustomError("url", "Not a valid URL.")
    return url


Url = Annotated[str, AfterValidator(_validate_absolute_url), HIDDEN_PASSWORD]


class Server(BaseModel):
    """The fields common to A, A- and C; `timeout` is in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    host: Annotated[Host, DESTINATION] = "localhost"
    port: Annotated[Port, DESTINATION] = 443
    https: Annotated[bool, DESTINATION] = True
    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True
    timeout: Annotated[float, Field(ge=0, le=3660), NO_BOOLEAN, EXCLUDE_UNSET] = DEFAULT_TIMEOUT_SECONDS

    @property
    def timeout_seconds(self) -> float:
        """The timeout that is used, above 0."""
        return self.timeout or DEFAULT_TIMEOUT_SECONDS

    def base_url(self, prefix: str | None, version: str) -> str:
        """Return the URL that all requests begin with, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        path = "/".join(filter(None, [(prefix or "").strip("/"), version]))
        return f"{'https' if self.https else 'http'}://{host}:{self.port}/{quote(path, safe='/')}"


class AuthServerOptions(Server):
    """A-: queried with the caller's own token, so credentials are ignored."""

    prefix: Annotated[str | None, DESTINATION] = "/api/auth"
    version: Version = "0.1"


class AuthServerWithAccount(AuthServerOptions):
    """A: queried with a service account, given by either a key file or a user name."""

    key_file: Annotated[KeyFile | None, EXCLUDE_UNSET] = None
    username: Annotated[Credential | None, EXCLUDE_UNSET] = None
    password: Annotated[Password | None, EXCLUDE_UNSET] = None

    @model_validator(mode="after")
    def _require_exactly_one_account(self) -> Self:
        if bool(self.key_file) == bool(self.username):
            raise ValueError("exactly one of key_file and username is needed")
        return self


class ConfdServer(Server):
    """C: confd, the server that holds the users of a telephone system."""

    prefix: Annotated[str | None, DESTINATION] = "/api/confd"
    version: Version = "1.1"


class ConfdOptions(SourceOptions):
    """The options of a source that queries confd with a service account."""

    auth: AuthServerWithAccount
    confd: ConfdServer = ConfdServer()

    @model_validator(mode="before")
    @classmethod
    def _treat_missing_auth_as_empty(cls, value: object) -> object:
        """Return the options with an `auth` object, so that the error names the missing account."""
        return {"auth": {}, **value} if isinstance(value, dict) else value
