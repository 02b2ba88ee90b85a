"""Errors in an imported file of contacts (contract section 2.3)."""

from collections.abc import Mapping, Sequence

from xivo_dird.exceptions.invalid_data import InvalidData


class InvalidImport(InvalidData):
    """A file of contacts can't be imported."""

    resource = "contacts"


class BadEncoding(InvalidImport):
    """The charset is unknown, or the bytes are not in it."""

    error_id = "phonebook-contact-import-bad-encoding"

    def __init__(self, charset: str, error: str) -> None:
        """Create an error for the `charset` of the request; `error` says why it can't be decoded."""
        super().__init__(
            f"The file can't be read with the charset {charset!r}; name the right one: {error}",
            {"error": error, "charset": charset},
        )


class InvalidCsv(InvalidImport):
    """The file is not valid CSV."""

    error_id = "phonebook-contact-import-invalid-file"

    def __init__(self, line: int, error: str) -> None:
        """Create an error for a `line`, counted from 1."""
        super().__init__(f"The file is no valid CSV at line {line}: {error}", {"error": error})


class UploadedForm(InvalidImport):
    """The file is inside of a form."""

    error_id = "phonebook-contact-import-invalid-file"

    def __init__(self) -> None:
        """Create an error that says how to send the file."""
        error = "it is a form (multipart/form-data), such as `curl -F` sends"
        super().__init__(
            f"The body is no file of contacts: {error}; send the file itself, with `curl --data-binary @FILE`",
            {"error": error},
        )


class DuplicateColumns(InvalidImport):
    """The header contains a column twice."""

    error_id = "phonebook-contact-import-duplicate-columns"

    def __init__(self, duplicates: Sequence[str]) -> None:
        """Create an error for the names of the duplicate columns."""
        super().__init__(f"The header has columns twice: {', '.join(duplicates)}", {"duplicates": duplicates})


class EmptyFile(InvalidImport):
    """The file has no rows except its header."""

    error_id = "phonebook-contact-import-empty-file"

    def __init__(self, line_count: int, byte_count: int) -> None:
        """Create an error with the size of the file."""
        super().__init__(
            "The file has no contact in it", {"line_count": line_count, "byte_count": byte_count}
        )


class BadContacts(InvalidImport):
    """Some rows of the file are not valid contacts."""

    error_id = "phonebook-contact-import-bad-contacts"

    def __init__(self, errors: Sequence[Mapping[str, object]], count: int) -> None:
        """Create an error.

        Args:
            errors: The first invalid rows, at least one; each has an `index`, a `message` and the `contact`.
            count: The number of all invalid rows.
        """
        first = errors[0]
        super().__init__(
            f"{count} rows of the file are no contacts, the first is row {first['index']}:"
            f" {first['message']}",
            {"errors": errors},
        )
        self.errors = errors
