"""The files of the web page: their headers, and that browsers get each version once."""

import gzip
import re

import pytest

from api.conftest import Daemon, configuration

DIRECTIVES = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
]


def get(daemon, path, **headers):
    return daemon.request("GET", path, None, {name.replace("_", "-"): text for name, text in headers.items()})


def linked(daemon):
    """Return the paths of all files that the page names."""
    names = re.findall(r'(?:href|src)="([^"]+)"', get(daemon, "/").text)
    assert names
    return [f"/{name}" for name in names]


def test_the_page_and_all_that_it_names_are_there(shared_daemon):
    assert get(shared_daemon, "/").content_type == "text/html; charset=utf-8"
    types = {get(shared_daemon, path).content_type for path in linked(shared_daemon)}
    assert types == {"text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"}


def test_every_file_forbids_what_the_page_does_not_need(shared_daemon):
    for path in ("/", *linked(shared_daemon)):
        response = get(shared_daemon, path)
        assert response.status_code == 200
        policy = response.headers["Content-Security-Policy"]
        assert set(DIRECTIVES) <= set(policy.split("; "))
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert len(response.headers.getlist("Date")) <= 1


def test_the_page_has_no_script_and_no_style_of_its_own(shared_daemon):
    page = get(shared_daemon, "/").text
    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", page)


def test_a_browser_that_has_a_file_gets_it_again_only_if_it_has_changed(shared_daemon):
    for path in ("/", *linked(shared_daemon)):
        first = get(shared_daemon, path, Accept_Encoding="gzip")
        assert first.headers["Cache-Control"] == "no-cache"
        again = get(shared_daemon, path, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert get(shared_daemon, path, If_None_Match=first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("accepted", ["gzip", "gzip;q=0.5, identity;q=0.1", "br, gzip", "*"])
def test_a_file_is_compressed_for_browsers_that_accept_it(shared_daemon, accepted):
    plain = get(shared_daemon, "/")
    compressed = get(shared_daemon, "/", Accept_Encoding=accepted)
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == plain.data
    assert "Accept-Encoding" in compressed.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_a_file_is_not_compressed_for_others(shared_daemon, accepted):
    assert "Content-Encoding" not in get(shared_daemon, "/", Accept_Encoding=accepted).headers


@pytest.mark.parametrize(
    "path", ["/web", "/web/", "/web/../app.js", "/web/%2e%2e/index.html", "/web/none.js", "//web/app.js"]
)
def test_there_is_nothing_else_beside_the_files(shared_daemon, path):
    assert get(shared_daemon, path).status_code == 404


def test_the_files_are_only_read(shared_daemon):
    assert shared_daemon.request("HEAD", "/").status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        assert shared_daemon.request(method, "/").status_code == 405


def test_without_the_view_there_is_no_page(tmp_path):
    plugins = {"views": {"web": False}}
    with Daemon(configuration(tmp_path, enabled_plugins=plugins)) as daemon:
        assert get(daemon, "/").status_code == 404
        assert daemon.controller.new_sign_in_code("admin") is None
        assert get(daemon, "/0.1/session").status_code == 200
