"""The google_directory backend: the directory of a Google Workspace domain."""

from collections.abc import Mapping

from typing_extensions import override

from xivo_dird.backend import Deadline, Environment
from xivo_dird_backends._bearer_client import BearerClient
from xivo_dird_backends._cloud_directory import CloudDirectoryBackend, DirectoryPart
from xivo_dird_backends._cloud_settings import cloud_clients
from xivo_dird_backends.google_directory.credentials import GoogleToken
from xivo_dird_backends.google_directory.options import GoogleDirectoryOptions, GoogleDirectorySettings
from xivo_dird_backends.google_directory.people import DOMAIN_FIELDS, DomainPeople


class GoogleDirectoryBackend(CloudDirectoryBackend[GoogleDirectoryOptions]):
    """Answers all users from one copy of the directory."""

    Options = GoogleDirectoryOptions
    Settings = GoogleDirectorySettings
    entry_fields = DOMAIN_FIELDS
    default_format_columns = {"reverse": "{name}"}  # noqa: RUF012 - as declared by the base class

    def __init__(self, options: GoogleDirectoryOptions, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(GoogleDirectorySettings)
        new_client = cloud_clients(environment, settings, "backends.google_directory")
        self._login = new_client({"backends.google_directory.token_uri": settings.token_uri})
        self._api = new_client({"backends.google_directory.endpoint": settings.endpoint})
        token = GoogleToken(self._login, options.key(), options.subject, settings.token_uri)
        client = BearerClient(self._api, lambda refused: token.get(Deadline.after(settings.timeout), refused))
        self._people = DomainPeople(client, settings.endpoint, options)

    @override
    def parts(self) -> Mapping[str, DirectoryPart]:
        """Return the people of the domain."""
        return {"people": self._people}

    @override
    def close(self) -> None:
        """Close the idle connections."""
        self._login.close()
        self._api.close()
