"""The models of an explanation: what a profile was asked, what each source answered, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.index.state import SnapshotState
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source

MAX_SHOWN_CONTACTS = 20
"""Maximum number of contacts that are shown."""

MAX_COMPARED_CONTACTS = 10_000
"""Maximum number of contacts of a source that are read and compared with the columns of options and displays."""

MAX_ASKED_CHARACTERS = 1024
"""Maximum length of a term or a number whose lookup is explained to a client."""

ExplainedService = Literal["lookup", "reverse"]

Result = Literal["found", "wins", "nothing", "late", "failed", "refused", "skipped", "not-needed"]
"""What a source answered: `wins` has the best match with a number, `not-needed` was not waited for."""


@dataclass(frozen=True, slots=True)
class InquiryAnswer:
    """What a source of the profile answered.

    Attributes:
        source: The source.
        outcome: The outcome; None if it was not asked, or not waited for.
        snapshot: The state of its index; None for a source that answers each question itself.
        is_personal: Whether it has contacts of single users.
        columns: The number of entries with a value in each column; None if they are not known.
        fields: Columns that entries may have, whether or not one has them.
    """

    source: Source
    outcome: Outcome | None
    snapshot: SnapshotState | None
    is_personal: bool = False
    columns: Mapping[str, int] | None = None
    fields: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the sources of a profile, and the answers.

    Attributes:
        service: The service of the profile.
        profile: The profile.
        asked: The term or the number.
        timeout: Seconds that the sources had.
        answers: What each source of the service answered, in the order of the profile.
        contacts: The result: all contacts, or the one with the number.
        winner: For a number, the position of the source with the best match; None if there is none.
    """

    service: ExplainedService
    profile: Profile
    asked: str
    timeout: float
    answers: Sequence[InquiryAnswer]
    contacts: Sequence[Contact]
    winner: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a source answered, and why.

    Attributes:
        source: The name of the source.
        backend: The name of its backend.
        result: What it answered.
        count: The number of contacts that it found.
        seconds: Seconds that it was waited for; null if it was not.
        reason: Why it answered that, in words; for an error its cause.
        error: What is wrong with the source, as it reports it; null if nothing is known to be wrong.
        cause: What the error means, in a few words.
        action: What to do about it.
    """

    source: str
    backend: str
    result: Result
    count: int
    seconds: float | None
    reason: str
    error: str | None = None
    cause: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact in the columns of the explanation."""

    source: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a profile answers what it answers.

    Attributes:
        profile: The name of the profile.
        service: Its service.
        asked: The term or the number.
        timeout: Seconds that the sources had.
        name: Of a number the name that a phone shows, else null.
        sources: What each source of the service answered, in the order of the profile.
        columns: The titles of the columns of the contacts.
        contacts: The first contacts of the result.
        contact_count: The number of all contacts of the result.
        hints: What may be the reason that there is no name.
    """

    profile: str
    service: ExplainedService
    asked: str
    timeout: float
    name: str | None
    sources: list[AnswerRow]
    columns: list[str]
    contacts: list[ShownContact]
    contact_count: int
    hints: list[str]
