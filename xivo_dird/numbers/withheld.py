"""Numbers that a caller does not show."""

_WITHHELD = frozenset(("anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"))
"""What PBXs and networks write in place of a number, such as `anonymous` in SIP (RFC 3323 section 4.1.1.3)."""


def is_withheld(number: str) -> bool:
    """Return whether a text stands for a number that is not shown; it may be a SIP URI or the user part of one."""
    user = number.strip().casefold().partition("@")[0]
    return user.rpartition(":")[2] in _WITHHELD or not user
