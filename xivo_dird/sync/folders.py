"""The folders of the users of a source, which hold what was copied for them and its index."""

from hashlib import blake2b
from pathlib import Path

USERS_FOLDER = "users"
"""The folder in the folder of a source that has a folder for each of its users."""


def user_folder(source_folder: Path, tenant_uuid: str, user_uuid: str) -> Path:
    """Return the folder of a user of a source, which is removed when the user has not used it for long.

    Its name is a hash, since a token may have any text as its tenant and user.
    """
    texts = (tenant_uuid.encode("utf-8", "surrogatepass"), user_uuid.encode("utf-8", "surrogatepass"))
    name = blake2b(b"".join(b"%d:%b" % (len(text), text) for text in texts), digest_size=16).hexdigest()
    return source_folder / USERS_FOLDER / name
