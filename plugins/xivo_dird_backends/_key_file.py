"""The file with the account of a service, which an option of a source names (contract section 3.6)."""

from pydantic import TypeAdapter

from xivo_dird.backend import (
    AllowedFolders,
    HostFile,
    ServiceKey,
    SourceUnavailable,
    UnusableSecretFile,
    parse_secret_yaml,
)

MAX_KEY_FILE_BYTES = 64 * 1024
"""Maximum size of a key file; a usual one has a hundred bytes."""


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
            return parse_secret_yaml(content, TypeAdapter(ServiceKey))
        except UnusableSecretFile as error:
            raise SourceUnavailable(f"{self._option}: {file}: {error}") from None
