"""Access lists: the permissions that operations require, with the names of what they concern (contract section 1.2)."""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill_acl(acl_pattern: str, arguments: Mapping[str, object]) -> str:
    """Return an ACL with the texts of arguments for their `{name}`, with underscores instead of their dots."""
    return _PLACEHOLDER.sub(lambda match: str(arguments[match[1]]).replace(".", "_"), acl_pattern)
