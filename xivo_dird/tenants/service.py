"""What can be done with tenants. They need no registration: the first write for an unseen one records it."""

from collections.abc import Mapping
from dataclasses import replace

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.tenants import dao
from xivo_dird.tenants.model import Tenant
from xivo_dird.text.phone_number import known_country


class TenantService:
    """Keeps what is known of each tenant; the countries are kept in memory until the revision moves."""

    def __init__(self, database: Database, revision: Revision, default_country: str | None = None) -> None:
        """Keep them in `database`, count their changes in `revision`."""
        self._database = database
        self._revision = revision
        self._default_country = default_country
        self._countries: RevisionCache[None, Mapping[str, str]] = RevisionCache(
            revision, self._read_countries
        )

    def update(self, tenant: Tenant) -> None:
        """Write what is known of a tenant, new or not; a country that does not exist is not known."""
        with self._revision.changing() as session:
            dao.update(session, replace(tenant, country=known_country(tenant.country)))

    def country(self, tenant_uuid: str) -> str | None:
        """Return the two letters of the country that a tenant's phone numbers are read in, None without one."""
        return known_country(self._countries.get(None).get(tenant_uuid)) or self._default_country

    def record(self, session: Session, tenant_uuid: str) -> None:
        """Make sure that the owner of something exists, in the transaction that writes it."""
        dao.record(session, tenant_uuid)

    def _read_countries(self, _key: None) -> Mapping[str, str]:
        with self._database.reading() as session:
            return dao.find_countries(session)
