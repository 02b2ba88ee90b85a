"""How sources name the servers that they ask (contract section 2.9: objects A, A- and C, value V)."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from xivo_dird.backend import HIDDEN, NO_BOOLEAN, WHEN_GIVEN, Secret, SourceOptions

Host = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
KeyFile = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=16)]
Credential = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Password = Annotated[Secret[Credential], HIDDEN]
Port = Annotated[int, Field(ge=1, le=65535), NO_BOOLEAN]

_SPELLED = {"true": True, "True": True, "false": False, "False": False}


def _certificate_verification(given: object) -> object:
    if isinstance(given, str):
        return _SPELLED.get(given, given)
    if isinstance(given, bool):
        return given
    raise PydanticCustomError("string_type", "Must be a boolean or the path of a CA bundle")


CertificateVerification = Annotated[bool | str, BeforeValidator(_certificate_verification)]
"""V: the texts of a boolean are one, any other text is the path of a CA bundle."""


class Server(BaseModel):
    """What A, A- and C have in common; `timeout` in seconds."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    host: Host = "localhost"
    port: Port = 443
    https: bool = True
    verify_certificate: CertificateVerification = True
    timeout: Annotated[float, Field(ge=0, le=3660), NO_BOOLEAN, WHEN_GIVEN] = 10.0


class AuthServerOptions(Server):
    """A-: asked with the caller's own token, so that credentials are dropped."""

    prefix: str | None = "/api/auth"
    version: Version = "0.1"


class AuthServerWithAccount(AuthServerOptions):
    """A: asked with an account of its own, named by either a key file or a user name."""

    key_file: Annotated[KeyFile | None, WHEN_GIVEN] = None
    username: Annotated[Credential | None, WHEN_GIVEN] = None
    password: Annotated[Password | None, WHEN_GIVEN] = None

    @model_validator(mode="after")
    def _names_one_account(self) -> Self:
        if bool(self.key_file) == bool(self.username):
            raise ValueError("exactly one of key_file and username is needed")
        return self


class ConfdServer(Server):
    """C: the server that knows the users of a telephone system."""

    prefix: str | None = "/api/confd"
    version: Version = "1.1"


class ConfdOptions(SourceOptions):
    """A source that asks confd with an account of its own."""

    auth: AuthServerWithAccount
    confd: ConfdServer = ConfdServer()

    @model_validator(mode="before")
    @classmethod
    def _judge_a_missing_auth_as_an_empty_one(cls, given: object) -> object:
        """Answer as for an account that is missing: no default could be one."""
        return {"auth": {}, **given} if isinstance(given, dict) else given
