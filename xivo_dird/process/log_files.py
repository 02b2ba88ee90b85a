"""The log: one line per record, to the daemon's own file, to the terminal, or to both."""

import logging
import sys
from pathlib import Path

from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration

LOG_FORMAT = "%(asctime)s [%(process)d] (%(levelname)s) (%(name)s): %(message)s"
ACCESS_FORMAT = "%(asctime)s [%(process)d] %(message)s"
ACCESS_LOGGER = "xivo_dird.access"

# They write request URLs, which hold tokens, below these levels.
FOREIGN_LEVELS = {"urllib3": logging.ERROR, "ldap3": logging.WARNING, "amqp": logging.WARNING}

logger = logging.getLogger(__name__)


class OneLineFormatter(logging.Formatter):
    """Writes control characters of a message as escapes, so that nobody can forge a line or steer a terminal.

    The lines of a traceback follow indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Escape the message before it becomes part of the line."""
        record.message = neutralised(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """Indent what follows the first line."""
        first, *others = super().format(record).split("\n")
        return "\n    ".join([first, *(neutralised(line) for line in others)])


def neutralised(text: str) -> str:
    r"""Write what is not printable (line breaks, escape sequences, bidi marks, surrogates) as `\x..` escapes."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


class ReopenableFileHandler(logging.FileHandler):
    """A log file that `reopen` opens again under its name, after logrotate has moved it away."""

    def reopen(self) -> bool:
        """Go on in the file that now has the name; when it can't be opened, stay with the old one and answer False."""
        try:
            stream = self._open()
        except OSError as error:
            logger.error("The log file %s can't be reopened: %s", self.baseFilename, error.strerror)  # noqa: TRY400
            return False
        former = self.setStream(stream)
        if former is not None:
            former.close()
        return True


def set_up_logging(config: Config) -> None:
    """Send records to the places the configuration names; raise `InvalidConfiguration` for `log_filename`."""
    root = logging.getLogger()
    for handler in _handlers(config.log_filename):
        handler.setFormatter(OneLineFormatter(LOG_FORMAT))
        root.addHandler(handler)
    _open_access_log(config.rest_api.access_log)
    root.setLevel("DEBUG" if config.debug else config.log_level.upper())
    for name, level in FOREIGN_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def reopen_log_files() -> None:
    """Open every log file again; for SIGHUP."""
    for handler in (*logging.getLogger().handlers, *logging.getLogger(ACCESS_LOGGER).handlers):
        if isinstance(handler, ReopenableFileHandler) and handler.reopen():
            logger.info("The log file was reopened")


def _open_access_log(path: Path | None) -> None:
    """Send one line per request to a file of its own, whatever the level of the log; None: to none."""
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
