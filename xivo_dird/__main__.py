"""The command `xivo-dird`, also `python -m xivo_dird`: imports the program and runs it."""

import gc
import sys
from importlib import import_module


def main() -> int:
    """Run `xivo_dird.process.main` and return its exit status.

    Garbage collection is disabled during the import: it would find no garbage, and take a fifth of the start time.
    """
    gc.disable()
    program = import_module("xivo_dird.process.main")
    gc.freeze()
    gc.enable()
    status: int = program.main()
    return status


if __name__ == "__main__":
    sys.exit(main())
