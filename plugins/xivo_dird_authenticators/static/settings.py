"""The settings of the authenticator `static`, and the entries of its files."""

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

from xivo_dird.authenticator import (
    HIDDEN,
    PASSWORD_HASH,
    TOKEN_USER,
    AuthenticatorSettings,
    InvalidConfiguration,
    hash_token,
)
from xivo_dird_authenticators._identifiers import canonical_uuid, is_header_value
from xivo_dird_authenticators._secret_file import read_secret_file
from xivo_dird_authenticators._usernames import MAX_USERNAME_CHARACTERS, canonical_username

TokenHash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-fA-F]{64}$")]
HASH_HINT = "with the text that `xivo-dird --hash-password` prints for the password"


def _valid_username(text: str) -> str:
    name = canonical_username(text)
    if name is None:
        raise ValueError(
            f"must have 1 to {MAX_USERNAME_CHARACTERS} characters, no colon and no control character"
        )
    if name == TOKEN_USER:
        raise ValueError("`token` is reserved: clients send it as the user name with a token as the password")
    return name


def _valid_password_hash(text: str) -> str:
    if not PASSWORD_HASH.fullmatch(text):
        raise ValueError(f"is no hash of a password: replace it {HASH_HINT}")
    return text


Uuid = Annotated[str, StringConstraints(min_length=1), AfterValidator(canonical_uuid)]


class Rights(AuthenticatorSettings):
    """The user, the tenant and the ACL patterns of a token or of a user with a password."""

    model_config = ConfigDict(hide_input_in_errors=True)

    user_uuid: Uuid | None = None
    tenant_uuid: Uuid
    acl: tuple[str, ...]


class StaticToken(Rights):
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


class FileToken(Rights):
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


class StaticUser(Rights):
    """A user with a password, of which an entry contains only the hash."""

    username: Annotated[str, AfterValidator(_valid_username)]
    password_hash: Annotated[str, AfterValidator(_valid_password_hash), HIDDEN]

    @model_validator(mode="before")
    @classmethod
    def _reject_plain_password(cls, entry: object) -> object:
        if isinstance(entry, dict) and "password" in entry:
            raise ValueError(
                "a password in clear does not belong here: replace the key `password` by `password_hash`, "
                + HASH_HINT
            )
        return entry


def _unique_users(users: tuple[StaticUser, ...]) -> tuple[StaticUser, ...]:
    first_with: dict[str, int] = {}
    for position, user in enumerate(users):
        first = first_with.setdefault(user.username, position)
        if first != position:
            raise ValueError(f"{position}.username is the same as {first}.username")
    return users


Users = Annotated[tuple[StaticUser, ...], AfterValidator(_unique_users)]


class StaticSettings(AuthenticatorSettings):
    """The section `auth` with `method: static`.

    `token_file` is a YAML list of entries like those of `tokens`, each with `token` or `hash`; `user_file` is a
    list of entries like those of `users`. Only their owner may have access to them. After a change a file is reloaded
    within a second.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    tokens: tuple[StaticToken, ...] = ()
    token_file: Path | None = None
    users: Users = ()
    user_file: Path | None = None
    master_tenant_uuid: Uuid | None = None


_TOKEN_FILE_SCHEMA: TypeAdapter[tuple[FileToken, ...] | None] = TypeAdapter(tuple[FileToken, ...] | None)
_USER_FILE_SCHEMA: TypeAdapter[tuple[StaticUser, ...] | None] = TypeAdapter(Users | None)


def read_token_file(path: Path) -> tuple[FileToken, ...]:
    """Return the entries of a token file, none if it is empty.

    Raises:
        InvalidConfiguration: The file can't be used; the message names it.
    """
    return read_secret_file("auth.token_file", path, _TOKEN_FILE_SCHEMA, private=True) or ()


def read_user_file(path: Path, configured: tuple[StaticUser, ...]) -> tuple[StaticUser, ...]:
    """Return the entries of a user file, none if it is empty.

    Args:
        path: The file.
        configured: Other users, whose names the file must not contain.

    Raises:
        InvalidConfiguration: The file can't be used; the message names it.
    """
    users = read_secret_file("auth.user_file", path, _USER_FILE_SCHEMA, private=True) or ()
    names = {user.username for user in configured}
    for position, user in enumerate(users):
        if user.username in names:
            raise InvalidConfiguration(f"auth.user_file: {path}: {position}.username is also in auth.users")
    return users
