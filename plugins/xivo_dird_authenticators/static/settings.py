"""The settings of the authenticator `static`, and the entries of its token file."""

from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from xivo_dird.authenticator import HIDDEN, AuthenticatorSettings, hash_token
from xivo_dird_authenticators._identifiers import canonical_uuid, is_header_value
from xivo_dird_authenticators._secret_file import read_secret_file

TokenHash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-fA-F]{64}$")]
Uuid = Annotated[str, StringConstraints(min_length=1), AfterValidator(canonical_uuid)]


class TokenRights(AuthenticatorSettings):
    """The user, the tenant and the ACL patterns of a token."""

    model_config = ConfigDict(hide_input_in_errors=True)

    user_uuid: Uuid | None = None
    tenant_uuid: Uuid
    acl: tuple[str, ...]


class StaticToken(TokenRights):
    """A token in the configuration, which contains only its hash."""

    hash: Annotated[TokenHash, HIDDEN]

    @model_validator(mode="before")
    @classmethod
    def _reject_plain_token(cls, entry: object) -> object:
        if isinstance(entry, dict) and "token" in entry:
            raise ValueError(
                "a token in clear does not belong here: replace the key `token` by `hash`, "
                "with the text that `xivo-dird --hash-token` prints for the token"
            )
        return entry

    def token_hash(self) -> str:
        """Return the hash of the token."""
        return self.hash


class FileToken(TokenRights):
    """An entry of the token file: the token itself or its hash."""

    token: SecretStr | None = None
    hash: TokenHash | None = None

    @model_validator(mode="after")
    def _require_token_or_hash(self) -> "FileToken":
        if (self.token is None) == (self.hash is None):
            raise ValueError("needs either `token` or `hash`")
        if self.token is not None and not is_header_value(self.token.get_secret_value()):
            raise ValueError("`token` must be 1 to 4096 visible ASCII characters")
        return self

    def token_hash(self) -> str:
        """Return the hash of the token."""
        if self.hash is not None:
            return self.hash
        return hash_token(self.token.get_secret_value() if self.token else "")


class StaticSettings(AuthenticatorSettings):
    """The section `auth` with `method: static`.

    `token_file` is a YAML list of entries like those of `tokens`, each with `token` or `hash`. Only its owner may
    have access to it. After a change it is reloaded within a second.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    tokens: tuple[StaticToken, ...] = ()
    token_file: Path | None = None
    master_tenant_uuid: Uuid | None = None


_TOKEN_FILE_SCHEMA: TypeAdapter[tuple[FileToken, ...] | None] = TypeAdapter(tuple[FileToken, ...] | None)


def read_token_file(path: Path) -> tuple[FileToken, ...]:
    """Return the entries of a token file, none if it is empty.

    Raises:
        InvalidConfiguration: The file can't be used; the message names it.
    """
    return read_secret_file("auth.token_file", path, _TOKEN_FILE_SCHEMA, private=True) or ()
