"""The google backend: the caller's own Google contacts."""

from xivo_dird.backend import SourceOptions
from xivo_dird_backends._placeholder import PlaceholderBackend
from xivo_dird_backends._remote_options import AuthServerOptions


class GoogleOptions(SourceOptions):
    """The options of a google source (contract section 2.9).

    `auth` is the server that stores the caller's Google access token.
    """

    auth: AuthServerOptions = AuthServerOptions()


class GoogleBackend(PlaceholderBackend[GoogleOptions]):
    """Accepts google sources; it can't answer yet."""

    Options = GoogleOptions
