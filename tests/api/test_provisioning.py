"""Resources that the configuration declares, as they are stored at a start."""

import pytest

from api.conftest import CHILD, TENANT, Daemon, configuration, csv_source
from xivo_dird.exceptions import InvalidConfiguration

LOOKUP = "/directories/lookup/default"


def names(daemon, term=""):
    results = daemon.get(LOOKUP, term=term).json["results"]
    return [(result["source"], result["column_values"][0]) for result in results]


def declared(tmp_path, db_uri, **changes):
    config = configuration(tmp_path, db_uri=db_uri)
    config["provisioning"] = {**config["provisioning"], **changes}
    return config


def test_a_second_start_changes_nothing(tmp_path, db_uri):
    seen = []
    for _ in range(2):
        with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
            seen.append((names(daemon), list(daemon.get("/status").json["sources"])))
    assert seen[0] == seen[1]


def test_a_changed_declaration_is_used_from_the_next_start(tmp_path, db_uri):
    with Daemon(declared(tmp_path, db_uri)) as daemon:
        assert len(names(daemon, "stern")) == 1
    changed = csv_source(searched_columns=["firstname"], format_columns={"name": "{lastname}"})
    with Daemon(declared(tmp_path, db_uri, sources=[changed])) as daemon:
        assert names(daemon, "stern") == []
        assert names(daemon, "ada") == [("crew", "Stern")]


def test_sources_answer_in_the_declared_order(tmp_path, db_uri):
    config = configuration(
        tmp_path, [csv_source(name="zz"), csv_source(name="aa")], ["zz", "crew", "aa"], db_uri=db_uri
    )
    with Daemon(config) as daemon:
        assert [source for source, _ in names(daemon, "stern")] == ["zz", "crew", "aa"]


@pytest.mark.parametrize(
    ("kind", "entry", "message"),
    [
        ("sources", {**csv_source(), "file": ""}, "provisioning.sources.0.file: "),
        ("sources", {**csv_source(), "seperator": ";"}, "provisioning.sources.0.seperator: unknown key"),
        ("sources", {**csv_source(), "tenant": "nowhere"}, "provisioning.sources.0.tenant: 'nowhere'"),
        ("displays", {"tenant": "main", "name": "desk", "columns": []}, "provisioning.displays.0.columns"),
        ("profiles", {"tenant": "main", "name": "p", "display": "no"}, "provisioning.profiles.0.display: "),
        (
            "profiles",
            {"tenant": "main", "name": "p", "services": {"lookup": {"sources": ["crew", "no"]}}},
            "provisioning.profiles.0.services.lookup.sources.1: no source 'no'",
        ),
        (
            "profiles",
            {"tenant": "main", "name": "p", "services": {"lookup": {"options": {"timeout": 0}}}},
            "provisioning.profiles.0.services.lookup.options.timeout: ",
        ),
        ("profiles", {"tenant": "main", "name": "p", "colour": 1}, "provisioning.profiles.0.colour: "),
        (
            "profiles",
            {"tenant": "main", "name": "p", "services": {"lokup": {"sources": ["crew"]}}},
            "provisioning.profiles.0.services.lokup: ",
        ),
        (
            "profiles",
            {"tenant": "main", "name": "p", "services": {"lookup": {"options": {"timout": 1}}}},
            "provisioning.profiles.0.services.lookup.options.timout: ",
        ),
        (
            "displays",
            {"tenant": "main", "name": "desk", "columns": [{"field": "name", "titel": "Name"}]},
            "provisioning.displays.0.columns.0.titel: unknown key",
        ),
        (
            "displays",
            {"tenant": "main", "name": "desk", "colums": [], "columns": [{"field": "name"}]},
            "provisioning.displays.0.colums: unknown key",
        ),
        (
            "sources",
            {"tenant": "main", "name": "g", "backend": "google", "auth": {"hots": "x"}},
            "provisioning.sources.0.auth.hots: unknown key",
        ),
        ("tenants", {"uuid": TENANT, "parent": CHILD}, "provisioning.tenants.0.parent: no tenant"),
        ("tenants", {"uuid": TENANT, "parent": TENANT}, "provisioning.tenants.0.parent: a tenant is not its"),
    ],
)
def test_a_wrong_declaration_is_one_line_that_names_its_key(tmp_path, kind, entry, message):
    with pytest.raises(InvalidConfiguration) as caught:
        Daemon(declared(tmp_path, "sqlite://", **{kind: [entry]}))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_the_same_name_twice_in_a_tenant_is_an_error(tmp_path):
    with pytest.raises(InvalidConfiguration, match=r"sources\.1\.name: 'crew' is declared twice"):
        Daemon(declared(tmp_path, "sqlite://", sources=[csv_source(), csv_source()]))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"uuid": TENANT.upper()}, "provisioning.tenants.1.uuid: "),
        ({"uuid": CHILD, "name": "main"}, "provisioning.tenants.1.name: 'main'"),
    ],
)
def test_a_tenant_declared_twice_is_an_error(tmp_path, second, message):
    with pytest.raises(InvalidConfiguration) as caught:
        Daemon(declared(tmp_path, "sqlite://", tenants=[{"uuid": TENANT, "name": "main"}, second]))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("uri", ["nonsense", "mysql://u:s3cret@a/b", "sqlite+no_such://", "oracle://a"])
def test_an_unusable_store_is_reported_without_its_password(tmp_path, uri):
    with pytest.raises(InvalidConfiguration, match=r"^db_uri: ") as caught:
        Daemon(configuration(tmp_path, db_uri=uri))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"auth": {"method": "nowhere"}}, "auth.method: no plugin 'nowhere'"),
        ({"auth": {"method": "static", "tokken": 1}}, "auth.tokken: "),
        ({"backends": {"csv": {"folder": ["/tmp"]}}}, "backends.csv.folder: "),
        ({"backends": {"nowhere": {}}}, "backends.nowhere: "),
    ],
)
def test_a_wrong_section_of_a_plugin_names_its_key(tmp_path, section, message):
    with pytest.raises(InvalidConfiguration) as caught:
        Daemon(configuration(tmp_path, **section))
    assert str(caught.value).startswith(message)


def test_a_source_of_a_missing_backend_lacks_only_its_own_entries(tmp_path, db_uri):
    odd = {"tenant": "main", "name": "odd", "backend": "nowhere", "anything": 1}
    with Daemon(configuration(tmp_path, [odd], ["odd", "crew"], db_uri=db_uri)) as daemon:
        assert {source for source, _ in names(daemon)} == {"crew"}
        reports = daemon.get("/status").json["sources"].values()
        assert next(report["error"] for report in reports if report["name"] == "odd")


def test_a_tenant_may_be_named_by_its_uuid(tmp_path, db_uri):
    with Daemon(declared(tmp_path, db_uri, sources=[{**csv_source(), "tenant": TENANT}])) as daemon:
        assert names(daemon)
