"""Explains a lookup or a reverse lookup: why there is a name, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.displays.presentation import Presentation
from xivo_dird.process.diagnosis.advice import cause_of, problem_text
from xivo_dird.process.diagnosis.column_hints import display_hints, option_hints, shown_columns_of
from xivo_dird.process.diagnosis.columns import texts_of_option
from xivo_dird.process.diagnosis.inquiry import Inquiry, InquiryAnswer
from xivo_dird.process.diagnosis.match_text import rank_text
from xivo_dird.process.diagnosis.source_check_text import NO_USER_HINT, shown_columns
from xivo_dird.process.diagnosis.text_table import format_table, one_line
from xivo_dird.sources.model import Source

MAX_CONTACTS = 20
"""Maximum number of contacts that are shown."""

REVERSE_COLUMN = "reverse"
"""The column that a reverse lookup answers as the name."""

_RESULTS = {
    Status.LATE: "late",
    Status.FAILED: "error",
    Status.REFUSED: "refused",
    Status.SKIPPED: "skipped",
}


class AnswerRow(NamedTuple):
    """What a source answered, in words.

    Attributes:
        source: The name of the source.
        backend: The name of its backend.
        result: What it answered.
        seconds: How long it was waited for; None if it was not.
        reason: Why it answered that.
        problem: What is wrong with the source, and what to do; None if nothing is known to be wrong.
    """

    source: str
    backend: str
    result: str
    seconds: float | None
    reason: str
    problem: str | None = None


def answer_rows(inquiry: Inquiry) -> list[AnswerRow]:
    """Return what each source answered, and why."""
    return [_row(inquiry, position, answer) for position, answer in enumerate(inquiry.answers)]


def has_failed(inquiry: Inquiry) -> bool:
    """Return whether a source was asked and did not answer, or has lost its data."""
    return any(row.problem is not None for row in answer_rows(inquiry))


def explain_inquiry(inquiry: Inquiry, tenant: str, hints: Sequence[str]) -> str:
    """Return the whole explanation, for the terminal."""
    asked = f"{inquiry.service} of {one_line(inquiry.asked)!r}"
    lines = [f"Profile {inquiry.profile.name!r}, tenant {tenant}: {asked}, timeout {inquiry.timeout:g} s", ""]
    if inquiry.answers:
        header = ("source", "backend", "result", "seconds", "why")
        lines += format_table(header, [_cells(row) for row in answer_rows(inquiry)])
        lines.append("")
    lines += _result_lines(inquiry)
    problems = [f"{row.source}: {row.problem}" for row in answer_rows(inquiry) if row.problem is not None]
    for title, texts in (("Problems", problems), ("Hints", hints)):
        if texts:
            lines += ["", f"{title}:", *(f"- {one_line(text)}" for text in texts)]
    return "\n".join(lines)


def hints_of_inquiry(inquiry: Inquiry, unused: Sequence[Source], user_uuid: str | None) -> list[str]:
    """Return what may be the reason that there is no name.

    Args:
        inquiry: The question and its answers.
        unused: The sources of the tenant that the profile does not ask.
        user_uuid: The user on whose behalf the sources were asked, if any.
    """
    hints: list[str] = []
    if not inquiry.answers:
        hints.append(
            f"the profile has no sources for {inquiry.service}: add them to services.{inquiry.service}.sources"
        )
    if unused:
        names = ", ".join(sorted(source.name for source in unused))
        hints.append(f"not asked, since the profile does not name them for {inquiry.service}: {names}")
    if user_uuid is None and any(answer.is_personal for answer in inquiry.answers):
        hints.append(NO_USER_HINT)
    hints += option_hints(inquiry)
    return [*hints, *(_reverse_hints(inquiry) if inquiry.service == "reverse" else display_hints(inquiry))]


def _row(inquiry: Inquiry, position: int, answer: InquiryAnswer) -> AnswerRow:
    outcome = answer.outcome
    name, backend = answer.source.name, answer.source.backend
    if outcome is None:
        return AnswerRow(name, backend, "not needed", None, _reason_of_no_outcome(inquiry))
    if outcome.status is not Status.OK:
        error, result = outcome.error or "", _RESULTS[outcome.status]
        return AnswerRow(name, backend, result, outcome.seconds, cause_of(error), problem_text(error))
    if not outcome.contacts:
        return _row_of_nothing(inquiry, answer, outcome)
    if inquiry.service == "lookup":
        return AnswerRow(name, backend, f"found {len(outcome.contacts)}", outcome.seconds, "")
    rank = rank_text(outcome.contacts[0].match_rank)
    result, reason = ("wins", _win_reason(inquiry)) if position == inquiry.winner else ("found", "")
    return AnswerRow(name, backend, result, outcome.seconds, f"{rank}{reason}")


def _cells(row: AnswerRow) -> tuple[str, ...]:
    seconds = "" if row.seconds is None else f"{row.seconds:.3f}"
    return row.source, row.backend, row.result, seconds, row.reason


def _row_of_nothing(inquiry: Inquiry, answer: InquiryAnswer, outcome: Outcome) -> AnswerRow:
    error = answer.snapshot.error if answer.snapshot is not None else None
    reason = _reason_of_nothing(inquiry, answer) if error is None else cause_of(error)
    problem = None if error is None else problem_text(error)
    return AnswerRow(answer.source.name, answer.source.backend, "nothing", outcome.seconds, reason, problem)


def _reason_of_nothing(inquiry: Inquiry, answer: InquiryAnswer) -> str:
    snapshot = answer.snapshot
    if snapshot is not None and snapshot.entries == 0 and snapshot.users is None:
        return "it has no entries"
    option = "searched_columns" if inquiry.service == "lookup" else "first_matched_columns"
    columns = texts_of_option(answer.source.options, option)
    return f"not in {', '.join(columns)}" if columns else f"{option} is empty: it finds nothing"


def _reason_of_no_outcome(inquiry: Inquiry) -> str:
    winner = None if inquiry.winner is None else inquiry.answers[inquiry.winner].source.name
    return "it was not asked" if winner is None else f"{winner!r} has a match that it could not beat in time"


def _win_reason(inquiry: Inquiry) -> str:
    matches = [found for answer in inquiry.answers if (found := _match_rank(answer.outcome)) is not None]
    if len(matches) < 2:
        return "; the only match"
    is_shared = matches.count(min(matches)) > 1
    return "; the first of equal matches in the profile" if is_shared else "; the best match"


def _match_rank(outcome: Outcome | None) -> int | None:
    return outcome.contacts[0].match_rank if outcome is not None and outcome.contacts else None


def _result_lines(inquiry: Inquiry) -> Iterator[str]:
    if not inquiry.contacts:
        yield "No name." if inquiry.service == "reverse" else "Nothing found."
        return
    if inquiry.service == "reverse":
        yield f"Name: {one_line(str(inquiry.contacts[0].fields.get(REVERSE_COLUMN) or '(none)'))}"
    shown = inquiry.contacts[:MAX_CONTACTS]
    titles, rows = _table_of(inquiry, shown)
    yield from format_table(
        ("source", *titles), [[found.source, *row] for found, row in zip(shown, rows, strict=True)]
    )
    if len(inquiry.contacts) > MAX_CONTACTS:
        yield f"… and {len(inquiry.contacts) - MAX_CONTACTS} more"


def _table_of(inquiry: Inquiry, contacts: Sequence[Contact]) -> tuple[list[str], list[list[object]]]:
    """Return titles and cells of the display of a lookup, else of the formatted columns of the sources with results."""
    display = inquiry.profile.display
    if display is not None and inquiry.service == "lookup":
        columns = shown_columns_of(display)
        results = Presentation(replace(display, columns=tuple(columns))).results(contacts)
        titles = [column.title or column.field or "" for column in columns]
        return titles, [result.column_values for result in results]
    sources = {contact.source for contact in inquiry.contacts}
    found = [answer.source for answer in inquiry.answers if answer.source.name in sources]
    names = list(dict.fromkeys(name for source in found for name in shown_columns(source, inquiry.contacts)))
    return names, [[contact.fields.get(name) for name in names] for contact in contacts]


def _reverse_hints(inquiry: Inquiry) -> Iterator[str]:
    if inquiry.contacts and not str(inquiry.contacts[0].fields.get(REVERSE_COLUMN) or "").strip():
        contact = inquiry.contacts[0]
        is_blank = REVERSE_COLUMN in contact.fields
        action = (
            f"let {REVERSE_COLUMN} also insert a column that is filled"
            if is_blank
            else f"add {REVERSE_COLUMN}"
        )
        yield (
            f"phones show no name: the contact of {contact.source!r} has no {REVERSE_COLUMN!r};"
            f" {action}, in the format_columns of the source"
        )
