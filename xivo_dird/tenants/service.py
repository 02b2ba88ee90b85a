"""What can be done with tenants. They need no registration: the first write for an unseen one records it."""

from xivo_dird.database.engine import Database, Session
from xivo_dird.tenants import dao
from xivo_dird.tenants.model import Tenant


class TenantService:
    """Keeps what is known of each tenant."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def update(self, tenant: Tenant) -> None:
        """Write what is known of a tenant, new or not."""
        with self._database.changing() as session:
            dao.update(session, tenant)

    def record(self, session: Session, tenant_uuid: str) -> None:
        """Make sure that the owner of something exists, in the transaction that writes it."""
        dao.record(session, tenant_uuid)
