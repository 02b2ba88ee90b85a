"""CRMs and ticket systems of different kinds as sources: each as its documentation says that it is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from plugins.backends.json_ws import samples
from plugins.backends.json_ws.conftest import OpenSource
from servers.json_services import JsonServices
from xivo_dird.testing import BackendContract
from xivo_dird_backends.json_ws.listed import JsonWsSnapshotBackend
from xivo_dird_backends.json_ws.queried import JsonWsQueryBackend

MakeOptions = Callable[[str], dict[str, Any]]
ASKED = [samples.espo, samples.odoo, samples.hubspot, samples.vtiger, samples.zoho, samples.salesforce_asked]
LISTED = [samples.espo_list, samples.odoo_list, samples.hubspot_list, samples.glpi, samples.salesforce]
WITH_SESSION = [samples.odoo, samples.vtiger, samples.zoho, samples.glpi, samples.salesforce]


def names(contacts: Any) -> list[object]:
    return [contact.fields["name"] for contact in contacts]


@pytest.mark.parametrize("make_options", [*ASKED, *LISTED], ids=lambda make: make.__name__)
def test_a_service_finds_names_and_numbers(
    services: JsonServices, opened: OpenSource, make_options: MakeOptions
) -> None:
    with opened(make_options(services.url)) as source:
        assert names(source.search("stern")) == ["Ada Stern"]
        assert names(source.search("o'brandt")) == ["Ivo O'Brandt"]
        assert len(source.search("r")) == 3
        assert not source.search("nobody")
        for number in ("03023125040", "+493023125040", "00493023125040"):
            found = source.first_match(number)
            assert found is not None
            assert found.fields["name"] == "Ada Stern"
        assert source.first_match("9999") is None


@pytest.mark.parametrize(
    "make_options", [samples.espo, samples.odoo, *LISTED], ids=lambda make: make.__name__
)
def test_a_service_with_ids_has_favorites(
    services: JsonServices, opened: OpenSource, make_options: MakeOptions
) -> None:
    with opened(make_options(services.url)) as source:
        assert sorted(map(str, names(source.fetch(["19", "17", "99", "..", "a/b"])))) == [
            "Ada Stern",
            "Ivo O'Brandt",
        ]


@pytest.mark.parametrize("make_options", WITH_SESSION[1:], ids=lambda make: make.__name__)
def test_an_expired_session_is_renewed_once(
    services: JsonServices, opened: OpenSource, make_options: MakeOptions
) -> None:
    with opened({**make_options(services.url), "refresh_seconds": 1}) as source:
        assert source.search("stern")
        assert source.search("stern")
        assert services.logins == 1
        services.sessions.clear()
        assert names(source.search("stern")) == ["Ada Stern"]


@pytest.mark.parametrize("make_options", [samples.espo, samples.espo_list], ids=lambda make: make.__name__)
def test_numbers_with_types_are_fields_of_their_kinds(
    services: JsonServices, opened: OpenSource, make_options: MakeOptions
) -> None:
    with opened(make_options(services.url)) as source:
        (ada,) = source.search("stern")
    assert (ada.fields["work"], ada.fields["mobile"]) == ("+49 30 23125040", "0171 5550001")
    assert ada.fields["number"] == "+49 30 23125040"
    assert ada.fields["numbers"] == ["+49 30 23125040", "0171 5550001"]
    assert ada.fields["phones"] == [
        {"number": "+49 30 23125040", "kind": "work", "label": "Office"},
        {"number": "0171 5550001", "kind": "mobile", "label": "Mobile"},
    ]


class SharedServices(BackendContract):
    """The tests of every backend, on services that all of them share."""

    term, exten = "ada", "2046"

    @pytest.fixture(autouse=True)
    def _use_the_services(self, shared_services: JsonServices) -> None:
        type(self).options = self.options_on(shared_services.url)

    def options_on(self, url: str) -> dict[str, Any]:
        raise NotImplementedError


class TestAsked(SharedServices):
    backend = JsonWsQueryBackend

    def options_on(self, url: str) -> dict[str, Any]:
        return samples.espo(url)


class TestAskedByPost(SharedServices):
    backend = JsonWsQueryBackend

    def options_on(self, url: str) -> dict[str, Any]:
        return samples.odoo(url)


class TestListed(SharedServices):
    backend = JsonWsSnapshotBackend

    def options_on(self, url: str) -> dict[str, Any]:
        return samples.glpi(url)
