"""The command `xivo-dird source`: its arguments, and what it runs and prints."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict

import orjson

from xivo_dird.bounds import MAX_SECONDS
from xivo_dird.caller import Caller
from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.diagnosis.hints import NO_USER_HINT
from xivo_dird.process.csv_preview.command import add_preview_arguments
from xivo_dird.process.diagnosis.inspection import inspect
from xivo_dird.process.diagnosis.log_notes import collected_notes
from xivo_dird.process.diagnosis.source_check import SourceCheck, SourceChecker
from xivo_dird.process.diagnosis.source_check_text import (
    MAX_CONTACTS,
    explain_check,
    hints_of,
    problems_of,
)
from xivo_dird.process.exit_status import ExitStatus
from xivo_dird.validation import canonical_uuid

DEFAULT_CHECK_SECONDS = 60.0

USER_OPTION = "--user UUID"


def add_source_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `source check` and `source preview`."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="ask a source, and explain what it answers")
    check.add_argument("name", metavar="NAME", help="name of the source")
    check.add_argument("term", metavar="TERM", nargs="?", help="name or number to find")
    add_caller_arguments(check)
    check.add_argument(
        "--timeout",
        type=seconds,
        default=DEFAULT_CHECK_SECONDS,
        metavar="SECONDS",
        help=f"how long each step may take (default: {DEFAULT_CHECK_SECONDS:g})",
    )
    check.set_defaults(inspect=check_source)
    add_preview_arguments(
        actions.add_parser("preview", help="guess the columns of a CSV file, and print a source for it")
    )


def add_caller_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that say for whom sources are asked, and how the answer is printed."""
    parser.add_argument("--tenant", metavar="NAME_OR_UUID", help="tenant, if several have this name")
    parser.add_argument(
        "--user", type=canonical_uuid, metavar="UUID", help="user on whose behalf personal sources are asked"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def seconds(text: str) -> float:
    """Return a number of seconds from the command line.

    Raises:
        ArgumentTypeError: It is none, or too large.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MAX_SECONDS:
        raise ArgumentTypeError(f"{text!r} is no number of seconds above 0 and up to {MAX_SECONDS:g}")
    return value


def check_source(loaded: LoadedConfiguration, arguments: Namespace) -> int:
    """Check a source, print what it answers, and return the exit status.

    Raises:
        InvalidConfiguration: There is no such source, or several.
    """
    with collected_notes() as notes, inspect(loaded.config) as inspection:
        source = inspection.find_source(arguments.name, arguments.tenant)
        caller = Caller("", source.tenant_uuid, arguments.user, source.tenant_uuid)
        fields, origins = inspection.kinds.fields_of(source), inspection.kinds.field_origins(source)
        registry = inspection.parts.registry
        checker = SourceChecker(registry, source, caller, arguments.timeout, fields, origins)
        check = checker.check(arguments.term, is_snapshot=inspection.kinds.is_snapshot(source))
        packages = {kind.__module__.partition(".")[0] for kind in inspection.parts.backends.values()}
        problems = problems_of(check)
        hints = hints_of(check, notes.of_packages(packages), loaded.config.lookup.timeout)
        if arguments.user is None and inspection.kinds.is_personal(source):
            hints.append(f"{NO_USER_HINT} {USER_OPTION}")
        hints += inspection.store_hints([source])
        tenant = inspection.tenant_name(source.tenant_uuid)
    if arguments.json:
        print_json(_as_json(check, problems, hints, tenant))
    else:
        sys.stdout.write(explain_check(check, arguments.term, problems, hints, tenant) + "\n")
    return _exit_status(check, problems)


def print_json(value: object) -> None:
    """Print an object as JSON."""
    sys.stdout.write(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")


def _exit_status(check: SourceCheck, problems: list[str]) -> ExitStatus:
    failure = check.failure
    if failure is not None and failure.is_misconfigured:
        return ExitStatus.MISCONFIGURED
    return ExitStatus.FAILED if problems else ExitStatus.STOPPED


def _as_json(check: SourceCheck, problems: list[str], hints: list[str], tenant: str) -> dict[str, object]:
    contacts = [*check.contacts[:MAX_CONTACTS]]
    return {
        "source": check.source.name,
        "backend": check.source.backend,
        "tenant": tenant,
        "steps": [asdict(step) for step in check.steps],
        "snapshot": None if check.snapshot is None else asdict(check.snapshot),
        "missing_columns": [asdict(missing) for missing in check.missing],
        "empty_fields": check.empty,
        "found": len(check.contacts),
        "contacts": [contact.fields for contact in contacts],
        "reverse": None if check.match is None else check.match.fields,
        "problems": problems,
        "hints": hints,
    }
