"""How large a contact may be, and how many errors of a file are listed."""

from collections.abc import Iterable

MAX_FIELDS = 1000
"""Maximum number of fields of a contact, and of columns of a file. The longest known exports have some 150."""

MAX_FIELD_NAME_CHARACTERS = 1000
MAX_CONTACT_CHARACTERS = 1024 * 1024
"""Maximum length of all names and values of a contact together."""

MAX_LISTED_ERRORS = 1000
"""Maximum number of invalid rows that an answer lists; those after them are counted."""

MAX_EXPORTED_COLUMNS = 10_000
"""Maximum number of columns of an export, which has one for each field of any contact."""

MAX_EXPORTED_CELLS = 50_000_000

TOO_MANY_FIELDS = f"A contact has at most {MAX_FIELDS} fields."
NAME_TOO_LONG = f"The name of a field has at most {MAX_FIELD_NAME_CHARACTERS} characters."
TOO_LARGE = f"A contact has at most {MAX_CONTACT_CHARACTERS} characters."


def size_error(names: Iterable[str], values: Iterable[str | None]) -> str | None:
    """Return why a contact with these fields is too large, or None."""
    lengths = list(map(len, names))
    if len(lengths) > MAX_FIELDS:
        return TOO_MANY_FIELDS
    if max(lengths, default=0) > MAX_FIELD_NAME_CHARACTERS:
        return NAME_TOO_LONG
    if sum(lengths) + sum(len(value) for value in values if value) > MAX_CONTACT_CHARACTERS:
        return TOO_LARGE
    return None
