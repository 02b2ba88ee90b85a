"""Errors of one source; the other sources are not affected."""

from xivo_dird.exceptions.base import DirdError


class SourceError(DirdError):
    """An error of one source."""


class InvalidSource(SourceError):
    """The options of a source are invalid."""


class SourceUnavailable(SourceError):
    """A source can't answer at present."""


class SourceDataMissing(SourceUnavailable):
    """The directory no longer exists, so its last good data must not be used any longer."""


class QuestionRefused(SourceUnavailable):
    """The directory refused this one question, for example a term with too many matches."""
