"""What services that keep something in the store are made of."""

from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.events.service import EventService
from xivo_dird.tenants.service import TenantService


def stored(database: Database) -> tuple[Database, Revision, TenantService, EventService]:
    """Answer their first four arguments."""
    revision = Revision(database)
    return database, revision, TenantService(database, revision), EventService(database)
