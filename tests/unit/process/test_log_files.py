"""The log: messages can't forge lines, and files are reopened after logrotate has moved them."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration, describe_error
from xivo_dird.outgoing import Outgoing
from xivo_dird.process.log_files import (
    ACCESS_LOGGER,
    OneLineFormatter,
    ReopenableFileHandler,
    log_uncaught_errors,
    reopen_log_files,
    set_up_logging,
)


@pytest.fixture(autouse=True)
def _restore_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers = list(root.handlers)
    yield
    logging.captureWarnings(capture=False)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    access = logging.getLogger(ACCESS_LOGGER)
    for handler in list(access.handlers):
        access.removeHandler(handler)
        handler.close()
    access.propagate = True


def format_message(message: str, *arguments: object) -> str:
    record = logging.LogRecord("name", logging.INFO, "file", 1, message, arguments, None)
    return OneLineFormatter("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    ("term", "escaped"),
    [
        ("a\nERROR forged", r"a\nERROR forged"),
        ("a\r\nb", r"a\r\nb"),
        ("\x1b[2Jcleared", r"\x1b[2Jcleared"),
        ("right\u202eleft", r"right\u202eleft"),
        ("line\u2028separator", r"line\u2028separator"),
        ("nul\0", r"nul\x00"),
        ("surrogate\ud800", r"surrogate\ud800"),
        ("Zoë Müller", "Zoë Müller"),
    ],
)
def test_control_characters_in_a_message_are_escaped(term: str, escaped: str) -> None:
    assert format_message("term %s", term) == f"INFO term {escaped}"


def test_traceback_lines_are_indented_so_that_none_looks_like_a_record() -> None:
    try:
        raise ValueError("first\nERROR forged\x1b[2J")
    except ValueError:
        record = logging.LogRecord("name", logging.ERROR, "file", 1, "failed", (), sys.exc_info())
    lines = OneLineFormatter("%(levelname)s %(message)s").format(record).split("\n")
    assert lines[0] == "ERROR failed"
    assert all(line.startswith("    ") for line in lines[1:])
    assert lines[-1] == r"    ERROR forged\x1b[2J"


class Account(BaseModel):
    """A model of a plugin that hides nothing itself."""

    user: int
    options: dict[str, int] = {}


SECRETS = {"user": "s3cret-name", "options": {"a": "s3cret-password", "b": {"c": "d"}}}


def rejected() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        Account.model_validate(SECRETS)
    assert "s3cret-password" in str(raised.value)
    return raised.value


def log_failure(error: Exception) -> str:
    record = logging.LogRecord("name", logging.ERROR, "file", 1, "failed: %s", (error,), None)
    record.exc_info = (type(error), error, error.__traceback__)
    return OneLineFormatter("%(levelname)s %(message)s").format(record)


def caused_by(cause: Exception) -> Exception:
    with pytest.raises(LookupError) as raised:
        raise LookupError("no such option") from cause
    return raised.value


def during(context: Exception) -> Exception:
    error = LookupError("no such option")
    error.__context__ = context
    return error


@pytest.mark.parametrize(
    "wrap", [lambda error: error, caused_by, during, lambda error: caused_by(during(error))]
)
def test_the_data_that_a_validation_error_quotes_are_not_logged(
    wrap: Callable[[Exception], Exception],
) -> None:
    logged = log_failure(wrap(rejected()))
    assert "s3cret" not in logged
    assert "{" not in logged
    assert "options.a: Input should be a valid integer" in logged


def test_a_validation_error_is_described_by_location_and_rule() -> None:
    assert describe_error(rejected()).startswith("ValidationError: user: Input should be a valid integer")
    assert describe_error(rejected()).count("; ") == 2


def test_other_errors_are_described_by_their_type_and_message() -> None:
    assert describe_error(LookupError("no such option")) == "LookupError: no such option"
    assert describe_error(TimeoutError()) == "TimeoutError"


def test_what_a_warning_of_a_library_quotes_is_not_logged(tmp_path: Path) -> None:
    path = tmp_path / "dird.log"
    set_up_logging(Config(log_filename=path))
    logging.getLogger("py.warnings").warning("%s", "file.py:1: UserWarning: unexpected value 's3cret'")
    assert "unexpected value" in path.read_text()
    assert "s3cret" not in path.read_text()


@pytest.fixture
def _uncaught_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((threading, "excepthook"), (sys, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    log_uncaught_errors()


@pytest.mark.usefixtures("_uncaught_errors")
def test_errors_that_end_a_thread_or_the_process_are_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dird.log"
    set_up_logging(Config(log_filename=path))
    thread = threading.Thread(target={}.__getitem__, args=["s3cret"], name="index of crew")
    thread.start()
    thread.join()
    error = caused_by(KeyError("s3cret"))
    sys.excepthook(type(error), error, error.__traceback__)
    assert "The thread index of crew failed\n" in path.read_text()
    assert "The process failed\n" in path.read_text()
    assert path.read_text().count("KeyError: '…'") == 2
    assert capsys.readouterr().err == "xivo-dird: LookupError: no such option\n"
    assert "s3cret" not in path.read_text()


def test_a_line_that_can_not_be_written_is_not_printed_instead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = ReopenableFileHandler(tmp_path / "x.log", encoding="utf-8")
    record = logging.LogRecord("n", logging.INFO, "f", 1, "%d", ("s3cret",), None)
    handler.emit(record)
    handler.close()
    printed = capsys.readouterr().err
    assert printed.startswith(f"xivo-dird: {tmp_path}/x.log can't be written: TypeError: %d format")
    assert "s3cret" not in printed


def test_records_go_to_the_configured_file_with_level_and_logger(tmp_path: Path) -> None:
    path = tmp_path / "dird.log"
    set_up_logging(Config(log_filename=path))
    logging.getLogger("some.module").info("message")
    assert path.read_text().rstrip().endswith("(INFO) (some.module): message")


@pytest.mark.parametrize(
    ("config", "level"),
    [
        (Config(log_filename=None), logging.INFO),
        (Config(log_filename=None, log_level="error"), logging.ERROR),
        (Config(log_filename=None, log_level="error", debug=True), logging.DEBUG),
    ],
)
def test_the_level_is_the_configured_one_but_debug_wins(config: Config, level: int) -> None:
    set_up_logging(config)
    assert logging.getLogger().level == level


def test_urls_with_tokens_from_urllib3_are_not_in_a_debug_log(tmp_path: Path) -> None:
    Outgoing().http_client({"url": "http://localhost"}).close()
    path = tmp_path / "dird.log"
    set_up_logging(Config(log_filename=path, debug=True))
    logging.getLogger("urllib3.connectionpool").debug("HEAD /0.1/token/s3cret")
    logging.getLogger("urllib3.connectionpool").warning("Retrying /0.1/token/s3cret")
    assert "s3cret" not in path.read_text()


def test_reopening_creates_a_new_file_after_the_old_one_was_moved(tmp_path: Path) -> None:
    path = tmp_path / "dird.log"
    set_up_logging(Config(log_filename=path))
    logging.getLogger("a").info("before")
    path.rename(tmp_path / "dird.log.1")
    reopen_log_files()
    logging.getLogger("a").info("after")
    assert "before" in (tmp_path / "dird.log.1").read_text()
    assert "after" in path.read_text()
    assert "before" not in path.read_text()


def test_if_reopening_fails_the_old_file_stays_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    path = folder / "dird.log"
    set_up_logging(Config(log_filename=path))
    path.rename(tmp_path / "moved.log")
    folder.rmdir()
    reopen_log_files()
    logging.getLogger("a").info("after")
    moved = (tmp_path / "moved.log").read_text()
    assert "can't be reopened" in moved
    assert "was reopened" not in moved
    assert "after" in moved


def test_the_error_for_an_unusable_log_file_names_its_key(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidConfiguration, match=r"^log_filename: .*none/dird\.log can't be opened: No such file"
    ):
        set_up_logging(Config(log_filename=tmp_path / "none" / "dird.log"))


def test_the_file_handler_escapes_what_utf_8_can_not_encode(tmp_path: Path) -> None:
    handler = ReopenableFileHandler(tmp_path / "x.log", encoding="utf-8", errors="backslashreplace")
    handler.emit(logging.LogRecord("n", logging.INFO, "f", 1, "\ud800", (), None))
    handler.close()
    assert (tmp_path / "x.log").read_text() == "\\ud800\n"


def test_the_access_log_is_a_separate_file_that_is_reopened_with_the_log(tmp_path: Path) -> None:
    log, access = tmp_path / "dird.log", tmp_path / "access.log"
    set_up_logging(Config(log_filename=log, log_level="error", rest_api={"access_log": access}))
    logging.getLogger(ACCESS_LOGGER).info("a request\nforged")
    access.rename(tmp_path / "access.log.1")
    reopen_log_files()
    logging.getLogger(ACCESS_LOGGER).info("another")
    assert (tmp_path / "access.log.1").read_text().rstrip().endswith(r"a request\nforged")
    assert access.read_text().rstrip().endswith("another")
    assert "request" not in log.read_text()


def test_the_error_for_an_unusable_access_log_names_its_key(tmp_path: Path) -> None:
    config = Config(log_filename=None, rest_api={"access_log": tmp_path / "none" / "access.log"})
    with pytest.raises(InvalidConfiguration, match=r"^rest_api\.access_log: .* can't be opened"):
        set_up_logging(config)
