"""The options of an entra source."""

from typing import Annotated, Self

from pydantic import AfterValidator, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from xivo_dird.backend import DESTINATION, EXCLUDE_UNSET, WRITE_ONLY, Secret
from xivo_dird_backends._cloud_directory import CloudDirectoryOptions

SHARED_DIRECTORIES = frozenset({"adfs", "common", "consumers", "organizations"})
"""Names that stand for all directories; an application has a token for one."""


def _check_directory(name: str) -> str:
    if name.lower() in SHARED_DIRECTORIES:
        raise PydanticCustomError("directory", "Must be the id or a domain of one directory (tenant)")
    return name


Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$")]
Server = Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9.:\[\]-]+$", max_length=1024)]
"""The URL of a server, without a path; what is sent to it is secret."""

ClientSecret = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Pem = Annotated[str, StringConstraints(min_length=1, max_length=65536)]


class EntraOptions(CloudDirectoryOptions):
    """The application that reads the directory, and which people of it are shown."""

    directory_id: Annotated[Identifier, AfterValidator(_check_directory), DESTINATION]
    """The id or a domain of the directory (tenant)."""

    client_id: Identifier
    """The id of the application."""

    client_secret: Annotated[Secret[ClientSecret] | None, WRITE_ONLY, EXCLUDE_UNSET] = None
    """The value of its secret. No client reads it."""

    client_certificate: Annotated[Secret[Pem] | None, WRITE_ONLY, EXCLUDE_UNSET] = None
    """In place of a secret, the PEM texts of a private key (RSA, up to 4096 bits, without a password) and its
    certificate, which is uploaded to the application: `${file:…}` of one file with both."""

    graph_url: Annotated[Server, DESTINATION] = "https://graph.microsoft.com"
    """The server of Microsoft Graph. National clouds have `https://graph.microsoft.us` and
    `https://microsoftgraph.chinacloudapi.cn`."""

    login_url: Annotated[Server, DESTINATION] = "https://login.microsoftonline.com"
    """The server of logins. National clouds have `https://login.microsoftonline.us` and
    `https://login.partner.microsoftonline.cn`."""

    include_guests: bool = False
    """Whether guests are shown, too."""

    include_disabled: bool = False
    """Whether accounts that can't sign in are shown, too: former users, and many rooms and shared
    mailboxes."""

    organization_contacts: bool = False
    """Whether the contacts that the organisation shares are shown, too."""

    @model_validator(mode="after")
    def _require_exactly_one_credential(self) -> Self:
        if (self.client_secret is None) == (self.client_certificate is None):
            raise ValueError("exactly one of client_secret and client_certificate is needed")
        return self
