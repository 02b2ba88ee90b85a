"""The office365 backend: the caller's own Microsoft contacts."""

from typing import Annotated

from pydantic import StringConstraints

from xivo_dird.backend import DESTINATION, SourceOptions
from xivo_dird_backends._placeholder import PlaceholderBackend
from xivo_dird_backends._remote_options import AuthServerOptions

Endpoint = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Office365Options(SourceOptions):
    """The options of an office365 source (contract section 2.9).

    `auth` is the server that stores the caller's Microsoft access token.
    """

    auth: AuthServerOptions = AuthServerOptions()
    endpoint: Annotated[Endpoint, DESTINATION] = "https://graph.microsoft.com/v1.0/me/contacts"


class Office365Backend(PlaceholderBackend[Office365Options]):
    """Accepts office365 sources; it can't answer yet."""

    Options = Office365Options
