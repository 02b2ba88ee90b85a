"""The names of callers, for Asterisk."""

import logging
from collections.abc import Callable, Mapping

from xivo_dird.agi.model import CallAnswer, CallOutcome
from xivo_dird.agi.protocol import NUMBER_VARIABLE, SCRIPT_VARIABLE
from xivo_dird.agi.script import InvalidScript, parse_script
from xivo_dird.authenticator import AnyAuthenticator
from xivo_dird.caller import Caller
from xivo_dird.config.access import AuthorizedSubnet
from xivo_dird.config.agi import AgiSection
from xivo_dird.directory.outcome import Status
from xivo_dird.exceptions import DirdError, InvalidArgument
from xivo_dird.log_limit import LogLimit
from xivo_dird.network_access import caller_of_network, tenant_of_subnet
from xivo_dird.numbers.written import MAX_CHARACTERS
from xivo_dird.phones.dialplan import dialplan_name
from xivo_dird.phones.service import PhoneService
from xivo_dird.text.excerpt import printable_excerpt
from xivo_dird.threads.deadline import Deadline

MAX_LOGGED_PROBLEMS = 10
"""Maximum number of problems of each outcome that are logged in a minute: strangers hide no problem of a PBX."""

NOT_SHOWN = frozenset(str(presentation) for presentation in range(128) if presentation & 0x60)
"""Values of `agi_callingpres` with which a number is withheld or unknown, such as 35 (prohib) and 67 (unavailable).

These two bits are the presentation indicator (ITU-T Q.931, 4.5.10): 0 if the number may be shown.
"""

logger = logging.getLogger(__name__)


class CallerNames:
    """Finds the name of the caller of a call.

    Attributes:
        settings: The section `agi` of the configuration.
        count: Counts a connection by its outcome.
    """

    def __init__(
        self,
        settings: AgiSection,
        authenticator: AnyAuthenticator,
        phones: PhoneService,
        count: Callable[[str], None],
    ) -> None:
        """Initialize with what finds users and names."""
        self.settings = settings
        self.count = count
        self._authenticator = authenticator
        self._phones = phones
        self._log_limits = {outcome: LogLimit(MAX_LOGGED_PROBLEMS) for outcome in CallOutcome}

    def find(self, variables: Mapping[str, str], subnet: AuthorizedSubnet, deadline: Deadline) -> CallAnswer:
        """Return the name of the caller. What can't be found is logged, without the number.

        Args:
            variables: The variables of the call.
            subnet: The network of the PBX.
            deadline: When the sources are not waited for any longer.
        """
        is_shown = variables.get("agi_callingpres") not in NOT_SHOWN
        number = variables.get(NUMBER_VARIABLE, "") if is_shown else ""
        try:
            return self._find(variables.get(SCRIPT_VARIABLE, ""), number, subnet, deadline)
        except DirdError as error:
            self.log_problem(CallOutcome.ERROR, f"A call gets no name: {error.message}")
        except Exception:
            logger.exception("A call gets no name")
        return CallAnswer(CallOutcome.TIMEOUT if deadline.is_expired else CallOutcome.ERROR)

    def log_problem(self, outcome: CallOutcome, text: str) -> None:
        """Log what is wrong with a call, unless there were many problems with this outcome in the last minute."""
        if self._log_limits[outcome].may_log():
            logger.warning("%s", printable_excerpt(text))

    def _find(self, script: str, number: str, subnet: AuthorizedSubnet, deadline: Deadline) -> CallAnswer:
        profile, user_uuid = parse_script(script)
        if len(number) > MAX_CHARACTERS:  # a source that fails at it would be skipped for all
            raise InvalidArgument(f"the number has more than {MAX_CHARACTERS} characters", {})
        caller = self._caller(user_uuid, subnet)
        found = self._phones.caller_name(caller, profile or self.settings.profile, number, deadline)
        settings = self.settings
        name = dialplan_name(found.name, settings.max_name_characters, is_ascii=settings.ascii_names)
        if name:
            return CallAnswer(CallOutcome.FOUND, name)
        if deadline.is_expired or Status.LATE in found.statuses:
            return CallAnswer(CallOutcome.TIMEOUT)
        has_all_answers = found.statuses <= {Status.OK}
        return CallAnswer(CallOutcome.NOT_FOUND if has_all_answers else CallOutcome.ERROR)

    def _caller(self, user_uuid: str, subnet: AuthorizedSubnet) -> Caller:
        """Return the user whom the script names, or nobody in particular in the tenant of the network.

        Raises:
            InvalidScript: Neither of them is given.
            UnknownUser: The user is not in the tenant of the network, or in none.
        """
        tenant_uuid = tenant_of_subnet(user_uuid, None, subnet)
        if user_uuid:
            return caller_of_network(self._authenticator, user_uuid, tenant_uuid, subnet)
        if tenant_uuid is None:
            raise InvalidScript(
                "the script names no user, and its network in agi.authorized_subnets no tenant"
            )
        return Caller("", tenant_uuid)
