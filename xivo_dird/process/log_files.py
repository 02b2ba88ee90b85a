"""The log: one line per record, to the daemon's own file, to the terminal, or to both."""

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from xivo_dird.config.schema import Config
from xivo_dird.exceptions import (
    InvalidConfiguration,
    describe_error,
    error_message,
    traceback_text,
    without_quoted_data,
)

LOG_FORMAT = "%(asctime)s [%(process)d] (%(levelname)s) (%(name)s): %(message)s"
ACCESS_FORMAT = "%(asctime)s [%(process)d] %(message)s"
ACCESS_LOGGER = "xivo_dird.access"
WARNINGS_LOGGER = "py.warnings"

# Below these levels, the libraries write request URLs, which contain tokens.
LIBRARY_LEVELS = {"ldap3": logging.WARNING, "amqp": logging.WARNING}

logger = logging.getLogger(__name__)


ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLineFormatter(logging.Formatter):
    """Escapes control characters, so that messages can neither forge lines nor control a terminal.

    The lines of a traceback are indented. Errors are written without the data that they quote.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the line of a record, with its message escaped."""
        record.message = escaped(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the name is logging's
        """Return the traceback of an error."""
        return "" if ei[1] is None else traceback_text(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record, with every line but the first indented."""
        if isinstance(record.args, tuple):
            show = _warning_text if record.name == WARNINGS_LOGGER else _argument
            record.args = tuple(map(show, record.args))
        record.exc_text = None  # a handler of a plugin may have cached the traceback with its data
        first, *rest = super().format(record).split("\n")
        return "\n    ".join([first, *(escaped(line) for line in rest)])


def _argument(argument: object) -> object:
    return error_message(argument) if isinstance(argument, BaseException) else argument


def _warning_text(argument: object) -> object:
    """Return the text of a warning of Python: a library may quote data in it."""
    return without_quoted_data(argument) if isinstance(argument, str) else argument


def escaped(text: str) -> str:
    r"""Return `text` with unprintable characters (line breaks, ESC, bidi marks, surrogates) as `\x..` escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class ReopenableFileHandler(logging.FileHandler):
    """A log file that can be reopened by name after logrotate has moved it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - the name is logging's
        """Report a line that can't be written without the line, which Python would print with its arguments."""
        error = sys.exception()
        reason = describe_error(error) if error is not None else "unknown"
        sys.stderr.write(f"xivo-dird: {self.baseFilename} can't be written: {reason}\n")

    def reopen(self) -> bool:
        """Open the file again by its name; if that fails, continue with the open file.

        Returns:
            Whether the file was reopened.
        """
        try:
            stream = self._open()
        except OSError as error:
            logger.error("The log file %s can't be reopened: %s", self.baseFilename, error.strerror)  # noqa: TRY400
            return False
        old_stream = self.setStream(stream)
        if old_stream is not None:
            old_stream.close()
        return True


def log_uncaught_errors() -> None:
    """Write errors that end a thread or the process to the log, without the data that they quote.

    By default Python writes them to the terminal as they are.
    """

    def log_of_thread(failed: threading.ExceptHookArgs) -> None:
        name = failed.thread.name if failed.thread is not None else "unknown"
        logger.error("The thread %s failed", name, exc_info=failed.exc_value)

    def log_of_process(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        logger.critical("The process failed", exc_info=error)
        sys.stderr.write(f"xivo-dird: {describe_error(error)}\n")

    def log_of_destructor(failed: "sys.UnraisableHookArgs") -> None:
        logger.error("An error was ignored", exc_info=failed.exc_value)

    threading.excepthook = log_of_thread
    sys.excepthook = log_of_process
    sys.unraisablehook = log_of_destructor


def set_up_logging(config: Config) -> None:
    """Send log records to the configured file and to the terminal, and requests to the access log.

    Raises:
        InvalidConfiguration: A log file can't be opened.
    """
    root = logging.getLogger()
    for handler in _handlers(config.log_filename):
        handler.setFormatter(OneLineFormatter(LOG_FORMAT))
        root.addHandler(handler)
    _open_access_log(config.rest_api.access_log)
    root.setLevel("DEBUG" if config.debug else config.log_level.upper())
    for name, level in LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def reopen_log_files() -> None:
    """Reopen every log file, after SIGHUP."""
    for handler in (*logging.getLogger().handlers, *logging.getLogger(ACCESS_LOGGER).handlers):
        if isinstance(handler, ReopenableFileHandler) and handler.reopen():
            logger.info("The log file was reopened")


def _open_access_log(path: Path | None) -> None:
    """Write one line per request to the file `path`, whatever the log level is; None: to no file."""
    access = logging.getLogger(ACCESS_LOGGER)
    access.propagate = False
    access.setLevel(logging.INFO)
    if path is not None:
        handler = _file_handler("rest_api.access_log", path)
        handler.setFormatter(OneLineFormatter(ACCESS_FORMAT))
        access.addHandler(handler)


def _handlers(path: Path | None) -> list[logging.Handler]:
    terminal = logging.StreamHandler(sys.stderr)
    if path is None:
        return [terminal]
    to_file = _file_handler("log_filename", path)
    return [to_file, terminal] if sys.stderr.isatty() else [to_file]


def _file_handler(key: str, path: Path) -> logging.Handler:
    try:
        return ReopenableFileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InvalidConfiguration(f"{key}: {path} can't be opened: {error.strerror}") from error
