"""The tenant service. Tenants need no registration: the first write for a new one records it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from xivo_dird.database.engine import Database, Session
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import RevisionCache
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan, known_country
from xivo_dird.tenants import dao
from xivo_dird.tenants.model import Tenant


class TenantService:
    """Stores tenants; countries are cached until the revision changes."""

    def __init__(self, database: Database, revision: Revision, default_plan: DialPlan = UNKNOWN_PLAN) -> None:
        """Create the service.

        Args:
            database: Where tenants are stored.
            revision: Advanced with each change of a tenant.
            default_plan: How numbers are dialled at a tenant without a country.
        """
        self._database = database
        self._revision = revision
        self._default_plan = default_plan
        self._declared: dict[str, str] = {}
        self._countries: RevisionCache[None, Mapping[str, str]] = RevisionCache(
            database, revision, self._read_countries
        )

    def update(self, tenant: Tenant) -> None:
        """Insert or update a tenant; ignore attributes that are None and a country that does not exist."""
        with self._revision.changing() as session:
            dao.update(session, replace(tenant, country=known_country(tenant.country)))

    def declare(self, tenants: Iterable[Tenant]) -> None:
        """Use the countries of tenants in this process as if they were stored, without storing them."""
        self._declared.update({tenant.uuid: tenant.country for tenant in tenants if tenant.country})

    def find_all(self) -> list[Tenant]:
        """Return all tenants."""
        with self._database.reading() as session:
            return dao.find_all(session)

    def dial_plan(self, tenant_uuid: str) -> DialPlan:
        """Return how numbers are dialled at a tenant."""
        stored = self._countries.get(None).get(tenant_uuid)
        country = known_country(self._declared.get(tenant_uuid, stored))
        return self._default_plan if country is None else self._default_plan._replace(country=country)

    def record(self, session: Session, tenant_uuid: str) -> None:
        """Insert a tenant unless it exists, in the transaction that writes one of its resources."""
        dao.record(session, tenant_uuid)

    def _read_countries(self, _key: None) -> Mapping[str, str]:
        with self._database.reading() as session:
            return dao.find_countries(session)
