"""A printable form of untrusted text, for one line of a log or an error."""

MAX_EXCERPT_CHARACTERS = 200


def printable_excerpt(text: str) -> str:
    """Return the first characters of a text, with `?` for those that are not printable."""
    excerpt = text.strip()[:MAX_EXCERPT_CHARACTERS]
    return "".join(character if character.isprintable() else "?" for character in excerpt)
