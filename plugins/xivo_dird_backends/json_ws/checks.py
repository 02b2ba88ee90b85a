"""Checks of options that belong together."""

from collections.abc import Collection

from xivo_dird.backend import InvalidSource, parse_url
from xivo_dird_backends.json_ws.requests import RequestTemplate

NOT_IN_HEADERS = frozenset({"term", "number", "id", "cursor"})
"""Variables whose values come from outside, and may have any characters."""


def check_url(option: str, url: str) -> None:
    """Check a URL that paths follow.

    Raises:
        InvalidSource: It is none, or has what belongs into other options.
    """
    if "?" in url or "#" in url:
        raise InvalidSource(f"{option}: its parameters belong into the option query")
    try:
        has_account = parse_url(url).authorization is not None
    except ValueError as error:
        raise InvalidSource(f"{option}: {error}") from error
    if has_account:
        raise InvalidSource(f"{option}: its account belongs into the option auth")


def check_names(request: RequestTemplate, known: Collection[str]) -> None:
    """Check that all variables of a request are known, and that none from outside is in a header.

    Raises:
        InvalidSource: One of them is not.
    """
    unknown = sorted(request.names.difference(known))
    if unknown:
        shown = ", ".join(sorted(name for name in known if not name.startswith("secret.auth.")))
        if unknown[0] in request.header_names:  # which may be a part of a secret
            raise InvalidSource(f"{request.option}.headers: unknown variable; known are {shown}")
        raise InvalidSource(f"{request.option}: unknown variable {{{unknown[0]}}}; known are {shown}")
    for name in sorted(name for name in request.header_names if name.partition(".")[0] in NOT_IN_HEADERS):
        raise InvalidSource(f"{request.option}.headers: {{{name}}} can't be in a header")
