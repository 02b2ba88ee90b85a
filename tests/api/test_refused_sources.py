"""A source that the daemon would refuse to open is refused when it is stored."""

import pytest

from api.rest import check_error, create
from api.source_bodies import LDAP, MINIMAL

COLUMN = {"searched_columns": ["cn"]}

REFUSED = [
    ("carddav", {"url": "http://10.0.0.1/dav/"}, "url", "has no public address"),
    ("carddav", {"verify_certificate": "/etc/passwd"}, "verify_certificate", "outside the allowed folders"),
    ("csv", {"file": "/etc/passwd"}, "file", "outside the allowed folders"),
    ("csv", {"file": "../people.csv"}, "file", "outside the allowed folders"),
    ("csv", {"file": "a/../../people.csv"}, "file", "outside the allowed folders"),
    ("csv", {"file": "/"}, "file", "outside the allowed folders"),
    ("csv", {"file": "/proc/self/environ"}, "file", "outside the allowed folders"),
    ("csv", {"file": "/root/secret.csv", **COLUMN}, "file", "outside the allowed folders"),
    ("csv", {"separator": '"'}, "separator", "can't separate the cells"),
    ("csv", {"separator": "\n"}, "separator", "can't separate the cells"),
    ("csv_ws", {"delimiter": '"'}, "delimiter", "can't separate the cells"),
    ("csv_ws", {"lookup_url": "http://10.0.0.1/people"}, "lookup_url", "has no public address"),
    ("csv_ws", {"list_url": "http://[::ffff:10.0.0.1]/"}, "list_url", "has no public address"),
    ("ldap", {"ldap_uri": "http://localhost"}, "ldap_uri", "is no LDAP URI"),
    ("ldap", {"ldap_uri": "ldap://"}, "ldap_uri", "is no LDAP URI"),
    ("ldap", {"ldap_uri": "ldap://user@localhost", **COLUMN}, "ldap_uri", "belong in ldap_username"),
    ("ldap", {"ldap_uri": "ldaps://localhost", "ldap_start_tls": True}, "_schema", "ldap_start_tls"),
    ("ldap", {"ldap_username": "cn=me"}, "_schema", "ldap_username needs an ldap_password"),
    ("ldap", {"ldap_custom_filter": "(cn=*"}, "_schema", "no LDAP filter"),
    ("ldap", {"searched_columns": ["c n)"]}, "searched_columns", "can't be the name of an LDAP attribute"),
]
parametrize = pytest.mark.parametrize(("backend", "fields", "key", "reason"), REFUSED)


@parametrize
def test_such_a_source_is_not_created(shared_daemon, backend, fields, key, reason):
    path = f"/backends/{backend}/sources"
    before = shared_daemon.get(path).json["total"]
    body = {"name": "refused", **MINIMAL[backend], **fields}
    response = shared_daemon.request("POST", f"/0.1{path}", json=body)
    (message,) = check_error(response, 400, "invalid-data")[key]
    assert reason in message
    assert reason in response.json["message"]
    assert shared_daemon.get(path).json["total"] == before


@parametrize
def test_no_source_is_replaced_by_such_a_one(shared_daemon, backend, fields, key, reason):
    path = f"/backends/{backend}/sources"
    name = f"{backend} {REFUSED.index((backend, fields, key, reason))}"
    stored = create(shared_daemon, path, {"name": name, **MINIMAL[backend]})
    item = f"{path}/{stored['uuid']}"
    response = shared_daemon.request("PUT", f"/0.1{item}", json={**stored, **fields})
    assert reason in check_error(response, 400, "invalid-data")[key][0]
    assert shared_daemon.get(item).json == stored
    unknown = shared_daemon.request("PUT", f"/0.1{path}/unknown", json={**stored, **fields})
    assert unknown.status_code == 400


def test_a_file_behind_a_link_that_leaves_the_folder_is_refused(daemon, tmp_path):
    (tmp_path / "csv" / "link.csv").symlink_to("/etc/passwd")
    body = {"name": "link", "file": "link.csv"}
    response = daemon.request("POST", "/0.1/backends/csv/sources", json=body)
    assert "outside the allowed folders" in check_error(response, 400, "invalid-data")["file"][0]


@pytest.mark.parametrize(
    ("backend", "fields"),
    [
        ("csv", {"file": "not-there-yet.csv"}),
        ("csv", {"file": "folder/not-there-yet.csv"}),
        (
            "csv_ws",
            {"lookup_url": "https://not-there-yet.example.org/", "verify_certificate": "not/there.pem"},
        ),
        ("csv_ws", {"lookup_url": "https://localhost/", "verify_certificate": "/outside/ca.pem"}),
        ("ldap", LDAP),
        ("ldap", {**LDAP, "ldap_verify_certificate": "not/there/yet.pem"}),
        ("ldap", {**LDAP, "ldap_uri": "ldap://not-there-yet.example.org"}),
        ("google", {}),
        ("personal", {}),
    ],
)
def test_a_source_that_may_work_later_is_accepted(shared_daemon, backend, fields):
    body = {"name": f"later {backend} {sorted(fields.items())}", **fields}
    create(shared_daemon, f"/backends/{backend}/sources", body)
