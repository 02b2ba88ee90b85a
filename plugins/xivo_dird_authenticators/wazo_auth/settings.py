"""The settings of the authenticator `wazo_auth` (contract section 6, keys `auth.*`), and its key file."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    StringConstraints,
    TypeAdapter,
)

from xivo_dird.authenticator import (
    AuthenticatorSettings,
    HiddenText,
    InvalidConfiguration,
    Port,
    Seconds,
    SecondsOrZero,
    ServiceKey,
    canonical_uuid,
    client_tls_context,
)
from xivo_dird_authenticators._secret_file import read_secret_file


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Host = Annotated[str, StringConstraints(pattern=r"^[^\s/?#@\\]+$")]
Prefix = Annotated[
    Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")] | None, BeforeValidator(_empty_is_none)
]
OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_none)]
Uuid = Annotated[str, StringConstraints(min_length=1), AfterValidator(canonical_uuid)]


class WazoAuthSettings(AuthenticatorSettings):
    """The section `auth` with `method: wazo_auth`.

    `timeout` (per call) and `cache_ttl` are in seconds. By default `cache_ttl` is 0, which disables the cache: a
    revoked token is refused at once, as clients of 0.1 expect. `verify_certificate` is true, false or the path of a CA
    bundle.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    host: Host = "localhost"
    port: Port = 9497
    prefix: Prefix = None
    https: bool = False
    verify_certificate: bool | Path = True
    username: str | None = None
    password: HiddenText | None = None
    key_file: OptionalPath = None
    master_tenant_uuid: Uuid | None = None
    cache_ttl: SecondsOrZero = 0.0
    timeout: Seconds = 2.0

    def base_url(self) -> str:
        """Return the URL that all calls start with, without a trailing slash (contract section 1.2)."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        scheme = "https" if self.https else "http"
        return f"{scheme}://{host}:{self.port}{(self.prefix or '').rstrip('/')}/0.1"


@dataclass(frozen=True)
class Account:
    """The credentials that a token is requested with: those of the daemon or of a user."""

    username: str
    password: SecretStr


def service_account(settings: WazoAuthSettings) -> Account | None:
    """Return the service account: from the key file, otherwise from username and password, None without either.

    Raises:
        InvalidConfiguration: The key file can't be used.
    """
    if settings.key_file is not None:
        keys = read_secret_file("auth.key_file", settings.key_file, TypeAdapter(ServiceKey), private=False)
        return Account(keys.service_id, keys.service_key)
    if settings.username is None:
        return None
    return Account(settings.username, settings.password or SecretStr(""))


def server_tls_context(settings: WazoAuthSettings) -> ssl.SSLContext:
    """Create the TLS context of all connections.

    Raises:
        InvalidConfiguration: The CA bundle can't be read.
    """
    try:
        return client_tls_context(settings.verify_certificate if settings.https else False)
    except OSError as error:
        raise InvalidConfiguration(
            f"auth.verify_certificate: {settings.verify_certificate} is no readable CA bundle: {error}"
        ) from error
