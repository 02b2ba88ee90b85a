"""The file with the account of a service, which an option of a source names (contract section 3.6)."""

import yaml
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from xivo_dird.backend import AllowedFolders, HostFile, SourceUnavailable

MAX_KEY_FILE_BYTES = 64 * 1024
"""Maximum size of a key file; a usual one has a hundred bytes."""


class ServiceKey(BaseModel):
    """The content of a key file."""

    model_config = ConfigDict(frozen=True)

    service_id: str
    service_key: SecretStr


class KeyFile:
    """A key file, which is read each time: it may appear later than the source, and its key may change."""

    def __init__(self, option: str, path: str, folders: AllowedFolders) -> None:
        """Store the path.

        Args:
            option: The option of the source, for errors.
            path: Its value; a relative path is below the first folder.
            folders: The allowed folders.
        """
        self._option = option
        self._path = path
        self._folders = folders

    def read(self) -> ServiceKey:
        """Return the account.

        Raises:
            InvalidSource: The path is outside the allowed folders.
            SourceUnavailable: The file is missing, unreadable, or no key file; the message does not quote it.
        """
        file = HostFile(self._option, self._path, self._folders)
        try:
            with file.open(MAX_KEY_FILE_BYTES, "the limit") as opened:
                content = opened.read(MAX_KEY_FILE_BYTES)
        except SourceUnavailable as error:
            raise SourceUnavailable(f"{self._option}: {error}") from error
        except OSError as error:
            raise SourceUnavailable(f"{self._option}: {file} can't be read: {error.strerror}") from error
        try:
            return ServiceKey.model_validate(yaml.safe_load(content))
        except (yaml.YAMLError, ValidationError, ValueError, RecursionError):
            reason = "is no YAML file with the texts service_id and service_key"
            raise SourceUnavailable(f"{self._option}: {file} {reason}") from None  # the cause quotes the file
