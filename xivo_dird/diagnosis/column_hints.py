"""Names the columns that a profile asks for and no entry has: in the options of its sources, and in its display."""

from collections.abc import Collection, Iterator

from xivo_dird.diagnosis.columns import (
    ColumnProblem,
    column_problems,
    format_columns_of,
    missing_text,
    similar_column,
)
from xivo_dird.diagnosis.model import MAX_COMPARED_CONTACTS, Inquiry, InquiryAnswer
from xivo_dird.displays.model import Display, DisplayColumn


def option_hints(inquiry: Inquiry) -> Iterator[str]:
    """Yield which columns of the options that the question needs are in no entry of the source."""
    needed = "searched_columns" if inquiry.service == "lookup" else "first_matched_columns"
    for answer in inquiry.answers:
        for problem in _problems(answer):
            if problem.option == needed or problem.option.startswith("format_columns."):
                yield f"{answer.source.name}: {missing_text(problem, is_listed=bool(answer.columns))}"


def display_hints(inquiry: Inquiry) -> Iterator[str]:
    """Yield which columns of the display are empty, since no contact or no source has them."""
    if inquiry.profile.display is None:
        yield "the profile has no display: clients see no columns"
        return
    known, found = _known_columns(inquiry), _found_columns(inquiry)
    names = sorted({*(found or ()), *(known or ())})
    for column in shown_columns_of(inquiry.profile.display):
        field = column.field
        if field is None:
            continue
        state = "is empty" if column.default is None else "shows only its default"
        subject = f"the column {column.title or field!r} of the display {state}"
        if known is not None and field not in known:
            yield f"{subject}: no source has {field!r} (format_columns){_proposal(field, names)}"
        elif found is not None and field not in found:
            proposal = _proposal(field, names) if known is None else ""
            yield f"{subject}: no contact has {field!r} (format_columns){proposal}"


def shown_columns_of(display: Display) -> list[DisplayColumn]:
    """Return the columns of a display that show what a contact has, or their default."""
    return [column for column in display.columns if column.type not in {"favorite", "personal"}]


def _problems(answer: InquiryAnswer) -> list[ColumnProblem]:
    if answer.columns:
        return column_problems(answer.source, None, answer.columns, are_all=True, fields=answer.fields)
    contacts = () if answer.outcome is None else answer.outcome.contacts
    found = {name: 1 for contact in contacts for name, value in contact.fields.items() if value is not None}
    if not found:
        return []
    problems = column_problems(answer.source, None, found, are_all=False, fields=answer.fields)
    return [problem for problem in problems if problem.similar]


def _proposal(field: str, names: Collection[str]) -> str:
    similar = similar_column(field, names)
    return f"; is it {similar!r}?" if similar else ""


def _found_columns(inquiry: Inquiry) -> set[str] | None:
    """Return the columns that a contact of the result has a value in; None if there are no or too many contacts."""
    if not 0 < len(inquiry.contacts) <= MAX_COMPARED_CONTACTS:
        return None
    return {name for contact in inquiry.contacts for name, value in contact.fields.items() if value}


def _known_columns(inquiry: Inquiry) -> set[str] | None:
    """Return the columns that contacts of the sources may have; None if they are not known of each source."""
    known: set[str] = set()
    for answer in inquiry.answers:
        if not answer.columns:
            return None
        known.update(answer.columns, answer.fields, format_columns_of(answer.source.options))
    compared = inquiry.contacts[:MAX_COMPARED_CONTACTS]
    return {*known, *(name for contact in compared for name in contact.fields)} if known else None
