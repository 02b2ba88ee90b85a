"""Numbers that are written as URIs (RFC 3966): `msRTCSIP-Line` has `tel:+4930123401;ext=3401`."""

import re
from collections.abc import Iterable, Sequence

LINE_ATTRIBUTE = "msrtcsip-line"

_TEL_URI = re.compile(r"tel:(?P<number>[^;]+)(?P<parameters>;.*)?", re.IGNORECASE | re.DOTALL)
_EXTENSION = re.compile(r";ext=(?P<extension>\d+)", re.IGNORECASE)


def numbers_in(text: str) -> list[str]:
    """Return the numbers in the value of an attribute: the text, or the number and the extension of a URI."""
    uri = _TEL_URI.fullmatch(text.strip())
    if uri is None:
        return [text]
    extension = _EXTENSION.search(uri["parameters"] or "")
    return [uri["number"], *([extension["extension"]] if extension else [])]


def uri_conditions(columns: Iterable[str], numbers: Sequence[str]) -> list[str]:
    """Return the conditions of a filter for columns that have such URIs, with and without parameters.

    Args:
        columns: All columns with numbers.
        numbers: The numbers as values of a filter; only international ones are written in URIs.
    """
    lines = [column for column in columns if column.lower() == LINE_ATTRIBUTE]
    international = [number for number in numbers if number.startswith("+") and number[1:].isdigit()]
    return [
        f"({column}=tel:{number}{end})" for column in lines for number in international for end in ("", ";*")
    ]
