"""The commands `xivo-dird lookup` and `xivo-dird reverse`: arguments, and what they run and print."""

import sys
from argparse import ArgumentParser, Namespace

from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.diagnosis.hints import hints_of_inquiry, is_withheld
from xivo_dird.diagnosis.model import ExplainedService, Inquiry
from xivo_dird.process.diagnosis.inquiry import ProfileInquirer
from xivo_dird.process.diagnosis.inquiry_text import explain_inquiry, has_failed, printed_rows
from xivo_dird.process.diagnosis.inspection import Inspection, inspect
from xivo_dird.process.diagnosis.log_notes import collected_notes
from xivo_dird.process.diagnosis.source_commands import USER_OPTION, add_caller_arguments, print_json, seconds
from xivo_dird.process.exit_status import ExitStatus


def add_lookup_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `lookup`."""
    _add_arguments(parser, "TERM", "text to find")
    parser.set_defaults(inspect=look_up)


def add_reverse_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `reverse`."""
    _add_arguments(parser, "NUMBER", "number of a caller")
    parser.set_defaults(inspect=reverse)


def look_up(loaded: LoadedConfiguration, arguments: Namespace) -> int:
    """Look up a term with a profile, print what each source answers, and return the exit status.

    Raises:
        InvalidConfiguration: There is no such profile, or several.
    """
    return _run(loaded, arguments, "lookup")


def reverse(loaded: LoadedConfiguration, arguments: Namespace) -> int:
    """Look up a number with a profile, print what each source answers, and return the exit status.

    Raises:
        InvalidConfiguration: There is no such profile, or several.
    """
    return _run(loaded, arguments, "reverse")


def _add_arguments(parser: ArgumentParser, asked: str, help_: str) -> None:
    parser.add_argument("profile", metavar="PROFILE", help="name of the profile")
    parser.add_argument("asked", metavar=asked, help=help_)
    add_caller_arguments(parser)
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="timeout of the sources (default: as in the daemon)",
    )


def _run(loaded: LoadedConfiguration, arguments: Namespace, service: ExplainedService) -> int:
    with collected_notes(), inspect(loaded.config) as inspection:
        profile = inspection.find_profile(arguments.profile, arguments.tenant)
        inquirer = ProfileInquirer(inspection, profile, arguments.user)
        inquiry = inquirer.ask(service, arguments.asked, arguments.timeout)
        hints = _hints(inspection, inquiry, arguments.user)
        tenant = inspection.tenant_name(profile.tenant_uuid)
    if arguments.json:
        print_json(_as_json(inquiry, tenant, hints))
    else:
        sys.stdout.write(explain_inquiry(inquiry, tenant, hints) + "\n")
    return ExitStatus.FAILED if has_failed(inquiry) else ExitStatus.STOPPED


def _hints(inspection: Inspection, inquiry: Inquiry, user_uuid: str | None) -> list[str]:
    tenant_uuid = inquiry.profile.tenant_uuid
    sources = {source.uuid: source.name for source in inspection.sources_of(tenant_uuid)}
    plan = inspection.parts.services.tenants.dial_plan(tenant_uuid)
    user_option = USER_OPTION if user_uuid is None else None
    hints = list(hints_of_inquiry(inquiry, sources, plan, user_option))
    if not is_withheld(inquiry):
        hints += inspection.store_hints([answer.source for answer in inquiry.answers])
    return hints


def _as_json(inquiry: Inquiry, tenant: str, hints: list[str]) -> dict[str, object]:
    return {
        "profile": inquiry.profile.name,
        "tenant": tenant,
        "service": inquiry.service,
        "timeout": inquiry.timeout,
        "sources": printed_rows(inquiry),
        "contacts": [{"source": each.source, "fields": each.fields} for each in inquiry.contacts],
        "hints": hints,
    }
