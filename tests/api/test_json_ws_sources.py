"""Sources of the json_ws backend over the REST API."""

import pytest

from api.conftest import USER, Daemon, configuration
from api.favorites import favorite, favorites
from api.rest import check_error, create
from plugins.backends.json_ws import samples
from servers.faulty_http import FaultyHttp, HttpAnswer
from servers.json_services import KEY, JsonServices
from xivo_dird.config.masking import MASK

SOURCES = "/backends/json_ws/sources"
KINDS = [
    samples.espo,
    samples.espo_list,
    samples.odoo,
    samples.hubspot_list,
    samples.glpi,
    samples.salesforce,
]


@pytest.fixture(scope="module")
def services():
    with JsonServices() as services:
        yield services


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    changes = {"rest_api": {"show_secrets": True}}
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"), **changes)) as daemon:
        yield daemon


def profile_of(daemon, source):
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    display = daemon.get("/displays").json["items"][0]["uuid"]
    create(daemon, "/profiles", {"name": source["name"], "display": {"uuid": display}, "services": services})
    return source["name"]


@pytest.mark.parametrize("make_options", KINDS, ids=lambda make: make.__name__)
def test_a_created_source_answers_everything(daemon, services, make_options):
    body = {
        **make_options(services.url),
        "name": make_options.__name__,
        "format_columns": {"reverse": "{name}"},
    }
    source = create(daemon, SOURCES, body)
    profile = profile_of(daemon, source)
    (found,) = daemon.get(f"/directories/lookup/{profile}", term="stern").json["results"]
    assert (found["backend"], found["relations"]["source_entry_id"]) == ("json_ws", "17")
    reverse = daemon.get(f"/directories/reverse/{profile}/{USER}", exten="2046").json
    assert (reverse["display"], reverse["source"]) == ("Éric Müller", source["name"])
    assert favorite(daemon, "PUT", f"{source['name']}/17").status_code == 204
    assert favorites(daemon, f"/directories/favorites/{profile}") == [(source["name"], "17")]


@pytest.mark.parametrize(
    "make_options", [samples.espo, samples.odoo, samples.zoho, samples.glpi, samples.salesforce]
)
def test_no_client_reads_a_secret_and_its_mask_keeps_it(daemon, services, make_options):
    body = {**make_options(services.url), "name": f"secret-{make_options.__name__}"}
    source = create(daemon, SOURCES, body)
    item = f"{SOURCES}/{source['uuid']}"
    shown = daemon.get(item)
    texts = shown.text + daemon.get(SOURCES).text + daemon.get("/config").text
    assert [secret for secret in (KEY, "PRIVATE KEY") if secret in texts] == []
    assert MASK in shown.text
    assert daemon.request("PUT", f"/0.1{item}", json=shown.json).status_code == 204
    assert daemon.get(item).json == shown.json
    profile = profile_of(daemon, source)
    if make_options not in {samples.glpi, samples.salesforce}:
        assert daemon.get(f"/directories/lookup/{profile}", term="stern").json["results"]
    elsewhere = {**shown.json, "url": "https://evil.example.org/"}
    response = daemon.request("PUT", f"/0.1{item}", json=elsewhere)
    assert MASK in str(check_error(response, 400, "invalid-data"))
    if "url" in shown.json.get("auth", {}):
        elsewhere = {**shown.json, "auth": {**shown.json["auth"], "url": "https://evil.example.org/"}}
        assert daemon.request("PUT", f"/0.1{item}", json=elsewhere).status_code == 400


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"auth": {"type": "oauth2", "url": "http://10.0.0.1/"}}, "auth"),
        ({"items": "["}, "items"),
        ({"list": None}, "list"),
        ({"list": {"path": "{term}"}}, "list"),
        ({"list": {"path": 7}}, "list"),
        ({"list": {"method": "POST", "body": {"a": [[[["{"]]]]}}}, "list"),
        ({"list": {"path": "x", "paging": {"kind": "page"}}}, "list"),
        ({"search": {"path": "x"}, "list": None}, "search"),
        ({"fields": {"name": "[@, @]"}}, "fields"),
        ({"secrets": {"Key": "x"}}, "secrets"),
        ({"limit": 0}, "limit"),
        ({"timeout": 0}, "timeout"),
    ],
)
def test_options_that_can_not_work_are_a_400(daemon, options, option):
    body = {"name": "people", "url": "http://localhost/", "list": {"path": "people"}, **options}
    response = daemon.request("POST", f"/0.1{SOURCES}", json=body)
    assert option in check_error(response, 400, "invalid-data")


def test_nothing_of_a_service_that_refuses_is_logged(daemon, services, caplog):
    wrong = {"auth": {"type": "header", "name": "X-Api-Key", "value": f"not-{KEY}"}}
    sources = {
        "key": {**samples.espo(services.url), **wrong},
        "path": {**samples.espo(services.url), "items": "rows"},
        "login": {**samples.vtiger(services.url), "secrets": {"user_key": f"not-{KEY}"}},
    }
    for name, options in sources.items():
        source = create(daemon, SOURCES, {**options, "name": f"refused-{name}"})
        profile = profile_of(daemon, source)
        assert daemon.get(f"/directories/lookup/{profile}", term="Stern").json["results"] == []
        assert daemon.get("/status").json["sources"][source["uuid"]]["error"]
    shown = daemon.get("/status").text + caplog.text
    assert [text for text in (KEY, "Stern", "23125040") if text in shown] == []
    assert "the keys total, list" in shown


def test_a_key_in_a_query_and_in_a_body_is_shown_nowhere(daemon, caplog):
    def echo(request):
        texts = [text for _, text in request.query]
        return HttpAnswer(400 if request.path == "/refusing" else 500, f"{texts} {request.body}".encode())

    key = "k3y-of-the-query"
    request = {"method": "POST", "query": {"q": "{term}"}, "body": {"auth": ["Key {secret.apikey}"]}}
    with FaultyHttp(echo) as server:
        for path in ("failing", "refusing"):
            body = {
                "name": f"{path}-echo",
                "url": server.url,
                "secrets": {"apikey": key},
                "query": {"apikey": "{secret.apikey}"},
                "search": {"path": path, **request},
                "searched_columns": ["name"],
            }
            source = create(daemon, SOURCES, body)
            shown = daemon.get(f"{SOURCES}/{source['uuid']}")
            assert (shown.json["secrets"], shown.json["query"]) == ({"apikey": MASK}, body["query"])
            daemon.get(f"/directories/lookup/{profile_of(daemon, source)}", term="ada")
        assert [request.query[0] for request in server.requests] == [("apikey", key)] * 2
        assert {request.body for request in server.requests} == {f'{{"auth": ["Key {key}"]}}'.encode()}
    texts = [daemon.get(path).text for path in ("/status", "/config", SOURCES, "/events")]
    assert [text for text in (*texts, caplog.text) if key in text] == []


def test_a_reference_in_a_query_is_refused_with_the_right_place(daemon):
    body = {"name": "people", "url": "http://localhost/", "list": {"query": {"key": "${file:key}"}}}
    response = daemon.request("POST", f"/0.1{SOURCES}", json=body)
    assert "put it into the option secrets" in str(check_error(response, 400, "invalid-data"))
