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


CertificateVerification = Annotated[
    bool | str,
    BeforeValidator(_parse_certificate_verification),
    Field(
        description="`true`: by the authorities of the system; `false`: not at all; else a file or a folder of"
        " certificates below one of `certificate_folders`."
    ),
]
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
    """The fields common to A, A- and C."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, use_attribute_docstrings=True)

    host: Annotated[Host, DESTINATION] = "localhost"
    """The host. Sources reach public hosts and those in `outgoing.allow`."""

    port: Annotated[Port, DESTINATION] = 443
    """The port."""

    https: Annotated[bool, DESTINATION] = True
    """Whether the connection is encrypted."""

    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    timeout: Annotated[float, Field(ge=0, le=3660), NO_BOOLEAN, EXCLUDE_UNSET] = DEFAULT_TIMEOUT_SECONDS
    """Seconds for a whole answer. 0: the default."""

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
    """The beginning of the path of every request, `null` for none."""

    version: Version = "0.1"
    """The version of the API."""


class AuthServerWithAccount(AuthServerOptions):
    """A: queried with a service account, given by either a key file or a user name."""

    key_file: Annotated[KeyFile | None, EXCLUDE_UNSET] = None
    """A YAML file with `service_id` and `service_key`, below one of `key_folders`; in place of `username`."""

    username: Annotated[Credential | None, EXCLUDE_UNSET] = None
    """The name of the service account."""

    password: Annotated[Password | None, EXCLUDE_UNSET] = None
    """Its password."""

    @model_validator(mode="after")
    def _require_exactly_one_account(self) -> Self:
        if bool(self.key_file) == bool(self.username):
            raise ValueError("exactly one of key_file and username is needed")
        return self


class ConfdServer(Server):
    """C: confd, the server that holds the users of a telephone system."""

    prefix: Annotated[str | None, DESTINATION] = "/api/confd"
    """The beginning of the path of every request, `null` for none."""

    version: Version = "1.1"
    """The version of the API."""


class ConfdOptions(SourceOptions):
    """The options of a source that queries confd with a service account."""

    auth: AuthServerWithAccount
    """The authentication server, and the service account."""

    confd: ConfdServer = ConfdServer()
    """The server of the telephone system."""

    @model_validator(mode="before")
    @classmethod
    def _treat_missing_auth_as_empty(cls, value: object) -> object:
        """Return the options with an `auth` object, so that the error names the missing account."""
        return {"auth": {}, **value} if isinstance(value, dict) else value
