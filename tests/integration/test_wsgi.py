"""The daemon as a WSGI application of another server, here that of the standard library."""

import http.client
import subprocess
import sys
from pathlib import Path

import pytest

from servers.foreground import Foreground
from waiting import TIMEOUT

SERVE = """
import sys
from wsgiref.simple_server import make_server
from xivo_dird.wsgi import create_app
with make_server("127.0.0.1", 0, create_app(sys.argv[1])) as server:
    print(server.server_port, flush=True)
    server.handle_request()
    server.handle_request()
"""


def command(folder: Path, **keys: object) -> list[str]:
    return [sys.executable, "-c", SERVE, str(Foreground(folder, **keys).config_file)]


def test_any_wsgi_server_can_run_the_application(tmp_path: Path) -> None:
    token_file = tmp_path / "state" / "tokens.yml"
    with subprocess.Popen(command(tmp_path), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
            client.request("GET", "/0.1/status", headers={"X-Auth-Token": "unknown"})
            assert client.getresponse().status == 401
            token = token_file.read_text().partition("token: ")[2].split()[0]
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
            client.request("GET", "/0.1/status", headers={"X-Auth-Token": token})
            answer = client.getresponse()
            assert (answer.status, b'"store":{"status":"ok"' in answer.read()) == (200, True)
            assert process.wait(TIMEOUT) == 0
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("keys", "message"),
    [({"loockup": {}}, "loockup: unknown key"), ({"auth": {"method": "unknown"}}, "auth.method: no plugin")],
)
def test_an_error_names_file_and_key(tmp_path: Path, keys: dict[str, object], message: str) -> None:
    process = subprocess.run(
        command(tmp_path, **keys), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert process.returncode == 1
    assert f"{tmp_path / 'config.yml'}: {message}" in process.stderr
