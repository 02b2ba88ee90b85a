"""Secrets of sources over REST: references, masks instead of secrets, and masks that keep secrets."""

import json

import pytest

from api.conftest import CHILD, OTHER, TENANT, Daemon, configuration
from api.rest import check_error, create
from api.source_bodies import LDAP, MINIMAL
from servers.slapd import Slapd
from waiting import wait_until
from xivo_dird.config.masking import MASK

SECRET = "s3cret-of-the-source"
ACCOUNT = {"ldap_username": "cn=me", "ldap_password": SECRET}
WAZO = {"auth": {"username": "u", "password": SECRET, "host": "auth"}, "confd": {"host": "confd"}}
CSV_WS = {"lookup_url": f"https://u:{SECRET}@host/x"}
SAMPLES = [("ldap", {**LDAP, **ACCOUNT}), ("wazo", WAZO), ("conference", WAZO), ("csv_ws", CSV_WS)]
samples = pytest.mark.parametrize(("backend", "options"), SAMPLES)


@pytest.fixture(params=[True, False], ids=["shown", "hidden"])
def shows_secrets(request):
    return request.param


@pytest.fixture
def folder(tmp_path):
    """Create the folder of the tenants' secrets."""
    for tenant in (TENANT, CHILD, OTHER):
        (tmp_path / "secrets" / tenant).mkdir(parents=True)
        (tmp_path / "secrets" / tenant / "ldap").write_text(f"{SECRET}-{tenant}\n", encoding="utf-8")
    return tmp_path / "secrets"


def config(tmp_path, sources=(), **changes):
    changes.setdefault("secrets", {"tenant_folder": tmp_path / "secrets"})
    return configuration(tmp_path, sources, **changes)


@pytest.fixture
def daemon(tmp_path, folder, shows_secrets):
    with Daemon(config(tmp_path, rest_api={"show_secrets": shows_secrets})) as daemon:
        yield daemon


def post(daemon, backend, **options):
    body = {"name": "refused", **MINIMAL[backend], **options}
    return daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)


def put(daemon, backend, uuid, body):
    return daemon.request("PUT", f"/0.1/backends/{backend}/sources/{uuid}", json=body)


@samples
def test_secrets_are_shown_unless_the_configuration_hides_them(daemon, shows_secrets, backend, options):
    path = f"/backends/{backend}/sources"
    stored = create(daemon, path, {"name": "n", **options})
    answers = [stored, daemon.get(f"{path}/{stored['uuid']}").json, daemon.get(path).json["items"][0]]
    assert answers == [stored] * 3
    assert (SECRET in json.dumps(stored)) is shows_secrets
    assert (MASK in json.dumps(stored)) is not shows_secrets


def masked(body):
    return json.loads(json.dumps(body).replace(SECRET, MASK))


@samples
def test_what_was_read_can_be_sent_back_and_keeps_the_secret(tmp_path, folder, db_uri, backend, options):
    path = f"/backends/{backend}/sources"
    with Daemon(config(tmp_path, db_uri=db_uri, rest_api={"show_secrets": False})) as daemon:
        shown = create(daemon, path, {"name": "n", **options})
        for body in (
            shown,
            daemon.get(f"{path}/{shown['uuid']}").json,
            {**shown, "searched_columns": ["cn"]},
        ):
            response = put(daemon, backend, shown["uuid"], body)
            assert response.status_code == 204, response.text
    with Daemon(config(tmp_path, db_uri=db_uri)) as daemon:
        stored = daemon.get(f"{path}/{shown['uuid']}").json
        assert masked(stored) == {**shown, "searched_columns": ["cn"]}
        assert SECRET in json.dumps(stored)
        assert put(daemon, backend, shown["uuid"], shown).status_code == 204
        assert SECRET in daemon.get(f"{path}/{shown['uuid']}").text


@pytest.mark.parametrize(
    ("backend", "options", "path"),
    [
        ("ldap", {"ldap_username": "u", "ldap_password": MASK}, ("ldap_password",)),
        ("wazo", {"auth": {"username": "u", "password": MASK}}, ("auth", "password")),
        ("csv_ws", {"lookup_url": f"https://u:{MASK}@host/x"}, ("lookup_url",)),
    ],
)
def test_a_mask_where_nothing_is_stored_is_refused_under_its_name(daemon, backend, options, path):
    source = create(daemon, f"/backends/{backend}/sources", {"name": "n", **MINIMAL[backend]})
    changed = put(daemon, backend, source["uuid"], {**source, **options})
    for response in (post(daemon, backend, **options), changed):
        details = check_error(response, 400, "invalid-data")
        for part in path:
            details = details[part]
        assert details == [f"{MASK} stands for a stored secret, and none is stored here: send the secret"]
    assert put(daemon, backend, "unknown", {"name": "n", **MINIMAL[backend], **options}).status_code == 404


@pytest.mark.parametrize(
    ("backend", "options", "changes"),
    [
        ("ldap", {**LDAP, **ACCOUNT}, {"ldap_uri": "ldap://evil"}),
        ("ldap", {**LDAP, **ACCOUNT}, {"ldap_verify_certificate": False}),
        ("ldap", {**LDAP, **ACCOUNT}, {"ldap_start_tls": True}),
        ("wazo", WAZO, {"auth": {**WAZO["auth"], "host": "evil"}}),
        ("wazo", WAZO, {"auth": {**WAZO["auth"], "port": 9}}),
        ("wazo", WAZO, {"auth": {**WAZO["auth"], "https": False}}),
        ("conference", WAZO, {"auth": {**WAZO["auth"], "verify_certificate": False}}),
        ("conference", WAZO, {"confd": {"host": "evil"}}),
        ("csv_ws", CSV_WS, {"lookup_url": f"https://u:{SECRET}@evil/x"}),
        ("csv_ws", CSV_WS, {"list_url": "https://evil/"}),
        ("csv_ws", CSV_WS, {"verify_certificate": "false"}),
    ],
)
def test_a_kept_secret_does_not_go_to_another_server(daemon, backend, options, changes):
    path = f"/backends/{backend}/sources"
    stored = create(daemon, path, {"name": "n", **options})
    body = {**stored, **options, **changes}
    response = put(daemon, backend, stored["uuid"], masked(body))
    check_error(response, 400, "invalid-data")
    assert "would send the stored secret to another place than before" in response.json["message"]
    assert SECRET not in response.text
    assert daemon.get(f"{path}/{stored['uuid']}").json == stored
    assert put(daemon, backend, stored["uuid"], body).status_code == 204, "the secret is sent again"


def test_a_reference_is_stored_and_shown_as_it_was_sent(daemon, shows_secrets):
    path = "/backends/ldap/sources"
    account = {"ldap_username": "cn=me", "ldap_password": "${file:ldap}"}
    stored = create(daemon, path, {"name": "n", **LDAP, **account})
    assert stored["ldap_password"] == ("${file:ldap}" if shows_secrets else MASK)
    assert put(daemon, "ldap", stored["uuid"], {**stored, "ldap_password": MASK}).status_code == 204
    assert daemon.get(f"{path}/{stored['uuid']}").json == stored
    assert SECRET not in daemon.get("/events").text
    assert "${file" not in daemon.get("/events").text


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("${env:HOME}", "only a source that is declared in YAML may use an environment variable"),
        ("${file:${env:HOME}}", "can't be nested"),
        ("${file:missing}", "can't be read: No such file or directory"),
        (f"${{file:../{OTHER}/ldap}}", "not a file below"),
        ("${file:/etc/hostname}", "not a file below"),
        ("${foo:ldap}", "is unknown"),
        ("${file:ldap", "needs a name and a closing brace"),
    ],
)
def test_a_reference_that_is_refused_is_named_and_not_stored(daemon, reference, reason):
    for backend, options, keys in (
        ("ldap", {"ldap_username": "u", "ldap_password": reference}, ("ldap_password",)),
        ("wazo", {"auth": {"username": "u", "password": reference}}, ("auth", "password")),
        ("csv_ws", {"lookup_url": f"https://u:{reference}@host/x"}, ("lookup_url",)),
    ):
        path = f"/backends/{backend}/sources"
        stored = create(daemon, path, {"name": f"n-{backend}", **MINIMAL[backend]})
        for response in (
            post(daemon, backend, **options),
            put(daemon, backend, stored["uuid"], {**stored, **options}),
        ):
            details = check_error(response, 400, "invalid-data")
            for key in keys:
                details = details[key]
            assert reason in details[0]
            assert SECRET not in response.text
        assert daemon.get(path).json["items"] == [stored]


def test_each_tenant_has_its_own_folder(daemon):
    options = {"ldap_username": "u", "ldap_password": f"${{file:../{TENANT}/ldap}}"}
    body = {"name": "n", **LDAP, **options}
    headers = {"Wazo-Tenant": CHILD}
    response = daemon.request("POST", "/0.1/backends/ldap/sources", json=body, headers=headers)
    assert "not a file below" in check_error(response, 400, "invalid-data")["ldap_password"][0]
    stored = create(daemon, "/backends/ldap/sources", {"name": "n", **LDAP}, headers=headers)
    response = put(daemon, "ldap", stored["uuid"], body)
    assert "not a file below" in check_error(response, 400, "invalid-data")["ldap_password"][0]
    body["ldap_password"] = "${file:ldap}"
    assert put(daemon, "ldap", stored["uuid"], body).status_code == 204


def test_a_source_that_does_not_exist_reads_no_secret(daemon):
    for name in (f"{TENANT}/ldap", f"{TENANT}/none"):
        options = {"ldap_username": "u", "ldap_password": f"${{file:{name}}}"}
        response = put(daemon, "ldap", "unknown", {"name": "n", **LDAP, **options})
        assert "has no folder for secrets" in check_error(response, 400, "invalid-data")["ldap_password"][0]


@pytest.mark.parametrize("password", ["$", "pa$$w{or}d", "{file:ldap}", "${", "${}", "$env:HOME", "****"])
def test_other_passwords_stay_as_they_are(tmp_path, password):
    with Daemon(config(tmp_path)) as daemon:
        account = {"ldap_username": "u", "ldap_password": password}
        stored = create(daemon, "/backends/ldap/sources", {"name": "n", **LDAP, **account})
        assert stored["ldap_password"] == password


@pytest.fixture(scope="module")
def slapd(tmp_path_factory):
    with Slapd(tmp_path_factory.mktemp("slapd"), tls=False) as server:
        yield server


def ldap_source(slapd, password):
    return {
        "name": "staff",
        "backend": "ldap",
        "ldap_uri": slapd.uri,
        "ldap_base_dn": slapd.base_dn,
        "ldap_username": slapd.bind_dn,
        "ldap_password": password,
        "ldap_network_timeout": 20,
        "ldap_timeout": 20,
        "searched_columns": ["cn"],
        "format_columns": {"name": "{cn}"},
    }


def count_found(daemon):
    return len(daemon.get("/directories/lookup/default", term="a").json["results"])


def errors(daemon):
    """Return the error of the source `staff`."""
    reports = daemon.get("/status").json["sources"].values()
    return next((each.get("error") or "" for each in reports if each["name"] == "staff"), "")


def test_a_declared_source_binds_with_the_secret_of_a_file(tmp_path, slapd, monkeypatch):
    file = tmp_path / "ldap-password"
    file.write_text(f"{slapd.password}\n", encoding="utf-8")
    monkeypatch.setenv("DIRD_LDAP_PASSWORD", slapd.password)
    for reference in (f"${{file:{file}}}", "${env:DIRD_LDAP_PASSWORD}"):
        source = {"tenant": "main", **ldap_source(slapd, reference)}
        with Daemon(config(tmp_path, [source], profile_sources=["staff"])) as daemon:
            assert count_found(daemon) > 0
            shown = daemon.get("/backends/ldap/sources").json["items"][0]
            assert shown["ldap_password"] == reference
            everything = "".join(daemon.get(path).text for path in ("/config", "/status", "/events"))
            assert slapd.password not in everything
            assert reference not in everything


def test_a_declared_source_opens_as_soon_as_its_secret_is_there(tmp_path, slapd):
    file = tmp_path / "ldap-password"
    source = {"tenant": "main", **ldap_source(slapd, f"${{file:{file}}}")}
    with Daemon(config(tmp_path, [source], profile_sources=["staff"])) as daemon:
        assert count_found(daemon) == 0
        assert f"ldap_password: ${{file:{file}}}: {file} can't be read" in errors(daemon)
        file.write_text(slapd.password, encoding="utf-8")
        wait_until(lambda: count_found(daemon) > 0)


def test_a_source_of_a_client_binds_with_the_secret_of_its_tenant(tmp_path, folder, slapd):
    (folder / TENANT / "slapd").write_text(f"{slapd.password}\n", encoding="utf-8")
    with Daemon(config(tmp_path, [], profile_sources=["crew"])) as daemon:
        body = ldap_source(slapd, "${file:slapd}")
        body.pop("backend")
        stored = create(daemon, "/backends/ldap/sources", body)
        services = {"lookup": {"sources": [{"uuid": stored["uuid"]}]}}
        display = daemon.get("/displays").json["items"][0]["uuid"]
        create(daemon, "/profiles", {"name": "staff", "display": {"uuid": display}, "services": services})
        assert daemon.get("/directories/lookup/staff", term="a").json["results"]


def test_a_source_that_is_no_longer_declared_has_the_rules_of_clients(tmp_path, folder, slapd, monkeypatch):
    monkeypatch.setenv("DIRD_LDAP_PASSWORD", slapd.password)
    reference = "${env:DIRD_LDAP_PASSWORD}"
    source = {"tenant": "main", **ldap_source(slapd, reference)}
    with Daemon(config(tmp_path, [source], profile_sources=["staff"])) as daemon:
        assert count_found(daemon) > 0
        stored = daemon.get("/backends/ldap/sources").json["items"][0]
        check_error(put(daemon, "ldap", stored["uuid"], stored), 409, "conflict", "sources")
    with Daemon(config(tmp_path)) as daemon:
        wait_until(lambda: errors(daemon))
        assert f"ldap_password: {reference}: only a source that is declared in YAML" in errors(daemon)
        response = put(daemon, "ldap", stored["uuid"], {**stored, "ldap_password": MASK})
        assert "declared in YAML" in check_error(response, 400, "invalid-data")["ldap_password"][0]
