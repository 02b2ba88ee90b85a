"""The tenant service. Tenants need no registration: the first write for a new one records it."""

from collections.abc import Mapping
from dataclasses import replace

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.tenants import dao
from xivo_dird.tenants.model import Tenant
from xivo_dird.text.phone_number import known_country


class TenantService:
    """Stores tenants; countries are cached until the revision changes."""

    def __init__(self, database: Database, revision: Revision, default_country: str | None = None) -> None:
        """Create the service.

        Args:
            database: Where tenants are stored.
            revision: Advanced with each change of a tenant.
            default_country: The two-letter country code of tenants that have none.
        """
        self._database = database
        self._revision = revision
        self._default_country = default_country
        self._countries: RevisionCache[None, Mapping[str, str]] = RevisionCache(
            revision, self._read_countries
        )

    def update(self, tenant: Tenant) -> None:
        """Insert or update a tenant; ignore attributes that are None and a country that does not exist."""
        with self._revision.changing() as session:
            dao.update(session, replace(tenant, country=known_country(tenant.country)))

    def country(self, tenant_uuid: str) -> str | None:
        """Return the two-letter country code used to read phone numbers of a tenant, None without one."""
        return known_country(self._countries.get(None).get(tenant_uuid)) or self._default_country

    def record(self, session: Session, tenant_uuid: str) -> None:
        """Insert a tenant unless it exists, in the transaction that writes one of its resources."""
        dao.record(session, tenant_uuid)

    def _read_countries(self, _key: None) -> Mapping[str, str]:
        with self._database.reading() as session:
            return dao.find_countries(session)
