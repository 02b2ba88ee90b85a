"""Creates what answers the operations of LDAP clients."""

from collections.abc import Callable, Mapping

from xivo_dird.authenticator import AnyAuthenticator
from xivo_dird.caller import Caller
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.phones import PhonesSection
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.ldap_server.accounts import Accounts
from xivo_dird.ldap_server.attributes import ATTRIBUTES, FIXED, attribute_key
from xivo_dird.ldap_server.directory import LdapDirectory
from xivo_dird.ldap_server.operations import FrontEnd
from xivo_dird.ldap_server.search import LdapSearches
from xivo_dird.ldap_server.tree import DirectoryTree
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.profiles.service import ProfileService
from xivo_dird.reverse.service import ReverseService


def create_front_end(
    settings: LdapServerSection,
    phones: PhonesSection,
    authenticator: AnyAuthenticator,
    lookup: LookupService,
    reverse: ReverseService,
    profiles: ProfileService,
    dial_plan_of: Callable[[str], DialPlan],
    failures: FailureLimit,
    count: Callable[[str, str], None],
    *,
    has_tls: bool,
) -> FrontEnd:
    """Return what answers the operations; it opens nothing.

    Args:
        settings: The section `ldap_server` of the configuration.
        phones: The section `phones`, which says how numbers are dialled.
        authenticator: Verifies accounts.
        lookup: Finds contacts by text.
        reverse: Finds contacts by number.
        profiles: Knows the names of the profiles of a tenant.
        dial_plan_of: Returns how numbers are dialled at a tenant.
        failures: Counts wrong credentials.
        count: Counts an operation by its name and its result.
        has_tls: Whether the server has a certificate.

    Raises:
        InvalidConfiguration: `ldap_server.attributes` names an attribute that entries can't have.
    """
    _check_attributes(settings.attributes)
    tree = DirectoryTree(settings.base_dn)
    directory = LdapDirectory(settings, phones, tree, lookup, reverse, dial_plan_of)

    def profile_names(caller: Caller) -> list[str]:
        return sorted(profiles.lookup_names(caller.tenant_uuid))

    searches = LdapSearches(settings, tree, directory, profile_names, has_tls=has_tls)
    return FrontEnd(Accounts(settings, tree, authenticator, failures), searches, count, has_tls)


def _check_attributes(configured: Mapping[str, object]) -> None:
    known = sorted(name for key, name in ATTRIBUTES.items() if key not in FIXED)
    for name in configured:
        key = attribute_key(name)
        if key is None or key in FIXED:
            raise InvalidConfiguration(f"ldap_server.attributes.{name}: must be one of {', '.join(known)}")
