"""What a call is answered with."""

from enum import StrEnum
from typing import NamedTuple

STATUS_VARIABLE = "XIVO_DIRD_STATUS"
"""The variable of the channel that says how the lookup ended: the first four of `CallOutcome`, in upper case."""

NAME_FUNCTION = "CALLERID(name)"


class CallOutcome(StrEnum):
    """How a connection ended.

    Attributes:
        FOUND: A source has the number.
        NOT_FOUND: All sources have answered, and none has the number; or the number is withheld.
        TIMEOUT: No name, and a source or the daemon was late.
        ERROR: No name, and a source failed, or the script names a user or profile that does not exist.
        HANGUP: Asterisk ended the connection before it had the answer.
        INVALID: The client does not speak AGI, or sends too much.
        DENIED: The client is in none of the authorized networks.
        BUSY: There are too many calls.
    """

    FOUND = "found"
    NOT_FOUND = "notfound"
    TIMEOUT = "timeout"
    ERROR = "error"
    HANGUP = "hangup"
    INVALID = "invalid"
    DENIED = "denied"
    BUSY = "busy"


class CallAnswer(NamedTuple):
    """The answer to a call.

    Attributes:
        outcome: How the lookup ended.
        name: The name; empty unless a source has the number.
    """

    outcome: CallOutcome
    name: str = ""
