"""A plugin whose import hangs; it creates a file when the import starts."""

import os
import threading
from pathlib import Path

Path(os.environ["IMPORT_STARTED_FILE"]).touch()
threading.Event().wait()
