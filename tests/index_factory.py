"""Builds search indexes for tests."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from xivo_dird.backend import Entry
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.format import IndexShape
from xivo_dird.index.reader import IndexReader


@contextmanager
def index_factory(folder: Path) -> Iterator[Callable[[Sequence[Entry], IndexShape], IndexReader]]:
    """Yield a function that builds the index of entries below `folder`; close all indexes at the end."""
    numbers = count()

    def build(entries: Sequence[Entry], shape: IndexShape) -> IndexReader:
        files = IndexFiles(folder / str(next(numbers)), shape, threading.Event())
        reader = files.open_or_build("1", lambda: entries)
        readers.callback(reader.close)
        return reader

    with ExitStack() as readers:
        yield build
