"""The command `xivo-dird`, also `python -m xivo_dird`: loads the program, then runs it."""

import gc
import sys
from importlib import import_module


def main() -> int:
    """Run `xivo_dird.process.main`; answer its exit status.

    While it is loaded nothing becomes garbage: to look for it again and again would be a fifth of a start.
    """
    gc.disable()
    program = import_module("xivo_dird.process.main")
    gc.freeze()
    gc.enable()
    status: int = program.main()
    return status


if __name__ == "__main__":
    sys.exit(main())
