"""Keeps the errors of a plugin that would end a thread or the process within its source."""

from types import TracebackType

from xivo_dird.exceptions.sources import SourceUnavailable


class PluginBoundary:
    """A context that turns `SystemExit`, `KeyboardInterrupt` and `GeneratorExit` into an error of the source.

    Signals are handled by a thread of their own, so no such error can come from anywhere else. Other errors pass.
    A class, because it is part of every lookup and a generator would take three times as long.
    """

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        """Create a context; `what` the plugin was asked to do is the subject of the message."""
        self._what = what

    def __enter__(self) -> None:
        """Begin the context."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the context.

        Raises:
            SourceUnavailable: The plugin raised an error that is not an `Exception`.
        """
        if error is not None and not isinstance(error, Exception):
            raise SourceUnavailable(f"{self._what} raised {type(error).__name__}") from error
