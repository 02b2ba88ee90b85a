"""The Dockerfile, as far as it can be checked without a container engine."""

import fnmatch
import re
import subprocess
import sys
from pathlib import Path

import pytest
import trustme
import yaml

from servers.foreground import Foreground
from waiting import TIMEOUT

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
HEALTHCHECK = ROOT / "contrib" / "healthcheck.py"


def instructions(name):
    return [line.split()[1:] for line in DOCKERFILE.splitlines() if line.startswith(f"{name} ")]


def is_in_context(path):
    """Return whether a path is in the build context: the last matching rule of .dockerignore decides."""
    is_included = True
    for rule in (ROOT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = rule.removeprefix("!")
        if fnmatch.fnmatch(path, pattern) or path.startswith(f"{pattern}/"):
            is_included = rule.startswith("!")
    return is_included


def test_all_copied_files_exist_and_are_in_the_build_context():
    copied = [words for words in instructions("COPY") if not words[0].startswith("--from")]
    sources = [source for *sources, _ in copied for source in sources]
    assert "xivo_dird" in sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert is_in_context(source), source


def test_the_image_does_not_run_as_root():
    assert instructions("USER")[-1] not in (["root"], ["0"])


def test_the_health_check_runs_the_copied_script():
    (command,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    python, script, configuration = yaml.safe_load(command)
    assert python == "/opt/xivo-dird/bin/python"
    assert ["contrib/healthcheck.py", f"{Path(script).parent}/"] in instructions("COPY")
    assert configuration in instructions("CMD")[0][-1]


@pytest.fixture
def certificate_files(tmp_path):
    certificate = trustme.CA().issue_cert("dird.example.org")
    pem, key = tmp_path / "server.pem", tmp_path / "server.key"
    pem.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(key))
    return {"certificate": str(pem), "private_key": str(key)}


def run_healthcheck(daemon):
    """Run the health check with the port that the daemon listens on, and return its exit status."""
    configuration = yaml.safe_load(daemon.config_file.read_text())
    configuration["rest_api"]["port"] = daemon.port
    config_file = daemon.folder / "healthcheck.yml"
    config_file.write_text(yaml.safe_dump(configuration))
    command = [sys.executable, str(HEALTHCHECK), str(config_file)]
    return subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False).returncode


@pytest.mark.parametrize("listen", ["127.0.0.1", "0.0.0.0"])
def test_a_daemon_that_answers_is_healthy_over_http(tmp_path, listen):
    with Foreground(tmp_path, rest_api={"port": 0, "listen": listen}) as daemon:
        assert run_healthcheck(daemon) == 0
    assert run_healthcheck(daemon) != 0


def test_a_daemon_that_answers_is_healthy_over_https(tmp_path, certificate_files):
    with Foreground(tmp_path, rest_api={"port": 0, **certificate_files}) as daemon:
        assert run_healthcheck(daemon) == 0
