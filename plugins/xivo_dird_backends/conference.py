"""The conference backend: the conference rooms of a telephone system, read from its confd."""

from xivo_dird_backends._placeholder import PlaceholderBackend
from xivo_dird_backends._remote_options import ConfdOptions


class ConferenceOptions(ConfdOptions):
    """The options of a conference source (contract section 2.9)."""


class ConferenceBackend(PlaceholderBackend[ConferenceOptions]):
    """Accepts conference sources; it can't answer yet."""

    Options = ConferenceOptions
