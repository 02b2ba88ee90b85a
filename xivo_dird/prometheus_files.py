"""The files in which worker processes count, in a folder that they share, so that each can report all metrics."""

import logging
import os
import threading
from pathlib import Path

from prometheus_client import values

logger = logging.getLogger(__name__)


class SharedFiles:
    """The files of one worker in the folder that all workers share. There is one instance per process."""

    def __init__(self, number: int, folder: Path) -> None:
        """Create the folder, and use it for all metrics that are created from now on.

        Args:
            number: The number of the worker; a worker that replaces another one continues with its files.
            folder: The folder.

        Raises:
            OSError: The folder can't be created.
        """
        self.folder = folder
        self._worker = str(number)
        self._identity = self._worker
        self._lock = threading.Lock()
        self._losses = 0
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob(f"gauge_*_{number}-*.db"):  # of a worker that this one replaces
            file.unlink(missing_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: self._identity)

    def restore(self) -> None:
        """Create the folder and the files again if they were removed.

        prometheus_client opens other files as soon as the identity of the process changes.

        Raises:
            OSError: The folder can't be created.
        """
        with self._lock:
            if (self.folder / f"gauge_livemin_{self._identity}.db").exists():
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            self._losses += 1
            self._identity = f"{self._worker}-{self._losses}"
        logger.warning("The metrics in %s were removed and start again at zero", self.folder)
