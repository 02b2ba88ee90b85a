"""Cleans the names in a header: what spreadsheets and exports leave around and inside a name is not part of it."""

import re

# Format characters without any meaning in a name (Unicode category Cf). The joiners U+200C and U+200D have one in
# Persian and in Indic scripts.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


def clean_name(name: str) -> str:
    """Return a column name without invisible characters and quotation marks around it, with single blanks.

    Blanks are all of Unicode's White_Space, such as the no-break space and a line break inside of a cell.
    """
    visible = " ".join(_INVISIBLE.sub("", name).split())
    if len(visible) > 1 and visible[0] == visible[-1] == '"':
        return visible[1:-1].strip()
    return visible
