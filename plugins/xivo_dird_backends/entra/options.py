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
    """The application that reads the directory, and which people of it are shown.

    `client_certificate` has the PEM texts of a private key and its certificate, in place of a secret.
    """

    directory_id: Annotated[Identifier, AfterValidator(_check_directory), DESTINATION]
    client_id: Identifier
    client_secret: Annotated[Secret[ClientSecret] | None, WRITE_ONLY, EXCLUDE_UNSET] = None
    client_certificate: Annotated[Secret[Pem] | None, WRITE_ONLY, EXCLUDE_UNSET] = None
    graph_url: Annotated[Server, DESTINATION] = "https://graph.microsoft.com"
    login_url: Annotated[Server, DESTINATION] = "https://login.microsoftonline.com"
    include_guests: bool = False
    include_disabled: bool = False
    organization_contacts: bool = False

    @model_validator(mode="after")
    def _require_exactly_one_credential(self) -> Self:
        if (self.client_secret is None) == (self.client_certificate is None):
            raise ValueError("exactly one of client_secret and client_certificate is needed")
        return self
