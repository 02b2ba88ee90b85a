"""Explains the result of `source check` in words."""

from collections.abc import Iterator, Sequence

from xivo_dird.diagnosis.advice import cause_of, problem_text
from xivo_dird.diagnosis.columns import format_columns_of, missing_text, texts_of_option
from xivo_dird.diagnosis.contact_table import shown_columns
from xivo_dird.diagnosis.match_text import rank_text
from xivo_dird.directory.contact import Contact
from xivo_dird.index.state import SnapshotState
from xivo_dird.process.diagnosis.source_check import CheckStep, SourceCheck
from xivo_dird.process.diagnosis.text_table import format_table, one_line
from xivo_dird.sources.model import Source

MAX_CONTACTS = 5
"""Maximum number of contacts that are shown."""

MAX_NAMED_FIELDS = 10


def problems_of(check: SourceCheck) -> list[str]:
    """Return what is wrong with a source and what to do, a text for each problem."""
    failure, snapshot = check.failure, check.snapshot
    if failure is not None:
        return [problem_text(failure.error or "", is_misconfigured=failure.is_misconfigured)]
    problems = [missing_text(missing, is_listed=True) for missing in check.missing if snapshot is not None]
    if snapshot is not None and snapshot.entries == 0:
        rows = f"all {snapshot.rows} rows were left out" if snapshot.rows else "it has none"
        problems = [f"empty: no entry was read, {rows}. Check whether this is the right directory"]
    if snapshot is None:
        problems += [missing_text(each, is_listed=False) for each in check.missing if each.similar]
    if not _can_find(check.source):
        problems.append(
            "searched_columns and first_matched_columns are empty: nothing is ever found. Name columns in them"
        )
    return problems


def hints_of(check: SourceCheck, notes: Sequence[str], lookup_timeout: float) -> list[str]:
    """Return what is worth knowing and may be intended.

    Args:
        check: What the source answered.
        notes: What its backend logged.
        lookup_timeout: Seconds that a lookup waits for a source.
    """
    if check.missing:  # these are explained better
        notes = [note for note in notes if ": no column " not in note]
    if check.failure is not None:
        return list(notes)
    hints = list(_option_hints(check.source)) if _can_find(check.source) else []
    if check.empty:
        hints.append(_empty_text(check.empty, is_listed=check.snapshot is not None))
    if check.snapshot is None:
        hints += [missing_text(each, is_listed=False) for each in check.missing if not each.similar]
        slowest = max((step.seconds for step in check.steps if step.name != "open"), default=0.0)
        if slowest > lookup_timeout:
            hints.append(
                f"it answered after {slowest:.1f} s, but a lookup waits {lookup_timeout:g} s (lookup.timeout)"
            )
    return [*hints, *notes]


def explain_check(
    check: SourceCheck, term: str | None, problems: Sequence[str], hints: Sequence[str], tenant: str
) -> str:
    """Return the whole report of a check, for the terminal."""
    origin = "declared in YAML" if check.source.provisioned else "from the store"
    lines = [f"Source {check.source.name!r}: backend {check.source.backend}, tenant {tenant}, {origin}", ""]
    lines += format_table(("step", "seconds", "result"), [_step_row(check, step) for step in check.steps])
    if check.failure is None and term is not None:
        lines += ["", *_contact_lines(check, term)]
    for title, texts in (("Problems", problems), ("Hints", hints)):
        if texts:
            lines += ["", f"{title}:", *(f"- {one_line(text)}" for text in texts)]
    if not problems:
        lines += ["", "The source works."]
    return "\n".join(lines)


def _step_row(check: SourceCheck, step: CheckStep) -> tuple[str, str, str]:
    return step.name, f"{step.seconds:.3f}", _step_result(check, step)


def _step_result(check: SourceCheck, step: CheckStep) -> str:
    if step.error is not None:
        return f"failed: {cause_of(step.error)}"
    if step.name == "read" and check.snapshot is not None:
        return _read_text(check.snapshot)
    if step.name == "search":
        return f"{len(check.contacts)} found"
    if step.name == "reverse":
        return "no entry has this number" if check.match is None else rank_text(check.match.match_rank)
    return "ok"


def _read_text(snapshot: SnapshotState) -> str:
    entries = "1 entry" if snapshot.entries == 1 else f"{snapshot.entries} entries"
    left_out = f", {snapshot.skipped} left out" if snapshot.skipped else ""
    incomplete = f", incomplete: {snapshot.incomplete}" if snapshot.incomplete else ""
    return f"{entries}{left_out}{incomplete}"


def _contact_lines(check: SourceCheck, term: str) -> Iterator[str]:
    found = [*check.contacts, *([] if check.match is None else [check.match])]
    columns = shown_columns(check.source, found)
    if check.contacts and columns:
        yield f"Found with {term!r}:"
        yield from format_table(columns, _rows(check.contacts[:MAX_CONTACTS], columns), "  ")
        if len(check.contacts) > MAX_CONTACTS:
            yield f"  … and {len(check.contacts) - MAX_CONTACTS} more"
    elif not check.contacts:
        yield f"Nothing found with {term!r}."
    if check.match is not None and columns:
        yield f"Reverse, the contact with the number {term!r}:"
        yield from format_table(columns, _rows([check.match], columns), "  ")


def _rows(contacts: Sequence[Contact], columns: Sequence[str]) -> list[list[object]]:
    return [[contact.fields.get(column) for column in columns] for contact in contacts]


def _empty_text(origins: Sequence[str], *, is_listed: bool) -> str:
    entries = "every entry" if is_listed else "every found entry"
    more = f" and {len(origins) - MAX_NAMED_FIELDS} more" if len(origins) > MAX_NAMED_FIELDS else ""
    return f"empty in {entries}: {', '.join(origins[:MAX_NAMED_FIELDS])}{more}: compare them with an answer"


def _can_find(source: Source) -> bool:
    return any(
        texts_of_option(source.options, name) for name in ("searched_columns", "first_matched_columns")
    )


def _option_hints(source: Source) -> Iterator[str]:
    if not texts_of_option(source.options, "searched_columns"):
        yield "searched_columns is empty: nobody is found by name"
    if not texts_of_option(source.options, "first_matched_columns"):
        yield "first_matched_columns is empty: no caller is recognised by number (reverse)"
    if not format_columns_of(source.options):
        yield "format_columns is empty: a display shows only columns that are called as its fields"
