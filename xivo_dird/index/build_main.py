"""The process that builds one large index, or an order of one: `python -m xivo_dird.index.build_main`.

It reads a request from its stdin.

It has an interpreter of its own, so that it does not take the interpreter lock from those who ask meanwhile. It ends
when its stdin ends, at the latest with the daemon; until then it holds the index, so that nobody removes it.
"""

import logging
import os
import pickle
import sys
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from logging.handlers import QueueHandler
from queue import SimpleQueue
from typing import BinaryIO

from xivo_dird.backend import Entry, SourceDataMissing, SourceUnavailable
from xivo_dird.exceptions import DirdError, PluginBoundary, describe_error, error_message
from xivo_dird.index.build_request import BuildRequest, BuildResult, OrderRequest
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.idle_watch import watched
from xivo_dird.index.open_file import IndexUnreadable
from xivo_dird.index.order_builder import build_order
from xivo_dird.index.reader import IndexReader
from xivo_dird.index.shared_folder import SharedFolder

NICENESS = 10
"""Questions have precedence if all processors are busy."""

_RECORD_KEYS = {*logging.makeLogRecord({}).__dict__, "message", "asctime"}

logger = logging.getLogger("xivo_dird.index.build_main")

_held: list[IndexReader] = []
"""The index, which the daemon has yet to open."""


def main() -> None:
    """Build the index that the request on stdin describes, and write the result to stdout."""
    os.nice(NICENESS)
    answer = _take_stdout()
    try:
        request: BuildRequest | OrderRequest = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the daemon
    except Exception as error:  # noqa: BLE001 - a plugin that can't be imported here
        sys.exit(f"{__spec__.name}: {describe_error(error)}")
    parent = threading.Thread(target=_end_with_parent, name="parent", daemon=True)
    parent.start()
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    logging.getLogger().addHandler(QueueHandler(queue))
    logging.getLogger().setLevel(logging.INFO)
    sent = _Answer(answer, queue)
    sent.send(_sort(request) if isinstance(request, OrderRequest) else _build(request, sent))
    parent.join()


class _Answer:
    """The answer, which is sent once: with the result of the build, or because it hangs."""

    def __init__(self, stream: BinaryIO, queue: SimpleQueue[logging.LogRecord]) -> None:
        self._stream = stream
        self._queue = queue
        self._lock = threading.Lock()

    def send(self, result: BuildResult) -> None:
        """Send a result with what was logged; do nothing if one was sent."""
        with self._lock:
            if self._stream.closed:
                return
            records = [_plain_record(self._queue.get()) for _ in range(self._queue.qsize())]
            with self._stream as stream:
                stream.write(pickle.dumps(replace(result, records=records)))


def _take_stdout() -> BinaryIO:
    """Return the stream for the answer; what plugins print goes to stderr, since the daemon would take it for one."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answer


def _plain_record(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record without what a plugin has added to it, which perhaps can't be pickled."""
    return logging.makeLogRecord(
        {key: value for key, value in record.__dict__.items() if key in _RECORD_KEYS}
    )


def _build(request: BuildRequest, answer: _Answer) -> BuildResult:
    """Build an index, which stays open. If nothing happens while its entries are listed, an error is sent meanwhile."""
    try:
        with PluginBoundary("creating the backend"):
            backend = request.new_backend()
    except Exception as error:  # noqa: BLE001 - plugin boundary
        return BuildResult(_portable(error))
    data = DirectoryData(backend)
    files = IndexFiles(SharedFolder(request.folder), data.shape, threading.Event(), request.limits)
    seconds = request.limits.max_idle_seconds
    idle = SourceUnavailable(
        f"reading it takes more than {seconds:g} s at one place (index.max_idle_seconds)"
    )

    def entries() -> Iterable[Entry]:
        watch.enter_context(watched(seconds, lambda: answer.send(BuildResult(idle))))
        return data.entries(request.caller)

    try:
        with ExitStack() as watch, PluginBoundary("reading its data"):
            _held.append(files.open_or_build(request.version, entries))
    except Exception as error:  # noqa: BLE001 - plugin boundary
        return BuildResult(_portable(error), backend.environment.outgoing.pause_seconds())
    return BuildResult()


def _sort(request: OrderRequest) -> BuildResult:
    try:
        build_order(request)
    except IndexUnreadable as error:
        return BuildResult(error)
    except Exception as error:  # noqa: BLE001 - shown where the list is
        return BuildResult(_portable(error))
    return BuildResult()


def _portable(error: Exception) -> SourceUnavailable:
    """Return an error that can be pickled; one that nobody expected is logged."""
    if not isinstance(error, DirdError):
        logger.error("A directory can't be read", exc_info=error)
    kind = SourceDataMissing if isinstance(error, SourceDataMissing) else SourceUnavailable
    return kind(error_message(error))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
