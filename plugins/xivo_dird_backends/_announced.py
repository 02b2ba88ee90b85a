"""What a backend is until it can answer: sources of it can be kept already."""

from typing import TypeVar

from xivo_dird.backend import Backend, Environment, SourceOptions, SourceUnavailable

OptionsT = TypeVar("OptionsT", bound=SourceOptions)


class AnnouncedBackend(Backend[OptionsT]):
    """Takes sources; each question fails, so that the status tells why they contribute nothing."""

    def __init__(self, options: OptionsT, environment: Environment) -> None:
        """Raise `SourceUnavailable`."""
        super().__init__(options, environment)
        raise SourceUnavailable("this backend is not available yet")
