"""The limits of a query. Nothing here needs graphql-core, which is imported for the first query only."""

from xivo_dird.exceptions import DirdError

MAX_QUERY_CHARACTERS = 50_000
"""Maximum length of a query, in characters, without its variables."""

MAX_TOKENS = 2500
"""Maximum number of names, signs and values in a query; a thousand numbers and their fields have fewer."""

MAX_COMMENTS = 100
MAX_FIELDS = 300
"""Maximum number of fields that are written in a query, with or without an alias."""

MAX_ROOT_FIELDS = 20
"""Maximum number of fields of an operation itself, with those of its fragments."""

MAX_DEPTH = 20
"""Maximum number of fields and fragments around a field."""

MAX_VALUES = 50_000
"""Maximum number of values of an answer, since aliases and fragments multiply each other."""

MAX_ANSWER_CHARACTERS = 10_000_000
"""Maximum number of characters of an answer: of its texts, of the names of its fields, and of its errors.

A few long texts, which a query may name or repeat thousands of times, are beyond it; a thousand contacts are not.
"""

MAX_FIELD_ERRORS = 2000
"""Maximum number of errors of fields, each of which takes 0.1 ms: one for each of a thousand numbers is possible."""

MAX_QUESTIONS = 20
"""Maximum number of pairs of a user and a profile in one query."""

MAX_ERRORS = 20
"""Number of validation errors after which a query is not read further."""

MAX_VARIABLE_VALUES = 10_000
"""Maximum number of values in the variables, with those in lists and objects."""


class QueryTooLarge(DirdError):
    """A query that is beyond a limit."""
