"""The wazo backend: the users of a telephone system, as its confd knows them."""

from xivo_dird_backends._announced import AnnouncedBackend
from xivo_dird_backends._remote_options import ConfdOptions


class WazoOptions(ConfdOptions):
    """The fields of contract section 2.9."""


class WazoBackend(AnnouncedBackend[WazoOptions]):
    """Keeps sources; it can't answer yet."""

    Options = WazoOptions
