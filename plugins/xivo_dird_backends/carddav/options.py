"""The options of a CardDAV source."""

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from xivo_dird.backend import (
    DESTINATION,
    EXCLUDE_UNSET,
    WRITE_ONLY,
    Seconds,
    Secret,
    SourceOptions,
    parse_url,
)
from xivo_dird_backends._refresh_interval import RefreshSeconds
from xivo_dird_backends._remote_options import (
    DEFAULT_TIMEOUT_SECONDS,
    CertificateVerification,
    Credential,
    Url,
)

Password = Annotated[Secret[Credential], WRITE_ONLY]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
TokenText = Annotated[str, StringConstraints(min_length=1, max_length=8192, pattern=r"^[\x21-\x7e]+$")]
Token = Annotated[Secret[TokenText], WRITE_ONLY]


def _validate_url_without_account(url: str) -> str:
    if parse_url(url).authorization is not None:
        raise PydanticCustomError("url", "Name the account in username and password, not in the URL.")
    return url


def _validate_host(host: str) -> str:
    try:
        parsed = parse_url(f"https://{host}")
    except ValueError:
        parsed = None
    if parsed is None or parsed.path != "/" or parsed.query or parsed.authorization is not None:
        raise PydanticCustomError("host", "Must be a host, such as contacts.example.org, or host:port.")
    return host


AllowedHost = Annotated[Name, AfterValidator(_validate_host)]


class CarddavOptions(SourceOptions):
    """The options of a source of address books."""

    orders: ClassVar[tuple[str, ...]] = ("name", "url")

    url: Annotated[Url, AfterValidator(_validate_url_without_account), DESTINATION]
    """An address book, the folder of several, the page of a user (principal), or the server, which then names
    the books of `username`. If the server has nothing at this path, all their books are read."""

    username: Annotated[Credential | None, EXCLUDE_UNSET] = None
    """The account, sent as Basic authentication, or as Digest (MD5, SHA-256) if the server asks for that."""

    password: Annotated[Password | None, EXCLUDE_UNSET] = None
    """Its password."""

    token: Annotated[Token | None, EXCLUDE_UNSET] = None
    """A bearer token instead of an account."""

    books: Annotated[tuple[Name, ...], Field(max_length=1000), EXCLUDE_UNSET] = ()
    """The address books to read, by their names, their paths or the last part of these: `[Crew, team]`.
    Without it, all that people have made."""

    categories: Annotated[tuple[Name, ...], Field(max_length=1000), EXCLUDE_UNSET] = ()
    """Only contacts with one of these categories. Without it, all."""

    refresh_seconds: RefreshSeconds = 900.0
    """Seconds between two looks for changes."""

    allowed_hosts: Annotated[tuple[AllowedHost, ...], Field(max_length=100), DESTINATION, EXCLUDE_UNSET] = ()
    """Further hosts (`host` or `host:port`) that may get the credentials if the server leads to them. No
    others get them."""

    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    timeout: Annotated[Seconds, EXCLUDE_UNSET] = DEFAULT_TIMEOUT_SECONDS
    """Seconds for each request."""

    @model_validator(mode="after")
    def _require_one_account(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password are needed together")
        if self.username is not None and self.token is not None:
            raise ValueError("either token or username and password are needed, not both")
        return self
