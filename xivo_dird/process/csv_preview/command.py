"""The command `xivo-dird source preview`: its arguments, and what it runs and prints."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from pathlib import Path

from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.csv_files.encoding import check_encoding
from xivo_dird.numbers.dial_plan import DialPlan, known_country
from xivo_dird.process.csv_preview.csv_file import survey_csv
from xivo_dird.process.csv_preview.guess import guess_columns
from xivo_dird.process.csv_preview.preview_text import (
    column_problems_of,
    explain_survey,
    explain_texts,
    fatal_problems,
    warnings_of,
)
from xivo_dird.process.csv_preview.source_yaml import source_of, source_yaml
from xivo_dird.process.exit_status import ExitStatus

UNKNOWN_TENANT = "TENANT"
"""What stands for the tenant in the source, if the configuration does not declare exactly one."""


def add_preview_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `source preview`."""
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="CSV file")
    parser.add_argument("--tenant", metavar="NAME_OR_UUID", help="tenant of the source")
    parser.add_argument("--country", type=_country, metavar="CC", help="country of the numbers, two letters")
    parser.add_argument("--encoding", type=_encoding, help="encoding of the file (default: it is guessed)")
    parser.set_defaults(inspect=preview, needs_configuration=False)


def preview(loaded: LoadedConfiguration, arguments: Namespace) -> int:
    """Print what a CSV file has and a source for it, and return the exit status.

    Raises:
        InvalidData: The file can't be read, or is not CSV.
    """
    tenants = loaded.config.provisioning.tenants
    only = tenants[0] if len(tenants) == 1 else None
    country = arguments.country or (only.country if only else None) or loaded.config.lookup.default_country
    survey = survey_csv(arguments.file, DialPlan(known_country(country)), arguments.encoding)
    guessed = guess_columns(survey)
    problems = fatal_problems(survey, guessed)
    lines = explain_survey(survey, guessed)
    has_source = not problems
    if has_source:
        problems = column_problems_of(guessed)
        lines += explain_texts("Warnings", list(warnings_of(survey, guessed)))
    lines += explain_texts("Problems", problems)
    if has_source:
        tenant = arguments.tenant or ((only.name or only.uuid) if only else UNKNOWN_TENANT)
        lines += _source_lines(source_of(survey, guessed, tenant))
    sys.stdout.write("\n".join(lines) + "\n")
    return ExitStatus.FAILED if problems else ExitStatus.STOPPED


def _source_lines(source: Mapping[str, object]) -> list[str]:
    lines = ["", "Source, to be pasted below provisioning.sources:", "", source_yaml(source)]
    lines.append("The file must be below a folder of backends.csv.folders.")
    if source["tenant"] == UNKNOWN_TENANT:
        lines.append(f"Replace {UNKNOWN_TENANT} by the name or uuid of a tenant.")
    return [*lines, f"Then: xivo-dird source check {source['name']}"]


def _country(text: str) -> str:
    country = known_country(text)
    if country is None:
        raise ArgumentTypeError(f"{text!r} is no country, such as DE or FR")
    return country


def _encoding(text: str) -> str:
    try:
        check_encoding(text)
    except (LookupError, ValueError) as error:
        raise ArgumentTypeError(f"{text!r} is no encoding, such as utf-8 or windows-1252") from error
    return text
