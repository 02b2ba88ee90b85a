"""The user whom a phone names in its request, and the lengths of this and all other names in it."""

from collections.abc import Mapping

from xivo_dird.exceptions import InvalidArgument
from xivo_dird.validation import canonical_uuid

PATH_USER, QUERY_USER = "user_uuid", "xivo_user_uuid"

MAX_NAME_CHARACTERS = 512
"""Maximum length of a user and of an argument of the path; no profile has a longer name (contract section 2.6)."""


def named_user(path_arguments: Mapping[str, object], in_query: str) -> str:
    """Return the user whom a request names: in its path, or else in its query.

    A UUID is in its canonical spelling (in the path: if the path declares it as an id), any other text unchanged.

    Args:
        path_arguments: The arguments of the path; `user_uuid` is the user.
        in_query: The query parameter `xivo_user_uuid`, "" without one.

    Raises:
        InvalidArgument: It names none, or a text that is too long.
    """
    in_path = path_arguments.get(PATH_USER)
    user_uuid = str(in_path or canonical_uuid(in_query))
    if not user_uuid:
        raise InvalidArgument("Invalid query arguments", {QUERY_USER: "Field required"})
    check_lengths({PATH_USER if in_path else QUERY_USER: user_uuid})
    return user_uuid


def check_lengths(arguments: Mapping[str, object]) -> None:
    """Check the lengths of names before they are part of an ACL, of an error or of a log line.

    Raises:
        InvalidArgument: One of them is too long; the error has its name only.
    """
    too_long = [name for name, value in arguments.items() if len(str(value)) > MAX_NAME_CHARACTERS]
    if too_long:
        message = f"String should have at most {MAX_NAME_CHARACTERS} characters"
        raise InvalidArgument("Invalid arguments", dict.fromkeys(too_long, message))
