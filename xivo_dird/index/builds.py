"""Where an index is built: a small one among the questions, a large one in a process of its own."""

import logging
from contextlib import suppress
from pathlib import Path

from xivo_dird.backend import Caller
from xivo_dird.index.build_process import BuildProcess, NoProcess
from xivo_dird.index.build_request import BuildRequest
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.facts import IndexFacts
from xivo_dird.index.files import IndexFiles
from xivo_dird.index.limits import IndexLimits
from xivo_dird.index.reader import IndexReader
from xivo_dird.sync import MAX_SMALL_ENTRIES, LargeWork, small_work_only

logger = logging.getLogger(__name__)


class IndexBuilds:
    """Opens the index of a version of a directory, and builds it if it is missing."""

    def __init__(self, data: DirectoryData, files: IndexFiles, folder: Path, limits: IndexLimits) -> None:
        """Build nothing yet.

        Args:
            data: The data of the directory.
            files: The index files.
            folder: Their folder.
            limits: The limits of the index.
        """
        self._data = data
        self._files = files
        self._folder = folder
        self._limits = limits
        self._process = BuildProcess()

    def open_or_build(self, version: str, caller: Caller | None, former: IndexFacts | None) -> IndexReader:
        """Return the index of a version.

        Args:
            version: The version of the data.
            caller: The caller on whose behalf the entries are listed.
            former: The facts of the former index, if there is one.

        Raises:
            SourceUnavailable: The index can't be built, or the source is being closed.
            Exception: Whatever the backend raises.
        """
        recipe = self._data.recipe
        if recipe is None:
            return self._open_or_build(version, caller)
        if not _is_known_to_be_large(former):
            with suppress(LargeWork), small_work_only():
                return self._open_or_build(version, caller)
        request = BuildRequest(recipe(), self._folder, self._limits, version, caller)
        try:
            with self._process.built(request):
                return self._open_or_build(version, caller)
        except NoProcess as error:
            logger.warning("Source %r is indexed in the process that answers: %s", self._data.name, error)
            return self._open_or_build(version, caller)

    def abort(self) -> None:
        """End a running build, and let none begin."""
        self._process.abort()
        self._files.abandon_build()

    def _open_or_build(self, version: str, caller: Caller | None) -> IndexReader:
        return self._files.open_or_build(version, lambda: self._data.entries(caller))


def _is_known_to_be_large(former: IndexFacts | None) -> bool:
    """Return True if more is to be read than a small directory has; a copy mostly fetches a few changes."""
    return former is not None and former.rows > MAX_SMALL_ENTRIES and former.revision is None
