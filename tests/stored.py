"""What services that keep something in the store are made of."""

from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.events.service import EventService
from xivo_dird.personal.service import PersonalService
from xivo_dird.sources.service import SourceService
from xivo_dird.tenants.owned_store import Storage
from xivo_dird.tenants.service import TenantService


def stored(database: Database) -> Storage:
    """Make the storage of a database."""
    revision = Revision(database)
    return Storage(database, revision, TenantService(database, revision), EventService(database))


def personal_service(database: Database) -> PersonalService:
    """Make the service of personal contacts; the tenants of a database have no sources."""
    storage = stored(database)
    sources = SourceService(storage, {})
    return PersonalService(database, storage.tenants, sources, storage.events, ["personal"])
