"""The office365 backend: the caller's own contacts at Microsoft."""

from typing import Annotated

from pydantic import StringConstraints

from xivo_dird.backend import SourceOptions
from xivo_dird_backends._announced import AnnouncedBackend
from xivo_dird_backends._remote_options import AuthServerOptions

Endpoint = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Office365Options(SourceOptions):
    """The fields of contract section 2.9; `auth` is where the caller's access to Microsoft is kept."""

    auth: AuthServerOptions = AuthServerOptions()
    endpoint: Endpoint = "https://graph.microsoft.com/v1.0/me/contacts"


class Office365Backend(AnnouncedBackend[Office365Options]):
    """Keeps sources; it can't answer yet."""

    Options = Office365Options
