"""Services on a database, for tests."""

from waiting import TIMEOUT
from xivo_dird.caller import Caller, UserCaller
from xivo_dird.database.engine import Database
from xivo_dird.database.limits import DatabaseLimits
from xivo_dird.database.revision import Revision
from xivo_dird.events.service import EventService
from xivo_dird.personal.service import PersonalService
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.owned_store import Storage
from xivo_dird.tenants.service import TenantService
from xivo_dird.testing import CALLER

DATABASE_LIMITS = DatabaseLimits(
    busy_seconds=int(TIMEOUT), connect_seconds=int(TIMEOUT), lock_seconds=int(TIMEOUT)
)
"""Time limits that concurrent writers do not reach on a busy machine."""


def stored(database: Database) -> Storage:
    """Return the storage that services on a database are created with."""
    revision = Revision(database)
    return Storage(database, revision, TenantService(database, revision), EventService(database))


USER_CALLER = UserCaller(CALLER.tenant_uuid, CALLER.user_uuid or "", CALLER.tenant_uuid)
"""The caller of the backend tests, as a user who changes personal contacts."""


def _tenant_of_request(caller: Caller) -> list[str]:
    return [caller.tenant_uuid]


def personal_service(database: Database) -> PersonalService:
    """Return the service of personal contacts on a database without sources."""
    storage = stored(database)
    sources = SourceService(storage, {}, lambda source: None)
    return PersonalService(
        database, storage.tenants, sources, storage.events, ["personal"], _tenant_of_request
    )
