"""All services of the daemon, for views, listeners and commands."""

from dataclasses import dataclass

from xivo_dird.browsing.service import BrowsingService
from xivo_dird.diagnosis.service import ExplanationService
from xivo_dird.displays.service import DisplayService
from xivo_dird.events.service import EventService
from xivo_dird.favorites.service import FavoriteService
from xivo_dird.lookup.service import LookupService
from xivo_dird.metrics.service import MetricsService
from xivo_dird.personal.service import PersonalService
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.phones.service import PhoneService
from xivo_dird.profiles.service import ProfileService
from xivo_dird.reverse.service import ReverseService
from xivo_dird.running_config.service import RunningConfigService
from xivo_dird.sessions.service import SessionService
from xivo_dird.source_contacts.service import SourceContactService
from xivo_dird.sources.service import SourceService
from xivo_dird.status.service import StatusService
from xivo_dird.tenants.service import TenantService


@dataclass(frozen=True)
class Services:
    """All services of the daemon."""

    displays: DisplayService
    profiles: ProfileService
    sources: SourceService
    source_contacts: SourceContactService
    phonebooks: PhonebookService
    phonebook_contacts: PhonebookContactService
    lookup: LookupService
    browsing: BrowsingService
    events: EventService
    explanations: ExplanationService
    favorites: FavoriteService
    personal: PersonalService
    reverse: ReverseService
    phones: PhoneService
    metrics: MetricsService
    sessions: SessionService
    status: StatusService
    tenants: TenantService
    config: RunningConfigService
