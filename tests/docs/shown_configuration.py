"""The configuration files that the documentation shows, for a daemon of a test."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from servers.daemon import TOKEN
from xivo_dird.authenticator import hash_token
from xivo_dird.config.files import Arguments, load
from xivo_dird.controller import Controller


def configuration_of(file: Path, **changes: object) -> dict[str, Any]:
    """Return the configuration that a file shows, with a token of its tenant."""
    configuration = yaml.safe_load(file.read_text())
    tenant = configuration["provisioning"]["tenants"][0]["uuid"]
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": tenant}
    return {**configuration, "auth": {"tokens": [token]}, **changes}


def replace_shown(file: Path, replaced: Mapping[str, str]) -> None:
    """Replace texts in a file that a page shows, such as names of hosts by those of servers of a test."""
    text = file.read_text()
    for shown, used in replaced.items():
        assert shown in text
        text = text.replace(shown, used)
    file.write_text(text)


def assert_accepted(file: Path, folder: Path) -> None:
    """Check that the daemon accepts a file, with its own files in a folder of the test."""
    text = file.read_text().replace("/var/lib/xivo-dird", str(folder))
    file.write_text(f"extra_config_files: null\n{re.sub(r'token_file:.*', '', text)}")
    controller = Controller(load(Arguments(file)).config)
    assert controller.application is not None
    controller.stop()
