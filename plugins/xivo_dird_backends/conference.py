"""The conference backend: the conference rooms of a telephone system, as its confd knows them."""

from xivo_dird_backends._announced import AnnouncedBackend
from xivo_dird_backends._remote_options import ConfdOptions


class ConferenceOptions(ConfdOptions):
    """The fields of contract section 2.9."""


class ConferenceBackend(AnnouncedBackend[ConferenceOptions]):
    """Keeps sources; it can't answer yet."""

    Options = ConferenceOptions
