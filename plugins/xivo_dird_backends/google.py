"""The google backend: the caller's own contacts at Google."""

from xivo_dird.backend import SourceOptions
from xivo_dird_backends._announced import AnnouncedBackend
from xivo_dird_backends._remote_options import AuthServerOptions


class GoogleOptions(SourceOptions):
    """The fields of contract section 2.9; `auth` is where the caller's access to Google is kept."""

    auth: AuthServerOptions = AuthServerOptions()


class GoogleBackend(AnnouncedBackend[GoogleOptions]):
    """Keeps sources; it can't answer yet."""

    Options = GoogleOptions
