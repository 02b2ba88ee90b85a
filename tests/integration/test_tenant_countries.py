"""The country of a tenant, as each process reads it."""

import pytest

from xivo_dird.database.revision import Revision
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.tenants.model import Tenant
from xivo_dird.tenants.service import TenantService

MAIN, OTHER = "11111111-1111-4111-8111-111111111111", "33333333-3333-4333-8333-333333333333"


@pytest.fixture
def tenants(database):
    return TenantService(database, Revision(database), DialPlan("DE", "0"))


def test_a_tenant_has_its_own_country_or_the_default(tenants):
    tenants.update(Tenant(MAIN, "main", "FR"))
    assert (tenants.dial_plan(MAIN).country, tenants.dial_plan(OTHER).country) == ("FR", "DE")


def test_an_update_is_used_at_once_in_the_same_process(tenants):
    assert tenants.dial_plan(MAIN).country == "DE"
    for country in ("FR", "CH"):
        tenants.update(Tenant(MAIN, country=country))
        assert tenants.dial_plan(MAIN).country == country


def test_an_update_moves_the_revision_so_that_other_processes_see_it(database, tenants):
    other_revision = Revision(database)
    other = TenantService(database, other_revision)
    assert other.dial_plan(MAIN).country is None
    tenants.update(Tenant(MAIN, country="FR"))
    other_revision.read()
    assert other.dial_plan(MAIN).country == "FR"


@pytest.mark.parametrize("country", [None, "", "XX", "France", "\ud800", "12"])
def test_an_unknown_country_does_not_replace_the_stored_one(tenants, country):
    tenants.update(Tenant(MAIN, country="fr"))
    tenants.update(Tenant(MAIN, "main", country))
    assert tenants.dial_plan(MAIN).country == "FR"


def test_countries_are_cached_in_memory(database, tenants):
    tenants.update(Tenant(MAIN, country="FR"))
    assert tenants.dial_plan(MAIN).country == "FR"
    with database.changing() as session:  # a change that does not advance the revision
        session.connection().exec_driver_sql("UPDATE tenant SET country = 'CH'")
    assert tenants.dial_plan(MAIN).country == "FR"


def test_an_invalid_stored_country_counts_as_none(database, tenants):
    tenants.update(Tenant(MAIN, country="FR"))
    with database.changing() as session:
        session.connection().exec_driver_sql("UPDATE tenant SET country = 'XX'")
    assert tenants.dial_plan(MAIN).country == "DE"


def test_a_declared_country_is_used_without_being_stored(database, tenants):
    tenants.update(Tenant(MAIN, "main", "FR"))
    tenants.declare([Tenant(MAIN, "main", "CH"), Tenant(OTHER)])
    assert (tenants.dial_plan(MAIN).country, tenants.dial_plan(OTHER).country) == ("CH", "DE")
    assert tenants.find_all() == [Tenant(MAIN, "main", "FR")]
