"""Errors as text for the log and the status, without the data that caused them.

The text of pydantic's errors quotes the value that is wrong, or the whole mapping around it: options with passwords,
contacts. Of these errors only the location and the rule are shown.
"""

from pydantic import ValidationError


def describe_error(error: BaseException) -> str:
    """Return the type and the message of an error, for the administrator."""
    message = error_message(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def error_message(error: BaseException) -> str:
    """Return the message of an error."""
    if not isinstance(error, ValidationError):
        return str(error)
    details = error.errors(include_url=False, include_context=False, include_input=False)
    problems = [f"{'.'.join(map(str, detail['loc'])) or error.title}: {detail['msg']}" for detail in details]
    return "; ".join(problems)


def without_quoted_data(text: str, error: BaseException | None) -> str:
    """Return the text of a traceback without the data that the error or one of its causes quotes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, ValidationError):
            text = text.replace(str(error), error_message(error))
        error = error.__cause__ or error.__context__
    return text
