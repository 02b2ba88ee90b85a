"""The command `xivo-dird source preview`: its arguments, and what it runs and prints."""

import re
import shlex
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.config.schema import ProvisionedTenant
from xivo_dird.csv_files.encoding import check_encoding
from xivo_dird.exceptions import InvalidConfiguration
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
from xivo_dird.validation import canonical_uuid

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

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
        InvalidConfiguration: There is no such tenant.
        InvalidData: The file can't be read, or is not CSV.
    """
    tenant = _find_tenant(loaded.config.provisioning.tenants, arguments.tenant)
    country = (
        arguments.country or (tenant.country if tenant else None) or loaded.config.lookup.default_country
    )
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
        name = arguments.tenant or ((tenant.name or tenant.uuid) if tenant else UNKNOWN_TENANT)
        lines += _source_lines(source_of(survey, guessed, name), arguments.config_file, tenant)
    sys.stdout.write("\n".join(lines) + "\n")
    return ExitStatus.FAILED if problems else ExitStatus.STOPPED


def _find_tenant(tenants: Sequence[ProvisionedTenant], wanted: str | None) -> ProvisionedTenant | None:
    """Return the tenant with a name or uuid; without one, the only tenant. None: the configuration has no tenants.

    Raises:
        InvalidConfiguration: The configuration has tenants, and none with this name.
    """
    if wanted is None:
        return tenants[0] if len(tenants) == 1 else None
    uuid = canonical_uuid(wanted)
    found = next((tenant for tenant in tenants if wanted == tenant.name or uuid == tenant.uuid), None)
    if found is None and tenants and not _UUID.fullmatch(uuid):
        known = ", ".join(sorted(tenant.name or tenant.uuid for tenant in tenants))
        raise InvalidConfiguration(f"--tenant: {wanted!r} is no uuid and no tenant. Known: {known}")
    return found


def _source_lines(
    source: Mapping[str, object], config_file: Path | None, tenant: ProvisionedTenant | None
) -> list[str]:
    lines = ["", "Source, to be pasted below provisioning.sources:", "", source_yaml(source)]
    lines.append("The file must be below a folder of backends.csv.folders.")
    if source["tenant"] == UNKNOWN_TENANT:
        lines.append(f"Replace {UNKNOWN_TENANT} by the name or uuid of a tenant.")
    elif tenant is None:
        lines.append(f"Declare the tenant {source['tenant']} below provisioning.tenants.")
    option = "" if config_file is None else f"-c {shlex.quote(str(config_file))} "
    return [*lines, f"Then: xivo-dird {option}source check {source['name']}"]


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
