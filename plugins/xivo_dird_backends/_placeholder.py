"""A base class for backends whose sources can be stored but not queried yet."""

from typing import TypeVar

from xivo_dird.backend import Backend, Environment, SourceOptions, SourceUnavailable

OptionsT = TypeVar("OptionsT", bound=SourceOptions)


class PlaceholderBackend(Backend[OptionsT]):
    """Accepts source options but can't be created; the status of its sources shows the reason."""

    def __init__(self, options: OptionsT, environment: Environment) -> None:
        """Refuse to create an instance.

        Raises:
            SourceUnavailable: Always.
        """
        super().__init__(options, environment)
        raise SourceUnavailable("this backend is not available yet")
