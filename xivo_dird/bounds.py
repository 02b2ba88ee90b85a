"""The bounds of numbers in the configuration, in options of sources and in requests: each number has a finite range.

Without bounds, a number that a client chooses fails later and elsewhere: in a timer, a socket or the database.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

MAX_SECONDS = 86_400.0
"""One day: the longest timeout, pause or time to live."""

MAX_INTEGER = 2**63 - 1
"""Largest integer of the databases, for cursors and for limits and offsets of lists."""

MAX_BYTES = 2**50
"""Largest size limit that an administrator can set; it means no limit."""

MAX_CALLER_NAME_CHARACTERS = 256
"""Maximum length of the name of a caller that a PBX may ask for."""

DEFAULT_CALLER_NAME_CHARACTERS = 80

CEILINGS = frozenset((MAX_SECONDS,))
"""Maxima that the contract does not have; an error names them only for a number that exceeds them."""


def _boolean_to_text(value: object) -> object:
    return str(value) if isinstance(value, bool) else value


NO_BOOLEAN = BeforeValidator(_boolean_to_text)
"""Annotates a number: numeric text is accepted, but not `true`, which Python would read as 1."""

CUT = AfterValidator(lambda number: min(number, MAX_INTEGER))
"""Annotates an integer without a maximum, such as a limit (contract section 1.7): a greater one means the same."""

Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False), NO_BOOLEAN]
"""A timeout or a pause."""

SecondsOrZero = Annotated[float, Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False), NO_BOOLEAN]
"""A timeout, a grace or a time to live of which 0 has a meaning of its own."""

Port = Annotated[int, Field(ge=1, le=65535), NO_BOOLEAN]
"""A TCP port."""
