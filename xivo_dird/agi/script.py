"""The script that a dialplan names: `agi://HOST/PROFILE/USER`. Both parts may be missing or empty."""

from typing import NamedTuple
from urllib.parse import unquote

from xivo_dird.exceptions import DirdError
from xivo_dird.validation import canonical_uuid

MAX_PARTS = 2


class InvalidScript(DirdError):
    """The dialplan names a script that is not of this form."""


class Script(NamedTuple):
    """A profile, and the user for whom it is asked; empty if the script does not name it."""

    profile: str
    user_uuid: str


def parse_script(text: str) -> Script:
    """Return what a script names.

    Args:
        text: The variable `agi_network_script`: a path without its first slash, percent-encoded.

    Raises:
        InvalidScript: It is something else.
    """
    parts = text.split("/")
    if len(parts) > MAX_PARTS or "?" in text:
        raise InvalidScript("the script is not agi://HOST/PROFILE/USER")
    try:
        profile, user, *_ = [*(unquote(part, errors="strict") for part in parts), ""]
    except UnicodeDecodeError as error:
        raise InvalidScript("the script is not UTF-8") from error
    if not (profile + user).isprintable():
        raise InvalidScript("the script has control characters")
    return Script(profile, canonical_uuid(user))
