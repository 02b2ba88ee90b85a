"""The configuration files that the documentation shows, for a daemon of a test."""

from pathlib import Path
from typing import Any

import yaml

from servers.daemon import TOKEN
from xivo_dird.authenticator import hash_token


def configuration_of(file: Path, **changes: object) -> dict[str, Any]:
    """Return the configuration that a file shows, with a token of its tenant."""
    configuration = yaml.safe_load(file.read_text())
    tenant = configuration["provisioning"]["tenants"][0]["uuid"]
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": tenant}
    return {**configuration, "auth": {"tokens": [token]}, **changes}
