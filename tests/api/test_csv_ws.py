"""A web service that answers CSV, as a source that is created over REST."""

import pytest

from api.rest import create
from servers import http_faults
from servers.csv_service import CsvService
from waiting import wait_until

PEOPLE = (
    {"id": "17", "first": "Ada", "last": "Stern", "tel": "2045"},
    {"id": "18", "first": "Éric", "last": "Müller", "tel": "+493023125040"},
)
OPTIONS = {
    "name": "hr",
    "unique_column": "id",
    "searched_columns": ["first", "last"],
    "first_matched_columns": ["tel"],
    "format_columns": {"name": "{first} {last}", "reverse": "{first} {last}", "phone": "{tel}"},
}
COLUMNS = [
    {"title": "Name", "type": "name", "field": "name"},
    {"title": "Phone", "type": "number", "field": "phone"},
    {"type": "favorite", "field": "favorite"},
]
USER = "44444444-4444-4444-8444-444444444444"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.fixture
def service():
    with CsvService(PEOPLE, account="dird:s3cret") as service:
        yield service


@pytest.fixture
def source(daemon, service):
    """Create the source, a display and the profile `web`."""
    url = service.http.url.replace("://", "://dird:s3cret@")
    body = {**OPTIONS, "lookup_url": f"{url}/lookup", "list_url": f"{url}/list"}
    source = create(daemon, "/backends/csv_ws/sources", body)
    display = create(daemon, "/displays", {"name": "web", "columns": COLUMNS})
    services = {name: {"sources": [source]} for name in ("lookup", "reverse", "favorites")}
    create(daemon, "/profiles", {"name": "web", "display": display, "services": services})
    return source


def rows(daemon, path, **query):
    response = daemon.get(path, **query)
    assert response.status_code == 200, response.text
    return [result["column_values"] for result in response.json["results"]]


def test_people_of_the_service_are_found_and_marked(daemon, service, source):
    assert rows(daemon, "/directories/lookup/web", term="müll") == [["Éric Müller", "+493023125040", False]]
    found = daemon.get(f"/directories/reverse/web/{USER}", exten="2045").json
    assert (found["display"], found["source"], found["fields"]["id"]) == ("Ada Stern", "hr", "17")
    assert daemon.get(f"/directories/reverse/web/{USER}", exten="2046").json["display"] is None
    assert daemon.request("PUT", "/0.1/directories/favorites/hr/18").status_code == 204
    assert rows(daemon, "/directories/favorites/web") == [["Éric Müller", "+493023125040", True]]
    assert [row[2] for row in rows(daemon, "/directories/lookup/web", term="r")] == [False, True]
    assert service.http.connections == 1


def test_an_edit_is_used_by_the_next_lookup(daemon, service, source):
    assert rows(daemon, "/directories/lookup/web", term="2045") == []
    path = f"/0.1/backends/csv_ws/sources/{source['uuid']}"
    assert daemon.request("PUT", path, json={**source, "searched_columns": ["tel"]}).status_code == 204
    assert rows(daemon, "/directories/lookup/web", term="2045") == [["Ada Stern", "2045", False]]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (http_faults.status(500), "answered 500 Internal Server Error"),
        (http_faults.html, "answered no CSV, but an HTML or XML page"),
        (http_faults.truncated_body, "the answer ends early"),
    ],
)
def test_a_service_that_fails_is_in_the_status_and_costs_only_its_rows(
    daemon, service, source, fault, error, caplog
):
    service.http.fault = fault
    assert rows(daemon, "/directories/lookup/web", term="Müller") == []
    report = daemon.get("/status").json["sources"][source["uuid"]]
    assert (report["status"], report["error"]) == ("failed", f"{service.http.url}: {error}")
    assert "s3cret" not in caplog.text
    assert "Müller" not in caplog.text
    service.http.fault = None
    wait_until(lambda: rows(daemon, "/directories/lookup/web", term="Müller"))
