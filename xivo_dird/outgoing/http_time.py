"""Times in the headers of responses."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def http_time(text: str) -> float | None:
    """Return the time of a date (RFC 9110 section 5.6.7), as `time.time` counts; None if it is none.

    The zone `-0000` (RFC 5322 section 3.3) is UTC.
    """
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
