"""Why the server of a login refuses a request, in the words of OAuth 2.0 (RFC 6749 section 5.2)."""

import re
import time
from collections.abc import Callable, Iterator

from xivo_dird.backend import HttpResponse, SourceUnavailable, printable_excerpt
from xivo_dird_backends._json_fields import json_object, json_text
from xivo_dird_backends.json_ws.templates import Values

MAX_CLOCK_ERROR_SECONDS = 60.0
"""Difference of two clocks from which it may be why a server refuses a token with a time."""

MIN_QUOTED_CHARACTERS = 4
"""Length from which a secret is looked for in a text; shorter ones occur in any text."""

PART_CHARACTERS = 8
"""Length of a part of a secret that a text must not have: servers cut what they quote, or escape it."""

PUBLIC_VARIABLES = frozenset(
    f"secret.auth.{name}" for name in ("client_id", "grant_type", "scope", "username")
)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def refusal_text(response: HttpResponse, values: Values, clock: Callable[[], float] = time.time) -> str:
    """Return what a refused request means, in parentheses; nothing if the answer has no code.

    Args:
        response: The answer.
        values: The variables of the request; a description that quotes a secret is left out.
        clock: Returns the time, in seconds since 1970.
    """
    try:
        answer = json_object(response.json())
    except SourceUnavailable:
        return ""
    code = json_text(answer.get("error"))
    if not is_code(code) or _quotes_secret(code, values):
        return ""
    description = json_text(answer.get("error_description"))
    shown = "" if _quotes_secret(description, values) else printable_excerpt(description)
    return f" ({': '.join(filter(None, (code, shown)))}){_clock_text(response, clock())}"


def is_code(text: str) -> bool:
    """Return True if the text of an error is a code: texts for people may quote what was asked."""
    return _CODE.fullmatch(text) is not None


def _quotes_secret(text: str, values: Values) -> bool:
    """Return True if a text has a secret, or what is shown of it has a part of one."""
    shown = printable_excerpt(text).casefold()
    parts = {shown[start : start + PART_CHARACTERS] for start in range(len(shown) - PART_CHARACTERS + 1)}
    secrets = [secret.casefold() for secret in _secrets(values)]
    return any(secret in text.casefold() or any(part in secret for part in parts) for secret in secrets)


def _secrets(values: Values) -> Iterator[str]:
    """Yield the secrets, and the parts of those that are JSON Web Tokens."""
    for name, value in values.items():
        if name.startswith(("secret.", "session.")) and name not in PUBLIC_VARIABLES:
            parts = {str(value), *str(value).split(".")}
            yield from (part for part in parts if len(part) >= MIN_QUOTED_CHARACTERS)


def _clock_text(response: HttpResponse, now: float) -> str:
    """Return how wrong the clock of this machine is, if the server names another time."""
    date = response.date()
    error = 0.0 if date is None else now - date
    if abs(error) <= MAX_CLOCK_ERROR_SECONDS:
        return ""
    direction = "ahead of" if error > 0 else "behind"
    return f"; the clock of this machine is {abs(error):.0f} s {direction} that of the server"
