"""What each source answered, and why, in words."""

from xivo_dird.diagnosis.advice import advice_for, cause_of
from xivo_dird.diagnosis.columns import texts_of_option
from xivo_dird.diagnosis.match_text import rank_text
from xivo_dird.diagnosis.model import MAX_COMPARED_CONTACTS, AnswerRow, Inquiry, InquiryAnswer, Result
from xivo_dird.directory.outcome import Outcome, Status

_RESULTS: dict[Status, Result] = {
    Status.LATE: "late",
    Status.FAILED: "failed",
    Status.REFUSED: "refused",
    Status.SKIPPED: "skipped",
}

ONLY_FIRST = f"only the first {MAX_COMPARED_CONTACTS} were read"


def answer_rows(inquiry: Inquiry) -> list[AnswerRow]:
    """Return what each source answered, and why."""
    return [_row(inquiry, position, answer) for position, answer in enumerate(inquiry.answers)]


def _row(inquiry: Inquiry, position: int, answer: InquiryAnswer) -> AnswerRow:
    outcome = answer.outcome
    if outcome is None:
        reason = _reason_of_no_outcome(inquiry)
        return AnswerRow(answer.source.name, answer.source.backend, "not-needed", 0, None, reason)
    if outcome.status is not Status.OK:
        return _error_row(answer, outcome, _RESULTS[outcome.status], outcome.error or "")
    if not outcome.contacts:
        return _row_of_nothing(inquiry, answer, outcome)
    if inquiry.service == "lookup":
        return _plain_row(answer, outcome, "found", ONLY_FIRST if outcome.is_cut else "")
    rank = rank_text(outcome.contacts[0].match_rank)
    if position == inquiry.winner:
        return _plain_row(answer, outcome, "wins", f"{rank}{_win_reason(inquiry)}")
    return _plain_row(answer, outcome, "found", rank)


def _row_of_nothing(inquiry: Inquiry, answer: InquiryAnswer, outcome: Outcome) -> AnswerRow:
    error = answer.snapshot.error if answer.snapshot is not None else None
    if error is not None:
        return _error_row(answer, outcome, "nothing", error)
    return _plain_row(answer, outcome, "nothing", _reason_of_nothing(inquiry, answer))


def _plain_row(answer: InquiryAnswer, outcome: Outcome, result: Result, reason: str) -> AnswerRow:
    source, count = answer.source, len(outcome.contacts)
    return AnswerRow(source.name, source.backend, result, count, outcome.seconds, reason)


def _error_row(answer: InquiryAnswer, outcome: Outcome, result: Result, error: str) -> AnswerRow:
    source, advice = answer.source, advice_for(error)
    return AnswerRow(
        source.name,
        source.backend,
        result,
        0,
        outcome.seconds,
        cause_of(error),
        error,
        advice.cause,
        advice.action,
    )


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
