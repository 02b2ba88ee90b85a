"""The name of a caller as plain text, for PBXs: GET /directories/reverse/<profile>/<user_uuid>[/text]."""

import csv
from base64 import b64encode

import pytest

from api.conftest import OTHER, TENANT, UNREACHABLE, USER, Daemon, configuration, csv_source
from xivo_dird.testing import HOSTILE_NUMBERS

REVERSE = "/directories/reverse/{}/" + USER
JSON_FORM = REVERSE.format("default")
TEXT_FORM = f"{JSON_FORM}/text"
TEXT = {"Accept": "text/plain"}
PASSWORD_OF_TOKEN = "Basic " + b64encode(b"token:admin").decode()
CHALLENGE = 'Basic realm="xivo-dird", charset="UTF-8"'
HOSTILE = 'Ann "Nan", <O\'Neil>; R&D\r\n$(id) \\ {x} \u202e5551'
PEOPLE = [
    ("1", "Ada", "+33 1 99 00 12 34", "Ada Stern"),
    ("2", "Jérôme Müller", "102", ""),
    ("3", HOSTILE, "103", HOSTILE),
    ("4", "", "104", ""),
    ("5", "Withheld", "anonymous", "Withheld"),
    ("6", "Operator", "0", "Operator"),
    ("7", "Long " * 100, "107", ""),
]
ADDRESSES = [
    "0199001234",
    "0033199001234",
    "33199001234",
    "+33 (0)1 99-00.12/34",
    " 33199001234",
    "tel:+33199001234",
    "sip:+33199001234@192.0.2.1",
    "<sip:+33199001234@192.0.2.1;user=phone>",
    '"102" <sip:+33199001234@192.0.2.1>;tag=x',
    "sip: 33199001234@192.0.2.1",
]


def pbx_configuration(folder, **access):
    source = {"name": "pbx", "searched_columns": ["who"], "first_matched_columns": ["number"]}
    sources = [csv_source("pbx.csv", **source, format_columns={"reverse": "{caller}"}), UNREACHABLE]
    config = configuration(folder, sources, access=access)
    with (folder / "csv" / "pbx.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "who", "number", "caller"), *PEOPLE])
    columns = [{"type": "name", "field": "who"}, {"type": "number", "field": "number"}]
    config["provisioning"]["tenants"][0]["country"] = "FR"
    config["provisioning"]["displays"] = [{"tenant": "main", "name": "pbx", "columns": columns}]
    config["provisioning"]["profiles"] = [
        {
            "tenant": "main",
            "name": "default",
            "display": "pbx",
            "services": {"reverse": {"sources": ["pbx"]}},
        },
        {"tenant": "main", "name": "bare", "services": {"reverse": {"sources": ["pbx"]}}},
        {"tenant": "main", "name": "late", "services": {"reverse": {"sources": ["staff"]}}},
    ]
    return config


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(pbx_configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def open_daemon(tmp_path_factory):
    """Start a daemon that lets PBXs in by a password, a token in the URL, or their network."""
    subnets = [
        {"subnet": "10.20.0.0/16", "tenant_uuid": TENANT},
        {"subnet": "10.30.0.0/16", "tenant_uuid": OTHER},
    ]
    rules = {"methods": ["basic", "query_token", "network"], "authorized_subnets": subnets}
    access = {"views": {"reverse_text_view": rules}, "max_failures_per_minute": 3}
    with Daemon(pbx_configuration(tmp_path_factory.mktemp("open"), **access)) as daemon:
        yield daemon


def ask(daemon, address, path=TEXT_FORM, headers=None, **query):
    """Send a request of a PBX, without a token in a header."""
    arguments = {"environ_base": {"REMOTE_ADDR": address}, "query_string": query}
    return daemon.request("GET", f"/0.1{path}", None, headers, **arguments)


def assert_is_empty(response, status):
    assert (response.status_code, response.data) == (status, b"")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "headers"), [(TEXT_FORM, {}), (JSON_FORM, TEXT), (TEXT_FORM, {"Accept": "application/json"})]
)
def test_the_body_is_the_name_and_nothing_else(daemon, path, headers):
    response = daemon.get(path, exten="+33199001234", headers=headers)
    assert (response.status_code, response.data) == (200, b"Ada Stern")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("exten", ADDRESSES)
def test_a_number_is_found_however_a_pbx_writes_it(daemon, exten):
    assert daemon.get(TEXT_FORM, exten=exten).text == "Ada Stern"


def test_a_plus_that_a_pbx_does_not_encode_is_still_a_plus(daemon):
    for query in ("exten=+33199001234", "exten=%2B33199001234", "exten=sip:+33199001234@h"):
        assert daemon.request("GET", f"/0.1{TEXT_FORM}?{query}").text == "Ada Stern"


def test_without_a_reverse_column_the_name_is_that_of_the_display(daemon):
    assert daemon.get(TEXT_FORM, exten="102").text == "Jérôme Müller"
    assert daemon.get(f"{REVERSE.format('bare')}/text", exten="102").text == ""


def test_a_contact_without_a_name_has_no_number_as_its_name(daemon):
    assert_is_empty(daemon.get(TEXT_FORM, exten="104"), 200)


def test_a_name_has_no_character_that_is_special_in_a_dialplan(daemon):
    assert daemon.get(TEXT_FORM, exten="103").text == "Ann Nan O\u2019Neil R+D id x 5551"
    assert daemon.get(TEXT_FORM, exten="103", ascii="1").text == "Ann Nan ONeil R+D id x 5551"


def test_a_name_is_cut_and_transliterated_as_the_query_says(daemon):
    assert daemon.get(TEXT_FORM, exten="102", max="6").text == "Jérôme"
    assert daemon.get(TEXT_FORM, exten="102", max="8", ascii="1").text == "Jerome M"
    assert [len(daemon.get(TEXT_FORM, exten="107", **limit).text) for limit in ({}, {"max": "256"})] == [
        79,
        256,
    ]


@pytest.mark.parametrize(
    "exten", ["999", *(exten for exten in HOSTILE_NUMBERS if exten != "\ud800")], ids=ascii
)
def test_an_unknown_number_is_a_200_without_a_body(daemon, exten):
    assert_is_empty(daemon.get(TEXT_FORM, exten=exten), 200)


@pytest.mark.parametrize(
    "exten", ["", " ", "anonymous", "Unavailable", '"Anonymous" <sip:anonymous@anonymous.invalid>']
)
def test_for_a_withheld_number_no_source_is_asked(daemon, caplog, exten):
    caplog.set_level("DEBUG", "xivo_dird.directory.outcome")
    assert_is_empty(daemon.get(TEXT_FORM, exten=exten), 200)
    assert daemon.get(JSON_FORM, exten=exten).json == {
        "display": None,
        "exten": exten,
        "fields": {},
        "source": None,
    }
    assert caplog.messages == []
    assert daemon.get(TEXT_FORM, exten="102").text
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(
    "exten", ["0", "sip:0@192.0.2.17", "tel:0", '"Ada" <sip:0@pbx.example.org:5060>;tag=1']
)
def test_an_extension_of_one_digit_has_a_name(daemon, exten):
    assert daemon.get(TEXT_FORM, exten=exten).text == "Operator"


WRONG = {
    "no exten": {},
    "exten of 257 characters": {"exten": "1" * 257},
    "max 0": {"exten": "102", "max": "0"},
    "max 257": {"exten": "102", "max": "257"},
    "max no number": {"exten": "102", "max": "x"},
    "max empty": {"exten": "102", "max": ""},
    "max with a sign": {"exten": "102", "max": "1e2"},
    "max of 5000 digits": {"exten": "102", "max": "9" * 5000},
    "ascii no boolean": {"exten": "102", "ascii": "maybe"},
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
def test_a_wrong_parameter_is_a_400_without_a_body(daemon, caplog, query):
    caplog.set_level("DEBUG", "xivo_dird.http.errors")
    name = next(name for name in ("ascii", "max", "exten") if name in query or name == "exten")
    for path, headers in ((TEXT_FORM, {}), (JSON_FORM, TEXT)):
        assert_is_empty(daemon.get(path, headers=headers, **query), 400)
        assert caplog.messages[-1] == f"GET /0.1{path}: 400 invalid-data {name}"


def test_parameters_of_the_text_mean_nothing_in_json(daemon):
    plain = daemon.get(JSON_FORM, exten="102").json
    assert plain["fields"]["who"] == "Jérôme Müller"
    assert daemon.get(JSON_FORM, exten="102", max="x", ascii="maybe").json == plain


def test_an_unknown_profile_is_a_404_without_a_body(daemon):
    assert_is_empty(daemon.get(f"{REVERSE.format('nowhere')}/text", exten="102"), 404)
    assert_is_empty(daemon.get(REVERSE.format("nowhere"), headers=TEXT, exten="102"), 404)


def test_a_missing_or_poor_token_is_a_401_without_a_body(daemon):
    for token in (None, "wrong", "no-rights"):
        for path in (TEXT_FORM, JSON_FORM):
            response = daemon.get(path, token, TEXT, exten="102")
            assert_is_empty(response, 401)
            assert "WWW-Authenticate" not in response.headers
    assert daemon.get(TEXT_FORM, None, {"Authorization": PASSWORD_OF_TOKEN}, exten="102").status_code == 401
    assert_is_empty(ask(daemon, "192.0.2.1", exten="102", token="admin"), 401)


def test_a_source_that_does_not_answer_costs_the_name_only(tmp_path):
    config = pbx_configuration(tmp_path)
    config["lookup"] |= {"reverse_timeout": 0.2}
    with Daemon(config) as daemon:
        assert_is_empty(daemon.get(f"{REVERSE.format('late')}/text", exten="102"), 200)


def test_a_page_of_another_site_gets_both_reasons_to_vary(daemon):
    response = daemon.get(JSON_FORM, exten="102", headers={**TEXT, "Origin": "https://crm.example.org"})
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Access-Control-Allow-Origin"]


def test_a_pbx_is_let_in_by_its_password_its_url_or_its_network(open_daemon):
    assert ask(open_daemon, "192.0.2.1", headers={"Authorization": PASSWORD_OF_TOKEN}, exten="102").text
    assert ask(open_daemon, "192.0.2.1", exten="102", token="admin").text
    assert ask(open_daemon, "10.20.0.1", exten="102").text
    assert ask(open_daemon, "10.20.0.1", TEXT_FORM.replace(USER, "lobby"), exten="102").text


def test_the_json_form_of_an_open_view_still_requires_a_token(open_daemon):
    for headers in (TEXT, {"Authorization": PASSWORD_OF_TOKEN}, {}):
        response = ask(open_daemon, "10.20.0.1", JSON_FORM, headers, exten="102", token="admin")
        assert response.status_code == 401
        assert response.text == "" or "Accept" not in headers


def test_a_refused_pbx_gets_the_real_status_and_no_body(open_daemon):
    response = ask(open_daemon, "192.0.2.2", exten="102")
    assert_is_empty(response, 401)
    assert response.headers["WWW-Authenticate"] == CHALLENGE


def test_a_network_that_is_not_authorized_is_a_403_without_a_body(tmp_path):
    rules = {"methods": ["network"], "authorized_subnets": [{"subnet": "10.20.0.0/16", "tenant_uuid": OTHER}]}
    with Daemon(pbx_configuration(tmp_path, default=rules)) as daemon:
        assert_is_empty(ask(daemon, "192.0.2.2", exten="102"), 403)
        assert_is_empty(ask(daemon, "10.20.0.1", exten="102"), 404)


def test_wrong_tokens_in_urls_count_until_they_are_a_429(open_daemon):
    for _ in range(3):
        assert_is_empty(ask(open_daemon, "192.0.2.3", exten="102", token="guess"), 401)
    response = ask(open_daemon, "192.0.2.3", exten="102", token="guess")
    assert_is_empty(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert ask(open_daemon, "192.0.2.4", exten="102", token="admin").status_code == 200


def test_the_metrics_name_the_two_forms(open_daemon):
    ask(open_daemon, "10.20.0.1", exten="102", token="admin")
    open_daemon.get(JSON_FORM, exten="102")
    metrics = open_daemon.get("/metrics").text
    assert 'endpoint="reverse_text"' in metrics
    assert 'endpoint="reverse"' in metrics
