"""The address of a client behind a reverse proxy: in the access log, and in the configuration."""

import pytest

from api.conftest import Daemon, configuration

SPOOFED = "198.51.100.66"


@pytest.mark.parametrize(
    ("peer", "proxies", "logged"),
    [
        ("192.0.2.1", ["127.0.0.1", "::1"], "192.0.2.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["127.0.0.1"], SPOOFED),
        ("::ffff:10.0.0.1", ["10.0.0.0/8"], SPOOFED),
    ],
)
def test_the_access_log_has_the_forwarded_address_of_a_trusted_proxy_alone(
    tmp_path, caplog, peer, proxies, logged
):
    caplog.set_level("INFO", "xivo_dird.access")
    rest_api = {"access_log": str(tmp_path / "access.log"), "trusted_proxies": proxies}
    headers = {"X-Forwarded-For": f"203.0.113.1, {SPOOFED}"}
    with Daemon(configuration(tmp_path, rest_api=rest_api)) as daemon:
        daemon.request("GET", "/0.1/status", headers=headers, environ_base={"REMOTE_ADDR": peer})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "xivo_dird.access"]
    assert line.startswith(f'{logged} "GET /0.1/status" 200 ')


def test_the_configuration_shows_proxies_and_the_names_of_the_daemon(tmp_path):
    rest_api = {
        "trusted_proxies": ["10.0.0.0/8", "::1"],
        "public_url": "https://pbx.example/dird/",
        "host_names": ["PBX."],
    }
    with Daemon(configuration(tmp_path, rest_api=rest_api)) as daemon:
        shown = daemon.get("/config").json["rest_api"]
    assert shown["trusted_proxies"] == ["10.0.0.0/8", "::1/128"]
    assert shown["public_url"] == "https://pbx.example/dird"
    assert shown["host_names"] == ["pbx"]
