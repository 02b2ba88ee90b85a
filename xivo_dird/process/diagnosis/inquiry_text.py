"""Explains a lookup or a reverse lookup for the terminal: why there is a name, or none."""

from collections.abc import Iterator, Sequence

from xivo_dird.diagnosis.advice import problem_text
from xivo_dird.diagnosis.answer_rows import answer_rows
from xivo_dird.diagnosis.contact_table import contact_table
from xivo_dird.diagnosis.hints import name_of
from xivo_dird.diagnosis.model import MAX_SHOWN_CONTACTS, AnswerRow, ExplainedService, Inquiry
from xivo_dird.process.diagnosis.text_table import format_table, one_line

_RESULTS = {"failed": "error", "not-needed": "not needed"}
"""How results are called on the terminal, if not by their name."""


def has_failed(inquiry: Inquiry) -> bool:
    """Return whether a source was asked and did not answer, or has lost its data."""
    return any(row.error is not None for row in answer_rows(inquiry))


def printed_rows(inquiry: Inquiry) -> list[dict[str, object]]:
    """Return what each source answered, as the command prints it in JSON."""
    return [
        {
            "source": row.source,
            "backend": row.backend,
            "result": _result_text(inquiry.service, row),
            "seconds": row.seconds,
            "reason": row.reason,
            "problem": None if row.error is None else problem_text(row.error),
        }
        for row in answer_rows(inquiry)
    ]


def explain_inquiry(inquiry: Inquiry, tenant: str, hints: Sequence[str]) -> str:
    """Return the whole explanation, for the terminal."""
    asked = f"{inquiry.service} of {one_line(inquiry.asked)!r}"
    lines = [f"Profile {inquiry.profile.name!r}, tenant {tenant}: {asked}, timeout {inquiry.timeout:g} s", ""]
    rows = answer_rows(inquiry)
    if rows:
        header = ("source", "backend", "result", "seconds", "why")
        lines += format_table(header, [_cells(inquiry.service, row) for row in rows])
        lines.append("")
    lines += _result_lines(inquiry)
    problems = [f"{row.source}: {problem_text(row.error)}" for row in rows if row.error is not None]
    for title, texts in (("Problems", problems), ("Hints", hints)):
        if texts:
            lines += ["", f"{title}:", *(f"- {one_line(text)}" for text in texts)]
    return "\n".join(lines)


def _cells(service: ExplainedService, row: AnswerRow) -> tuple[str, ...]:
    seconds = "" if row.seconds is None else f"{row.seconds:.3f}"
    return row.source, row.backend, _result_text(service, row), seconds, row.reason


def _result_text(service: ExplainedService, row: AnswerRow) -> str:
    if row.result == "found" and service == "lookup":
        return f"found {row.count}"
    return _RESULTS.get(row.result, row.result)


def _result_lines(inquiry: Inquiry) -> Iterator[str]:
    if not inquiry.contacts:
        yield "No name." if inquiry.service == "reverse" else "Nothing found."
        return
    if inquiry.service == "reverse":
        yield f"Name: {one_line(name_of(inquiry) or '(none)')}"
    table = contact_table(inquiry)
    yield from format_table(
        ("source", *table.titles),
        [[found.source, *row] for found, row in zip(table.contacts, table.rows, strict=True)],
    )
    if len(inquiry.contacts) > MAX_SHOWN_CONTACTS:
        yield f"… and {len(inquiry.contacts) - MAX_SHOWN_CONTACTS} more"
