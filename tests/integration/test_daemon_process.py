"""The daemon as its administrator uses it: command line, first start, signals, exit status."""

import json
import os
import pty
import pwd
import shlex
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from servers.foreground import TENANT, Foreground
from servers.program import PROGRAM, run_program
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.authenticator import has_hash, hash_token, prepare_password
from xivo_dird.config.files import Arguments, load
from xivo_dird.process.first_start import daemon_paths
from xivo_dird.process.signals import MAX_SHUTDOWN_SECONDS

ROOT = Path(__file__).parents[2]
DEVELOPMENT = ROOT / "etc" / "xivo-dird" / "development.yml"


@pytest.fixture
def hanging_server() -> Iterator[socket.socket]:
    """Run a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


def provisioning(source: dict[str, object], timeout: float) -> dict[str, object]:
    """Return the declaration of one source, a display, and a profile `default` that uses them."""
    services = {"lookup": {"sources": [source["name"]], "options": {"timeout": timeout}}}
    return {
        "tenants": [{"uuid": TENANT}],
        "sources": [{"tenant": TENANT, **source}],
        "displays": [{"tenant": TENANT, "name": "default", "columns": [{"field": "name"}]}],
        "profiles": [{"tenant": TENANT, "name": "default", "display": "default", "services": services}],
    }


def test_the_first_start_prints_a_command_that_answers_with_people(tmp_path: Path) -> None:
    development = yaml.safe_load(DEVELOPMENT.read_text(encoding="utf-8"))
    sample = {"csv": {"folders": [str(ROOT / development["backends"]["csv"]["folders"][0])]}}
    with Foreground(tmp_path, provisioning=development["provisioning"], backends=sample) as daemon:
        wait_until(lambda: daemon.printed().count("\n") == 3)
        line, hint, link = daemon.printed().splitlines()
        process = subprocess.run(shlex.split(line), capture_output=True, check=True, timeout=TIMEOUT)
        assert len(json.loads(process.stdout)["results"]) > 3
        assert "replace it by one of your names" in hint
        code = link.partition("/#code=")[2]
        assert daemon.post("/session", {"code": code})[0] == 201


def test_personal_contacts_are_found_beside_the_sample_people(tmp_path: Path) -> None:
    development = yaml.safe_load(DEVELOPMENT.read_text(encoding="utf-8"))
    sample = {"csv": {"folders": [str(ROOT / development["backends"]["csv"]["folders"][0])]}}
    contact = {"firstname": "Marie", "lastname": "Stern", "mobile": "+33 6 39 98 77 77", "company": "Acme"}
    with Foreground(tmp_path, provisioning=development["provisioning"], backends=sample) as daemon:
        assert daemon.post("/personal", contact)[0] == 201
        results = json.loads(daemon.get("/directories/lookup/default?term=mar")[1])["results"]
        found = [result["column_values"][:4] for result in results if result["source"] == "personal"]
        assert found == [["Marie Stern", None, "+33 6 39 98 77 77", "Acme"]]
        assert len(results) > 4


def test_the_first_token_is_readable_by_its_owner_alone_and_is_not_logged(tmp_path: Path) -> None:
    with Foreground(tmp_path, "-d") as daemon:
        assert stat.S_IMODE(daemon.token_file.stat().st_mode) == 0o600
        assert daemon.token() not in daemon.log()


def test_a_second_start_keeps_the_token_and_prints_nothing(tmp_path: Path) -> None:
    tokens = []
    for _ in range(2):
        with Foreground(tmp_path) as daemon:
            tokens.append(daemon.token())
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
        daemon.log_file.unlink()
    assert tokens[0] == tokens[1]
    assert daemon.printed() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_daemon_stops_cleanly_at_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with Foreground(tmp_path) as daemon:
        daemon.signal(number)
        assert daemon.wait() == 0
        assert "Stopped" in daemon.log()
        assert "Traceback" not in daemon.log()


def test_the_daemon_stops_while_a_source_hangs(tmp_path: Path, hanging_server: socket.socket) -> None:
    source: dict[str, object] = {
        "name": "staff",
        "backend": "ldap",
        "ldap_uri": f"ldap://127.0.0.1:{hanging_server.getsockname()[1]}",
        "ldap_base_dn": "dc=example",
        "ldap_network_timeout": LONG_TIMEOUT,
        "ldap_timeout": LONG_TIMEOUT,
        "searched_columns": ["cn"],
    }
    with Foreground(tmp_path, provisioning=provisioning(source, timeout=LONG_TIMEOUT)) as daemon:
        client = threading.Thread(target=_lookup_ignoring_errors, args=(daemon,), daemon=True)
        client.start()
        connection, _ = hanging_server.accept()
        with connection, assert_prompt():
            daemon.signal(signal.SIGTERM)
            assert daemon.wait() == 0
        client.join(TIMEOUT)


def test_a_stop_takes_less_than_five_seconds_whatever_hangs() -> None:
    assert MAX_SHUTDOWN_SECONDS < 5


def _lookup_ignoring_errors(daemon: Foreground) -> None:
    try:
        daemon.get("/directories/lookup/default?term=ann")
    except OSError:
        return


def test_the_log_file_is_reopened_at_sighup(tmp_path: Path) -> None:
    with Foreground(tmp_path) as daemon:
        moved = tmp_path / "dird.log.1"
        daemon.log_file.rename(moved)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_log("The log file was reopened")
        assert "Listens on" in moved.read_text()
        assert daemon.get("/status")[0] in {200, 401}


def test_the_log_level_of_the_command_line_wins(tmp_path: Path) -> None:
    with Foreground(tmp_path, "-l", "info", log_level="critical") as daemon:
        assert "(INFO)" in daemon.log()


def test_a_port_in_use_is_one_clear_line_and_status_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        daemon = Foreground(tmp_path, rest_api={"port": port})
        status, output, errors = run_program(["-c", str(daemon.config_file)])
    assert (status, output) == (1, "")
    assert errors == (
        f"xivo-dird: Can't listen on rest_api.listen 127.0.0.1, rest_api.port {port}: Address already in use\n"
    )


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"colour": "red"}, "colour: unknown key"),
        ({"rest_api": {"port": "many"}}, "rest_api.port: "),
        (
            {"rest_api": {"certificate": "/none.pem", "private_key": "/none.key"}},
            "rest_api.certificate: /none.pem",
        ),
        ({"log_filename": "/none/at/all.log"}, "log_filename: /none/at/all.log can't be opened"),
        ({"user": "no-such-user"}, "user: no such system user"),
        ({"state_directory": "/dev/null/state"}, "state_directory: /dev/null/state can't be made"),
        ({"auth": {"method": "no_such_method"}}, "auth.method: "),
        ({"db_uri": "nonsense"}, "db_uri: it is neither sqlite:///<path> nor postgresql"),
        ({"provisioning": {"tenants": [{"uuid": "x"}]}}, "provisioning.tenants.0.uuid: 'x' is not a UUID"),
        ({"auth": {"method": "static", "colour": "red"}}, "auth.colour: "),
        ({"backends": {"csv": {"colour": "red"}}}, "backends.csv.colour: "),
        (
            {
                "provisioning": {
                    "tenants": [{"uuid": TENANT}],
                    "sources": [{"tenant": TENANT, "name": "a", "backend": "ldap"}],
                }
            },
            "provisioning.sources.0.ldap_uri: ",
        ),
    ],
)
def test_a_wrong_configuration_is_one_line_with_file_and_key_and_status_2(
    tmp_path: Path, keys: dict[str, object], key: str
) -> None:
    daemon = Foreground(tmp_path, **keys)
    status, output, errors = run_program(["-c", str(daemon.config_file)])
    assert (status, output) == (2, "")
    assert errors.startswith(f"xivo-dird: {daemon.config_file}: {key}")
    assert errors.count("\n") == 1
    assert not daemon.token_file.exists()


def test_check_config_succeeds_before_the_first_start_and_writes_nothing(tmp_path: Path) -> None:
    daemon = Foreground(tmp_path)
    status, output, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    assert (status, output, errors) == (0, "The configuration is right.\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.yml"]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"rest_api": {"certificate": "/tmp", "private_key": "/tmp"}}, "rest_api.certificate: /tmp"),
        ({"user": "no-such-user"}, "user: no such system user"),
        ({"rest_api": {"listen": "foo bar"}}, "rest_api.listen: 'foo bar' is not an address"),
        (
            {"provisioning": provisioning({"name": "a", "backend": "csv", "file": "/etc/passwd"}, 1)},
            "provisioning.sources.0: file: /etc/passwd is outside the allowed folders",
        ),
    ],
)
def test_check_config_reports_the_same_error_as_a_start(
    tmp_path: Path, keys: dict[str, object], key: str
) -> None:
    daemon = Foreground(tmp_path, **keys)
    status, output, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    assert (status, output) == (2, "")
    assert errors.startswith(f"xivo-dird: {daemon.config_file}: {key}")


def test_a_broken_extra_file_is_logged_by_a_start_and_fails_check_config(tmp_path: Path) -> None:
    conf_d = tmp_path / "conf.d"
    conf_d.mkdir()
    (conf_d / "broken.yml").write_text("rest_api: [1", encoding="utf-8")
    with Foreground(tmp_path, extra_config_files=str(conf_d)) as daemon:
        assert f"{conf_d}/broken.yml: line 1: " in daemon.log()
        assert daemon.get("/status")[0] == 200
    status, output, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    assert (status, output) == (2, "")
    assert errors.startswith(f"xivo-dird: {conf_d}/broken.yml: line 1: ")
    assert errors.count("\n") == 1


def test_a_file_of_an_older_deployment_starts_with_a_warning_per_key(tmp_path: Path) -> None:
    legacy = {"consul": {"port": 8500}, "source_config_dir": "/etc/xivo-dird/sources.d"}
    with Foreground(tmp_path, auth={"host": "127.0.0.1", "port": 9}, **legacy) as daemon:
        for key in legacy:
            assert daemon.log().count(f"{daemon.config_file}: {key}: the key has no effect") == 1
        assert "auth.method is not set: wazo_auth is used" in daemon.log()


def test_check_config_connects_to_no_server(tmp_path: Path, hanging_server: socket.socket) -> None:
    port = hanging_server.getsockname()[1]
    account = {"host": "127.0.0.1", "port": port, "username": "a", "password": "b"}
    daemon = Foreground(tmp_path, auth={"method": "wazo_auth", **account})
    assert run_program(["-c", str(daemon.config_file), "--check-config"])[0] == 0
    hanging_server.settimeout(0)
    with pytest.raises(BlockingIOError):
        hanging_server.accept()


def test_check_config_reports_the_key_of_an_error(tmp_path: Path) -> None:
    daemon = Foreground(tmp_path, auth={"method": "static", "tokens": [{"hash": "x"}]})
    status, _, errors = run_program(["-c", str(daemon.config_file), "--check-config"])
    assert status == 2
    assert errors.startswith(f"xivo-dird: {daemon.config_file}: auth.tokens.0.")


def test_hash_token_prints_the_hash_of_a_piped_token() -> None:
    assert run_program(["--hash-token"], "s3cret\n") == (0, hash_token("s3cret") + "\n", "")


def test_hash_token_without_a_token_is_a_usage_error() -> None:
    assert run_program(["--hash-token"])[0] == 2


def test_hash_password_prints_a_hash_of_the_first_piped_line() -> None:
    status, output, errors = run_program(["--hash-password"], " s3cret: \nmore\n")
    assert (status, errors) == (0, "")
    assert has_hash(prepare_password(" s3cret: "), output.removesuffix("\n"))


@pytest.mark.parametrize("text", ["", "\n", "s3cret\0\n", f"{'s3cret' * 167}\n"])
def test_hash_password_of_no_password_is_a_usage_error(text: str) -> None:
    status, output, errors = run_program(["--hash-password"], text)
    assert (status, output) == (2, "")
    assert errors.startswith("xivo-dird: --hash-password: the password ")
    assert "s3cret" not in errors


def test_hash_password_asks_at_a_terminal_without_showing_what_is_typed() -> None:
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [str(PROGRAM), "--hash-password"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        try:
            assert process.stderr is not None
            assert process.stderr.read(10) == b"Password: "
            os.write(controller, b"s3cret\n")
            output, errors = process.communicate(timeout=TIMEOUT)
        finally:
            os.close(controller)
    assert has_hash(prepare_password("s3cret"), output.decode().removesuffix("\n"))
    assert b"s3cret" not in output + errors


def test_an_unknown_option_is_a_usage_error() -> None:
    assert run_program(["--colour"])[0] == 2


def test_every_written_file_is_given_to_the_user_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    source: dict[str, object] = {
        "name": "crew",
        "backend": "csv",
        "file": "people.csv",
        "searched_columns": ["name"],
    }
    keys: dict[str, object] = {
        "provisioning": provisioning(source, TIMEOUT),
        "backends": {"csv": {"folders": [str(tmp_path)]}},
    }
    with Foreground(tmp_path, **keys) as daemon:
        daemon.wait_for_log("Source 'crew': 1 entries")
        config = load(Arguments(daemon.config_file)).config
        written = {daemon.log_file, *(tmp_path / "state").rglob("*")}
        assert daemon.token_file in written
        assert any(path.suffix == ".sqlite" for path in written)
        assert written <= set(daemon_paths(config))


DROP_PRIVILEGES = """
import os, pathlib, sys
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.process.privileges import drop_privileges
try:
    drop_privileges("nobody", [pathlib.Path(path) for path in sys.argv[1:]])
    print(*os.getresuid(), *os.getresgid())
    os.setuid(0)
except (InvalidConfiguration, PermissionError) as error:
    print(type(error).__name__)
"""


def test_root_becomes_the_configured_user_for_good_others_get_an_error(
    tmp_path: Path,
) -> None:
    log_file = tmp_path / "dird.log"
    log_file.touch()
    foreign, link = tmp_path / "foreign", tmp_path / "link"
    foreign.touch()
    link.hardlink_to(foreign)
    command = [sys.executable, "-c", DROP_PRIVILEGES, str(log_file), str(link)]
    process = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=TIMEOUT)
    nobody = pwd.getpwnam("nobody")
    if os.geteuid() == 0:
        ids = " ".join(map(str, [nobody.pw_uid] * 3 + [nobody.pw_gid] * 3))
        assert process.stdout == f"{ids}\nPermissionError\n"
        assert log_file.stat().st_uid == nobody.pw_uid
        assert link.stat().st_uid == 0
        return
    assert process.stdout == "InvalidConfiguration\n"
