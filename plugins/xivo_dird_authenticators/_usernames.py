"""The syntax of user names (RFC 7617 section 2)."""

import re
import unicodedata

MAX_USERNAME_CHARACTERS = 128

USERNAME = re.compile(rf"[^:\x00-\x1f\x7f-\x9f\ud800-\udfff]{{1,{MAX_USERNAME_CHARACTERS}}}")


def canonical_username(text: str) -> str | None:
    """Return a user name with composed characters (NFC), None if `text` can't be one."""
    return unicodedata.normalize("NFC", text) if USERNAME.fullmatch(text) else None
