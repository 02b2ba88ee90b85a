"""The wazo backend: the users of a telephone system, read from its confd."""

from xivo_dird_backends._placeholder import PlaceholderBackend
from xivo_dird_backends._remote_options import ConfdOptions


class WazoOptions(ConfdOptions):
    """The options of a wazo source (contract section 2.9)."""


class WazoBackend(PlaceholderBackend[WazoOptions]):
    """Accepts wazo sources; it can't answer yet."""

    Options = WazoOptions
