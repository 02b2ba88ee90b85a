"""The options of a google_directory source, and the key of its service account."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError

from xivo_dird.backend import WRITE_ONLY, InvalidSource, Secret
from xivo_dird_backends._cloud_directory import CloudDirectoryOptions
from xivo_dird_backends._cloud_settings import CloudSettings

KeyText = Annotated[str, StringConstraints(min_length=2, max_length=65536)]
Subject = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class GoogleDirectorySettings(CloudSettings):
    """What only the administrator may set."""

    endpoint: str = "https://people.googleapis.com"
    """The server of the People API, which gets the access tokens."""

    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - a URL
    """Where access tokens come from. A key with another `token_uri` is refused."""


class ServiceAccountKey(BaseModel):
    """The JSON file that Google creates for a service account.

    Attributes:
        client_id: The number under which an administrator allows the account to act for users.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["service_account"]
    client_email: str
    client_id: str = Field(pattern=r"^[0-9]{1,32}$")
    private_key: SecretStr
    private_key_id: str
    token_uri: str


class GoogleDirectoryOptions(CloudDirectoryOptions):
    """The service account, the user for whom it acts, and which people are shown."""

    service_account_key: Annotated[Secret[KeyText], WRITE_ONLY]
    """The content of the key file, as `${file:…}`. No client reads it."""

    subject: Subject
    """The address of the user on whose behalf the directory is read."""

    domain_contacts: bool = False
    """Whether the external contacts that an administrator shares with the domain are shown, too."""

    def key(self) -> ServiceAccountKey:
        """Return the parsed key.

        Raises:
            InvalidSource: It is none; the message does not quote it.
        """
        try:
            return ServiceAccountKey.model_validate_json(self.service_account_key.get_secret_value())
        except ValidationError as error:
            names = sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]})
            wrong = f" (look at {', '.join(names)})" if names else ""
        raise InvalidSource(
            f"service_account_key: is not the JSON key file of a service account{wrong}: create one in the Google"
            " Cloud console under IAM & Admin > Service Accounts > Keys"
        )
