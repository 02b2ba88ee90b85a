"""The google_directory backend: the directory of a Google Workspace domain."""

from collections.abc import Mapping

from typing_extensions import override

from xivo_dird.backend import Environment
from xivo_dird_backends._cloud_directory import CloudDirectoryBackend, DirectoryPart
from xivo_dird_backends.google_directory.credentials import GoogleToken
from xivo_dird_backends.google_directory.options import GoogleDirectoryOptions, GoogleDirectorySettings
from xivo_dird_backends.google_directory.people import DOMAIN_FIELDS, DomainPeople


class GoogleDirectoryBackend(CloudDirectoryBackend[GoogleDirectoryOptions]):
    """Answers all users from one copy of the directory."""

    Options = GoogleDirectoryOptions
    Settings = GoogleDirectorySettings
    settings_key = "backends.google_directory"
    entry_fields = DOMAIN_FIELDS
    default_format_columns = {"reverse": "{name}"}  # noqa: RUF012 - as declared by the base class

    def __init__(self, options: GoogleDirectoryOptions, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(GoogleDirectorySettings)
        login = self.open_client(f"{self.settings_key}.token_uri", settings.token_uri)
        token = GoogleToken(login, options.key(), options.subject, settings.token_uri)
        api = self.open_client(f"{self.settings_key}.endpoint", settings.endpoint)
        self._people = DomainPeople(self.authorized(api, token), settings.endpoint, options)

    @override
    def parts(self) -> Mapping[str, DirectoryPart]:
        """Return the people of the domain."""
        return {"people": self._people}
