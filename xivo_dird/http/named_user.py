"""The user whom a phone names in its request."""

from collections.abc import Mapping

from xivo_dird.exceptions import InvalidArgument
from xivo_dird.validation import canonical_uuid

PATH_USER, QUERY_USER = "user_uuid", "xivo_user_uuid"


def named_user(path_arguments: Mapping[str, object], in_query: str) -> str:
    """Return the user whom a request names: in its path, or else in its query.

    A UUID is in its canonical spelling (in the path: if the path declares it as an id), any other text unchanged.

    Args:
        path_arguments: The arguments of the path; `user_uuid` is the user.
        in_query: The query parameter `xivo_user_uuid`, "" without one.

    Raises:
        InvalidArgument: It names none.
    """
    in_path = path_arguments.get(PATH_USER)
    user_uuid = str(in_path or canonical_uuid(in_query))
    if not user_uuid:
        raise InvalidArgument("Invalid query arguments", {QUERY_USER: "Field required"})
    return user_uuid
