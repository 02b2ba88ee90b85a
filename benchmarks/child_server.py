"""A server of a benchmark in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def child_server(file: str, given: Mapping[str, object]) -> Iterator[int]:
    """Run a program for the length of the block; yield its port.

    Args:
        file: The program. It reads `given` as JSON from the standard input, and prints its port when it listens.
        given: What it needs to know.
    """
    with subprocess.Popen(
        [sys.executable, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(given))
            process.stdin.close()
            yield int(process.stdout.readline())
        finally:
            process.kill()
