"""Access lists: the permissions that operations require, with the names of what they concern (contract section 1.2)."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill_acl(acl_pattern: str, arguments: Mapping[str, object]) -> str:
    """Return an ACL with the texts of arguments for their `{name}`, with underscores instead of their dots.

    A name without an argument stays: it is a part of the ACL that a client has sent.
    """

    def text_of(match: re.Match[str]) -> str:
        return str(arguments[match[1]]).replace(".", "_") if match[1] in arguments else match[0]

    return _PLACEHOLDER.sub(text_of, acl_pattern)
