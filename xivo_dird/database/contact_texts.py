"""The text that stored contacts are found by in the text index of their table.

Migrations use these functions: a change of the text needs a migration that computes all of them again.
"""

from collections.abc import Iterable

from xivo_dird.numbers.terms import has_separated_digits, separated_digits
from xivo_dird.text.folding import SEPARATOR, fold, storable
from xivo_dird.text.keypad import keypad_spellings


def search_text(texts: Iterable[str]) -> str:
    """Return the text that the index has for a contact with these values.

    It is what searches compare, and more: the values in index form, the digits of numbers that are written with blanks
    or punctuation, and words as they are typed on a keypad. The index only proposes candidates.
    """
    values = list(texts)
    folded = to_index_form(SEPARATOR.join(map(storable, values)))
    others = separated_digits(values) if has_separated_digits(folded) else []
    spellings = [fold(spelling) for text in values for spelling in keypad_spellings(text)]
    return SEPARATOR.join(dict.fromkeys([folded, *others, *spellings]))


def to_index_form(text: str) -> str:
    """Return a text, or a part of a term, in the form in which the text index stores it.

    The form has neither case nor accents, so for an accent-sensitive rule the index returns only candidates, which
    must be compared again.
    """
    return fold(text)
