"""GET /directories/reverse with numbers in any usual spelling, read in the country of the tenant."""

import pytest
from pydantic import ValidationError

from api.conftest import OTHER, TENANT, USER, Daemon, configuration, csv_source
from api.rest import create
from waiting import wait_until
from xivo_dird.tenants.model import Tenant
from xivo_dird.testing import HOSTILE_NUMBERS

PEOPLE = """\
id,firstname,lastname,number,mobile
1,Ada,Stern,2045,+33 1 44 55 66 77
2,Ivo,Brandt,2046,06 12 34 56 78
3,Zoe,Late,2047,0612345678
"""
LATER = """\
id,firstname,lastname,number,mobile
9,Eve,Exact,2099,0144556677
"""
SPELLINGS = ["0144556677", "0033144556677", "+33(0)144556677", "tel:+33-1-44-55-66-77", "01.44.55.66.77"]


def make_daemon(tmp_path, db_uri, country="FR", default=None, sources=("crew",), outside_line_prefix=""):
    config = configuration(tmp_path, [csv_source("later.csv", name="later")], sources, db_uri=db_uri)
    (tmp_path / "csv" / "crew.csv").write_text(PEOPLE)
    (tmp_path / "csv" / "later.csv").write_text(LATER)
    config["provisioning"]["tenants"][0]["country"] = country
    config["lookup"] |= {"default_country": default, "outside_line_prefix": outside_line_prefix}
    return Daemon(config)


@pytest.fixture
def daemon(tmp_path, db_uri):
    with make_daemon(tmp_path, db_uri) as daemon:
        yield daemon


def display_of(daemon, exten, profile="default", token="admin"):
    response = daemon.get(f"/directories/reverse/{profile}/{USER}", token, exten=exten)
    assert response.status_code == 200
    assert response.json["exten"] == exten
    return response.json["display"]


def test_a_number_is_found_in_every_spelling_with_the_same_answer(daemon):
    for exten in SPELLINGS:
        response = daemon.get(f"/directories/reverse/default/{USER}", exten=exten)
        assert response.json == {
            "display": "Ada Stern",
            "exten": exten,
            "source": "crew",
            "fields": {
                "id": "1",
                "firstname": "Ada",
                "lastname": "Stern",
                "number": "2045",
                "mobile": "+33 1 44 55 66 77",
                "name": "Ada Stern",
                "reverse": "Ada Stern",
            },
        }


def test_an_exact_number_wins_then_the_order_of_the_source(daemon):
    assert display_of(daemon, "+33612345678") == "Ivo Brandt"
    assert display_of(daemon, "0612345678") == "Zoe Late"
    assert [display_of(daemon, exten) for exten in ("2045", "02045", "+332045")] == ["Ada Stern", None, None]


def test_an_exact_number_wins_in_any_source_then_the_profiles_order(tmp_path, db_uri):
    for sources, first in ((("crew", "later"), "Ada Stern"), (("later", "crew"), "Eve Exact")):
        with make_daemon(tmp_path, db_uri, sources=sources) as daemon:
            assert display_of(daemon, "0144556677") == "Eve Exact"
            assert display_of(daemon, "+33 1 44 55 66 77") == "Ada Stern"
            assert display_of(daemon, "0033144556677") == first


@pytest.mark.parametrize(
    ("country", "default", "found"), [(None, None, None), (None, "FR", "Ada Stern"), ("DE", "FR", None)]
)
def test_without_a_country_of_its_own_a_tenant_has_the_default(tmp_path, db_uri, country, default, found):
    with make_daemon(tmp_path, db_uri, country, default) as daemon:
        assert display_of(daemon, "0144556677") == found
        assert display_of(daemon, "0033144556677") == "Ada Stern"


def test_a_change_of_the_country_is_used_by_every_process_within_a_second(tmp_path, db_uri):
    with make_daemon(tmp_path, db_uri, "DE") as daemon, make_daemon(tmp_path, db_uri, "DE") as other:
        assert display_of(daemon, "0144556677") is display_of(other, "0144556677") is None
        daemon.controller._tenants.update(Tenant(TENANT, country="FR"))
        assert display_of(daemon, "0144556677") == "Ada Stern"
        wait_until(lambda: display_of(other, "0144556677") == "Ada Stern")


def test_stored_contacts_are_found_in_every_spelling_by_their_owner(daemon):
    phonebook = create(daemon, "/phonebooks", {"name": "Suppliers"})
    matched = {"first_matched_columns": ["number"], "format_columns": {"reverse": "{name}"}}
    book = create(daemon, "/backends/phonebook/sources", {**matched, "phonebook_uuid": phonebook["uuid"]})
    own = create(daemon, "/backends/personal/sources", {**matched, "name": "own"})
    services = {"reverse": {"sources": [{"uuid": own["uuid"]}, {"uuid": book["uuid"]}]}}
    create(daemon, "/profiles", {"name": "stored", "services": services})
    create(daemon, f"/phonebooks/{phonebook['uuid']}/contacts", {"name": "Ida", "number": "02 44 55 66 77"})
    create(daemon, "/personal", {"name": "Pia", "number": "+33 3 44 55 66 77"})
    assert display_of(daemon, "tel:+33244556677", "stored") == "Ida"
    assert display_of(daemon, "0344556677", "stored") == "Pia"
    assert display_of(daemon, "0444556677", "stored") is None
    other = daemon.get(f"/directories/reverse/stored/{OTHER}", exten="0344556677")
    assert other.json["display"] is None


def test_a_plus_that_is_not_encoded_in_the_query_is_still_a_plus(daemon):
    for query in ("exten=+33144556677", "exten=%2B33144556677", "exten=33144556677"):
        response = daemon.request("GET", f"/0.1/directories/reverse/default/{USER}?{query}", "admin", None)
        assert response.json["display"] == "Ada Stern"
    assert display_of(daemon, " 2045") is None


def test_the_lowest_rank_of_all_sources_wins(tmp_path, db_uri):
    with make_daemon(tmp_path, db_uri, "DE", sources=("crew", "later")) as daemon:
        header = PEOPLE.splitlines()[0]
        crew, later = (tmp_path / "csv" / f"{name}.csv" for name in ("crew", "later"))
        crew.write_text(f"{header}\n1,Works,Ltd,+49 30 23125-0,\n2,Egon,Old,+54 11 2345-6789,\n")
        later.write_text(f"{header}\n3,Ivo,Desk,030 23125-42,\n4,Eva,New,+54 9 11 2345-6789,\n")
        wait_until(lambda: display_of(daemon, "+49302312542") == "Ivo Desk")
        assert display_of(daemon, "+49302312543") == "Works Ltd"
        assert display_of(daemon, "5491123456789") == "Eva New"
        assert display_of(daemon, "+541123456789") == "Egon Old"


def test_the_prefix_of_an_outside_line_is_configured(tmp_path, db_uri):
    for prefix, found in (("0", "Ada Stern"), ("", None)):
        with make_daemon(tmp_path, db_uri, outside_line_prefix=prefix) as daemon:
            assert display_of(daemon, "00144556677") == found


@pytest.mark.parametrize("prefix", ["+", "12345", "*9", 0])
def test_a_wrong_outside_line_prefix_is_reported_at_its_key(tmp_path, prefix):
    with pytest.raises(ValidationError, match=r"lookup\.outside_line_prefix"):
        make_daemon(tmp_path, "sqlite://", outside_line_prefix=prefix)


def test_a_hostile_number_is_unknown_whatever_the_country(daemon):
    for exten in ("112", *HOSTILE_NUMBERS):
        if exten != "\ud800":  # no URL can contain it
            assert display_of(daemon, exten) is None


@pytest.mark.parametrize("country", ["France", "XX", "", "F", 33])
def test_a_country_that_does_not_exist_is_reported_at_its_key(tmp_path, country):
    with pytest.raises(ValidationError, match=r"provisioning\.tenants\.0\.country"):
        make_daemon(tmp_path, "sqlite://", country)
    with pytest.raises(ValidationError, match=r"lookup\.default_country"):
        make_daemon(tmp_path, "sqlite://", default=country)
