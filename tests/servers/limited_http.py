"""The echo server in a process of its own, whose resources are limited."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from servers.raw_http import running_server


@contextmanager
def limited_server(limits: Mapping[str, int], **settings: object) -> Iterator[int]:
    """Run the server for the length of the block; yield its port.

    Args:
        limits: Limit by the name of a resource, such as `RLIMIT_NOFILE`.
        settings: Keys of the configuration section `rest_api`.
    """
    command = [sys.executable, __file__, json.dumps(limits), json.dumps(settings)]
    environment = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        assert process.poll() is None


def main(limits: Mapping[str, int], settings: Mapping[str, object]) -> None:
    """Serve until the standard input is closed."""
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    with running_server(**settings) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), json.loads(sys.argv[2]))
