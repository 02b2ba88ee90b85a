"""The entra backend: the directory of a company in Microsoft Entra ID, formerly Azure AD."""

from collections.abc import Mapping

from typing_extensions import override

from xivo_dird.backend import Environment
from xivo_dird_backends._cloud_directory import CloudDirectoryBackend, DirectoryPart
from xivo_dird_backends.entra.credentials import EntraToken
from xivo_dird_backends.entra.options import EntraOptions
from xivo_dird_backends.entra.people import ENTRA_FIELDS, GraphPeople, SharedContacts


class EntraBackend(CloudDirectoryBackend[EntraOptions]):
    """Answers all users from one copy of the directory."""

    Options = EntraOptions
    settings_key = "backends.entra"
    entry_fields = ENTRA_FIELDS
    default_format_columns = {"reverse": "{displayName}"}  # noqa: RUF012 - as declared by the base class

    def __init__(self, options: EntraOptions, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        token = EntraToken(self.open_client("login_url", options.login_url), options)
        self._client = self.authorized(self.open_client("graph_url", options.graph_url), token)

    @override
    def parts(self) -> Mapping[str, DirectoryPart]:
        """Return the users, and the shared contacts if they are wanted."""
        parts: dict[str, DirectoryPart] = {"people": GraphPeople(self._client, self.options)}
        if self.options.organization_contacts:
            parts["contacts"] = SharedContacts(self._client, self.options)
        return parts
