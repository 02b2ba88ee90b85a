"""Creates the token file at the first start, with one token; only its owner can read the file."""

import os
import secrets
import uuid
from pathlib import Path

import yaml

from xivo_dird.authenticator import InvalidConfiguration

ALL_RIGHTS = "#"
OWNER_ONLY = 0o600


def write_first_token(path: Path, tenant_uuid: str) -> str:
    """Create a token file with one token that has all rights in a tenant; return the token.

    Raises:
        InvalidConfiguration: The file exists or can't be written; the message names the key.
    """
    token = secrets.token_urlsafe(32)
    rights = {"user_uuid": str(uuid.uuid4()), "tenant_uuid": tenant_uuid, "acl": [ALL_RIGHTS]}
    text = yaml.safe_dump([{"token": token, **rights}], sort_keys=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, OWNER_ONLY)
            file.write(text)
    except OSError as error:
        raise InvalidConfiguration(f"auth.token_file: {path} can't be written: {error.strerror}") from error
    return token
