"""Tables for `str.translate` that are filled as characters are met, and bounded: clients may send all of Unicode."""

from collections.abc import Callable

MAX_CHARACTERS = 30_000
"""Maximum number of characters of a table, more than a directory in Chinese, Japanese and Korean has.

A full table is emptied: the characters of the next texts then cost a conversion each, once.
"""


class CharacterMap(dict[int, str]):
    """Map of code points to texts."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        """Create an empty map; `convert` returns the text for one character."""
        super().__init__()
        self._convert = convert

    def __missing__(self, code: int) -> str:
        """Convert one character and store the result."""
        converted = self._convert(chr(code))
        if len(self) >= MAX_CHARACTERS:
            self.clear()
        self[code] = converted
        return converted
