"""Keeps the errors of a plugin that would end a thread or the process within its source."""

from collections.abc import Iterator
from contextlib import contextmanager

from xivo_dird.exceptions.sources import SourceUnavailable


@contextmanager
def contain_exit(what: str) -> Iterator[None]:
    """Turn `SystemExit`, `KeyboardInterrupt` and `GeneratorExit` of a plugin into an error of its source.

    Signals are handled by a thread of their own, so no such error can come from anywhere else.

    Args:
        what: What the plugin was asked to do, the subject of the message.

    Raises:
        SourceUnavailable: The plugin raised an error that is not an `Exception`.
        Exception: Whatever else the plugin raises.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        raise SourceUnavailable(f"{what} raised {type(error).__name__}") from error
