"""A plugin whose import hangs; it says that it began."""

import os
import threading
from pathlib import Path

Path(os.environ["IMPORT_BEGAN"]).touch()
threading.Event().wait()
