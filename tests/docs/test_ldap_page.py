"""docs/ldap.md: its commands and its configuration work, and its tables are what the code does."""

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
import yaml

from docs.shown_configuration import assert_accepted
from servers.daemon import DaemonProcess
from servers.ports import HOST, ReservedPort
from waiting import TIMEOUT, wait_until
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.ldap_server import attributes, filters, model, questions, requests, session
from xivo_dird.ldap_server.contact_search import MAX_CONTACTS
from xivo_dird.ldap_server.tree import SCHEMA_DN
from xivo_dird.numbers.written import MIN_LOCAL_DIGITS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ldap.md").read_text(encoding="utf-8")
PHONES = (ROOT / "docs" / "phones.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
SHOWN_PORT = "127.0.0.1:3890"
BASE = DEVELOPMENT["ldap_server"]["base_dn"]
TENANT = DEVELOPMENT["provisioning"]["tenants"][0]["uuid"]
ENTRY = f"uid=people:50,ou=default,{BASE}"
COMMANDS = re.findall(r"^```sh\n(ldapsearch .*?)^```\n\n```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def make_run(tmp_path_factory):
    """Start a daemon with the settings of `make run`; yield the port of its LDAP listener."""
    folder = tmp_path_factory.mktemp("daemon")
    with reserved_port() as port, sample_daemon(folder, listen=f"127.0.0.1:{port}"):
        yield port


@contextmanager
def reserved_port():
    """Yield a port that nobody else gets for the length of the block."""
    reserved = ReservedPort()
    try:
        yield reserved.number
    finally:
        reserved.release()


def sample_daemon(folder, auth=None, **ldap):
    """Return a daemon with the sample people, which are indexed when it is ready."""
    keys = {"provisioning": DEVELOPMENT["provisioning"]}
    keys["backends"] = {"csv": {"folders": [str(ROOT / "etc/xivo-dird/sample")]}}
    keys["auth"] = auth or {"token_file": str(folder / "tokens.yml")}
    keys["ldap_server"] = {**DEVELOPMENT["ldap_server"], **ldap}
    return IndexedDaemon(folder, keys)


class IndexedDaemon(DaemonProcess):
    """A daemon that is ready when its sample people are indexed."""

    def start(self):
        super().start()
        wait_until(lambda: "60 entries" in self.log_file.read_text())


def run(command, **environment):
    return subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        env={**os.environ, **environment},
    )


def search(port, base, scope, *arguments):
    """Return the result code of a search without an account, and the names of the entries."""
    uri = f"ldap://127.0.0.1:{port}"
    command = ["ldapsearch", "-LLL", "-x", "-H", uri, "-b", base, "-s", scope, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    return ran.returncode, re.findall(r"^dn: ?(.*)$", ran.stdout, re.MULTILINE)


def rows(heading):
    """Return the cells of the rows of the table whose first heading is given."""
    (table,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]


def test_the_page_begins_with_a_command():
    assert PAGE.startswith(f"# LDAP for phones and mail clients\n\n```sh\n{COMMANDS[0][0]}")


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=["text", "profiles", "pages", "order"])
def test_a_command_prints_what_the_page_shows(make_run, command, printed):
    assert SHOWN_PORT in command
    assert DEVELOPMENT["ldap_server"]["listen"] == SHOWN_PORT
    ran = run(command.replace(SHOWN_PORT, f"127.0.0.1:{make_run}"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == printed


def test_the_first_file_is_that_of_make_run(shown_files, tmp_path):
    file = shown_files("ldap.md") / "ldap.yml"
    assert yaml.safe_load(file.read_text())["ldap_server"] == DEVELOPMENT["ldap_server"]
    file.write_text(file.read_text() + "auth: {method: static}\n")
    assert_accepted(file, tmp_path)


@pytest.mark.parametrize("name", ["accounts.yml", "attributes.yml"])
def test_a_shown_file_is_accepted(shown_files, tmp_path, name):
    assert_accepted(shown_files("ldap.md") / name, tmp_path)


def test_every_shown_file_is_tested(shown_files):
    names = {file.name for file in shown_files("ldap.md").iterdir()}
    assert names == {"ldap.yml", "accounts.yml", "attributes.yml"}


def test_the_account_of_the_page_can_search_over_tls(shown_files, tmp_path):
    keys = yaml.safe_load((shown_files("ldap.md") / "accounts.yml").read_text())
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    (command,) = re.findall(r"^```sh\nLDAPTLS_CACERT=ca.pem (.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    with reserved_port() as port:
        tls = {"certificate": str(tmp_path / "cert.pem"), "private_key": str(tmp_path / "key.pem")}
        listen = {"listen": f"127.0.0.1:{port}", "anonymous": [], **tls}
        typed = command.replace("dird.example.org:389", f"{HOST}:{port}")
        with sample_daemon(tmp_path, keys["auth"], **listen):
            ran = run(typed.replace("-W", "-w 'my password'"), LDAPTLS_CACERT=str(tmp_path / "ca.pem"))
            wrong = run(typed.replace("-W", "-w wrong"), LDAPTLS_CACERT=str(tmp_path / "ca.pem"))
    assert ran.stdout == f"dn: {ENTRY}\ncn: Mario Rossetti\n\n"
    assert "Invalid credentials (49)" in wrong.stderr


def test_each_base_and_scope_has_what_the_table_says(make_run):
    people = search(make_run, BASE, "sub")
    assert people[0] == 0
    assert len(people[1]) == 60
    assert search(make_run, BASE, "one") == (0, [f"ou=default,{BASE}"])
    assert search(make_run, BASE, "base") == (0, [BASE])
    in_tenant = search(make_run, f"o={TENANT},{BASE}", "sub")
    assert (in_tenant[0], len(in_tenant[1])) == (0, 60)
    profile = f"ou=default,{BASE}"
    assert search(make_run, profile, "sub") == search(make_run, profile, "one") == people
    assert search(make_run, profile, "base") == (0, [profile])
    assert search(make_run, ENTRY, "sub") == search(make_run, ENTRY, "base") == (0, [ENTRY])
    assert search(make_run, ENTRY, "one") == (0, [])
    assert search(make_run, "", "sub") == search(make_run, "", "one") == people
    assert search(make_run, "", "base") == (0, [""])
    assert search(make_run, SCHEMA_DN, "base") == (0, [SCHEMA_DN])
    assert search(make_run, SCHEMA_DN, "sub") == search(make_run, SCHEMA_DN, "one") == (32, [])


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("(cn=*rossetti mario*)", 1),
        ("(telephoneNumber=0033639985050)", 0),
        ("(|(telephoneNumber=0033639985050)(mobile=0033639985050))", 1),
        ("(mobile=*39985050*)", 1),
        ("(telephoneNumber=205*)", 3),
        ("(uid=people:50)", 1),
        ("(|(phone=205*)(cn=*mario*))", 1),
        ("(phone=205*)", 0),
        ("(!(phone=205*))", 0),
        ("(!(telephoneNumber=abc))", 0),
        ("(telephoneNumber>=1)", 0),
        ("(cn:=mario rossetti)", 1),
    ],
)
def test_a_filter_finds_what_the_page_says(make_run, condition, count):
    code, names = search(make_run, BASE, "sub", condition)
    assert (code, len(names)) == (0, count)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("name", "mario*"), ("name", "*mario*"), ("number", "0199005050"), ("number", "01990050*")],
)
def test_the_filters_for_phones_find_what_is_typed(make_run, kind, typed):
    section = PHONES[PHONES.index("## LDAP: what to type in") : PHONES.index("## Errors on the display")]
    (typical,) = re.findall(rf"^\| {kind} filter \| `(.*?)` \|", section, re.MULTILINE)
    code, names = search(make_run, BASE, "sub", typical.replace("\\|", "|").replace("%", typed))
    assert code == 0
    assert ENTRY in names


def test_every_result_is_explained_and_no_other():
    shown = {int(row[0].split()[0]): row[0].split()[1] for row in rows("result")}
    named = {code.value: code.name.replace("_", "").lower() for code in model.ResultCode}
    assert {code: name.lower() for code, name in shown.items()} == named


def test_every_attribute_is_explained_with_its_fields_and_names():
    shown = {row[0].strip("`"): row for row in rows("attribute")}
    assert set(shown) == set(attributes.ATTRIBUTES.values()) - {"objectClass"}
    for name, fields in attributes.DEFAULT_FIELDS.items():
        assert tuple(re.findall(r"`([^`]+)`", shown[name][2].partition(";")[0])) == fields
    for name, row in shown.items():
        for alias in re.findall(r"`(\w+)`", row[3]):
            assert attributes.attribute_key(alias) == name.lower()


def test_limits_are_those_of_the_code():
    limits = {row[0]: row[1] for row in rows("what")}
    defaults = LdapServerSection()
    assert limits["entries of a search"].startswith(f"`ldap_server.max_entries`, {defaults.max_entries}")
    assert f"{defaults.max_connections} of each" in limits["open connections"]
    assert limits["contacts of a source that are read for a search"] == f"{MAX_CONTACTS:,}"
    assert limits["size of a request"] == f"{session.MAX_MESSAGE_BYTES // 1024} KiB"
    nesting = f"{filters.MAX_DEPTH}, {filters.MAX_ASSERTIONS}"
    assert limits["nesting of a filter, its conditions"] == nesting
    assert limits["requested attributes"] == str(requests.MAX_ATTRIBUTES)
    running = f"{session.MAX_RUNNING} at once, {session.MAX_WAITING} wait"
    assert limits["operations of a connection"] == running


def test_the_numbers_of_the_text_are_those_of_the_code():
    assert (questions.MAX_TERMS, MIN_LOCAL_DIGITS) == (8, 7)
    assert "than eight different texts" in PAGE
    assert "with seven digits or more" in PAGE


def test_what_is_refused_has_the_result_of_the_page(make_run):
    uri = f"-x -H ldap://127.0.0.1:{make_run}"
    refused = {
        f"ldapdelete {uri} '{ENTRY}'": 53,
        f"ldapcompare {uri} '{ENTRY}' cn:x": 53,
        f"ldapwhoami {uri} -D ann": 53,
        f"ldapwhoami {uri} -D ann -w secret": 13,
        f"ldapsearch {uri} -b example.org": 34,
        f"ldapsearch {uri} -b dc=example,dc=com": 32,
        f"ldapsearch {uri} -b ou=sales,{BASE}": 50,
        f"ldapsearch {uri} -b {BASE} -E '!1.2.3.4'": 12,
    }
    assert {command: run(command).returncode for command in refused} == refused


def test_starttls_needs_a_certificate(make_run):
    ran = run(f"ldapwhoami -x -ZZ -H ldap://127.0.0.1:{make_run}")
    assert "Protocol error (2)\n\tadditional info: the server has no certificate" in ran.stderr


@pytest.mark.parametrize(("controls", "code"), [("-E sss=phone", 0), ("-E '!sss=phone'", 12)])
def test_a_control_ends_with_the_result_of_the_page(make_run, controls, code):
    ran = run(f"ldapsearch -x -H ldap://127.0.0.1:{make_run} -b {BASE} {controls} '(cn=*mario*)' </dev/null")
    assert ran.returncode == code
    assert code or "sortResult: (16)" in ran.stdout


def test_the_controls_of_the_page_are_those_of_the_server(make_run):
    shown = re.findall(r"^\| [^|]+ \| ([0-9]+\.[0-9.]+) \|", PAGE, re.MULTILINE)
    ran = run(f"ldapsearch -LLL -x -H ldap://127.0.0.1:{make_run} -b '' -s base supportedControl")
    assert re.findall(r"^supportedControl: (.*)$", ran.stdout, re.MULTILINE) == shown
