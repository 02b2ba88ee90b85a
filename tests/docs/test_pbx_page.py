"""docs/pbx.md: its command and every setting of a PBX give the name of a caller."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
import yaml

from docs.dialplan import Channel
from servers.daemon import DaemonProcess
from servers.kamailio import Kamailio
from waiting import TIMEOUT
from xivo_dird.bounds import DEFAULT_CALLER_NAME_CHARACTERS, MAX_CALLER_NAME_CHARACTERS
from xivo_dird.phones.dialplan import REMOVED
from xivo_dird.process.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pbx.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))
SHOWN_HOST = "dird.example.org:9489"
TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
PBX_ADDRESS = "10.20.0.5/32"
ANN, BUREAU = "+33639980111", "+493023125012"
NAMES = {ANN: "Ann Lee", "33639980111": "Ann Lee", "101": "Ann Lee", BUREAU: "Müller + Söhne Büro"}
UNKNOWN = ["anonymous", "", "999", "+33100000000"]
TOKEN, PASSWORD = "token-of-the-pbx", "secret-of-the-pbx"


def section(heading):
    """Return the text below a heading, without that of the next one."""
    (text,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return text


def block(heading, language):
    """Return the first block of code in a language below a heading."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section(heading), re.MULTILINE | re.DOTALL)
    return next(text for name, text in blocks if name == language)


def settings(heading):
    """Return the settings of the table below a heading."""
    rows = re.findall(r"^\| ([^|]+) \| `([^`]+)` \|$", section(heading), re.MULTILINE)
    return {name.strip(): value for name, value in rows}


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Return a function that starts the daemon of the page with methods of access, in which this host is the PBX."""
    daemons = []
    folder = tmp_path_factory.mktemp("pbx")
    for name, text in re.findall(r"^```\w+\n# file: (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        (folder / name).write_text(text)

    def start(*methods):
        config = yaml.safe_load((folder / "pbx.yml").read_text())
        (subnet,) = config["access"]["views"]["reverse_text_view"]["authorized_subnets"]
        assert subnet["subnet"] == PBX_ADDRESS
        subnets = [{**subnet, "subnet": "127.0.0.1/32"}] if "network" in methods else []
        config["access"]["views"]["reverse_text_view"] = {"methods": methods, "authorized_subnets": subnets}
        for key in ("db_uri", "state_directory", "log_filename", "rest_api"):
            del config[key]
        config |= {"debug": True, "backends": {"csv": {"folders": [str(folder)]}}}
        daemon = DaemonProcess(tmp_path_factory.mktemp("daemon"), config)
        daemons.append(daemon)
        daemon.start()
        return daemon

    yield start
    for daemon in daemons:
        daemon.close()


@pytest.fixture(scope="module")
def in_network(started):
    return started("network")


@pytest.fixture(scope="module")
def with_credentials(started):
    """Start a daemon for PBXs that are in no network."""
    return started("token", "basic", "query_token")


def on(daemon, text):
    """Return a text of the page with the address of a daemon."""
    assert SHOWN_HOST in text
    return text.replace(SHOWN_HOST, f"127.0.0.1:{daemon.port}")


def fetched(url, headers=None):
    """Return the body that a PBX takes for the name, with the user and the password of the URL."""
    parts = urlsplit(url)
    request = Request(url.replace(f"{parts.username}:{parts.password}@", ""), headers=headers or {})
    if parts.username:
        curl = ["curl", "-s", url]  # as libcurl, which PBXs use, does it
        return subprocess.run(curl, capture_output=True, timeout=TIMEOUT, check=True).stdout.decode()
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            return response.read().decode()
    except HTTPError as error:
        with error:
            return error.read().decode()


def test_the_first_command_prints_what_the_page_shows(printed_on_sample):
    command, printed = block("Caller ID for PBXs", "sh"), block("Caller ID for PBXs", "")
    assert printed_on_sample(command) == printed.removesuffix("\n")


def test_the_example_is_valid_and_allows_every_method_of_its_table(shown_files, monkeypatch):
    folder = shown_files("pbx.md")
    monkeypatch.chdir(folder)
    assert main(["-c", "pbx.yml", "--check-config"]) == 0
    rules = yaml.safe_load((folder / "pbx.yml").read_text())["access"]["views"]["reverse_text_view"]
    assert rules["methods"] == re.findall(r"^\| `(\w+)` \| (?:has|sends) ", PAGE, re.MULTILINE)


def dialplan_name(daemon, number, changes=(), name=""):
    """Return the name of a caller after the dialplan of the page."""
    configuration = on(daemon, block("Asterisk", "ini"))
    for old, new in changes:
        configuration = configuration.replace(old, new)
    channel = Channel(configuration, number, name, fetched)
    channel.run()
    return channel.variables["CALLERID(name)"]


def test_the_dialplan_of_asterisk_names_a_caller(in_network):
    assert {number: dialplan_name(in_network, number) for number in NAMES} == NAMES
    for number in UNKNOWN:
        assert dialplan_name(in_network, number, name="As sent") == "As sent"


def test_an_error_leaves_the_name_that_asterisk_has(in_network, with_credentials):
    wrong = [("/default/", "/nowhere/"), ("?exten=", "?number="), ("?exten=", "?max=0&exten=")]
    for change in wrong:
        assert dialplan_name(in_network, ANN, [change], "As sent") == "As sent"
    assert dialplan_name(with_credentials, ANN, name="As sent") == "As sent"


def test_asterisk_may_send_a_password(with_credentials):
    (shown,) = re.findall(r"^- \*\*Password.*`DIRD=http://(\S+@)dird", section("Asterisk"), re.MULTILINE)
    assert dialplan_name(with_credentials, ANN, [("http://", f"http://{shown}")]) == "Ann Lee"


@pytest.mark.parametrize("number", NAMES)
def test_the_url_that_freepbx_makes_is_answered(with_credentials, number):
    shown = settings("FreePBX")
    assert shown["Source type"] == "HTTP"
    credentials = f"{shown['Username']}:{shown['Password']}"
    query = shown["Query"].replace("[NUMBER]", number)
    url = on(
        with_credentials, f"http://{credentials}@{shown['Host']}:{shown['Port']}/{shown['Path']}?{query}"
    )
    assert fetched(url) == NAMES[number]
    assert fetched(url.replace("secret", "wrong")) == ""


@pytest.mark.parametrize("number", NAMES)
def test_the_regular_expression_of_superfecta_finds_the_name(with_credentials, number):
    shown = settings("CID Superfecta")
    body = fetched(on(with_credentials, shown["URL"]).replace("$thenumber", number))
    found = re.search(shown["Regular expressions"], re.sub("<[^>]*>", "", body))
    assert found is not None
    assert found[1] == NAMES[number]
    assert re.search(shown["Regular expressions"], fetched(on(with_credentials, shown["URL"]))) is None


@pytest.mark.parametrize("number", NAMES)
def test_the_url_of_mod_cidlookup_is_answered(with_credentials, number):
    configuration = ElementTree.fromstring(block("FreeSWITCH and FusionPBX", "xml"))
    parameters = {each.get("name"): each.get("value") for each in configuration.iter("param")}
    url = on(with_credentials, parameters["url"] or "").replace("${caller_id_number}", number)
    assert fetched(url) == NAMES[number]
    assert fetched(url.replace(TOKEN, "wrong")) == ""


def test_mod_cidlookup_needs_no_token_in_the_network(in_network):
    url = unescape(on(in_network, block("FreeSWITCH and FusionPBX", "xml")).split('"url" value="')[1])
    url, _, _ = url.partition("&token=")
    assert fetched(url.replace("${caller_id_number}", ANN)) == "Ann Lee"


def test_the_template_of_3cx_finds_the_name(with_credentials):
    template = ElementTree.fromstring(on(with_credentials, block("3CX", "xml")))
    values = {each.get("Name"): each.get("Default") for each in template.iter("Parameter")}

    def filled(text, number=""):
        for name, value in {**values, "Token": TOKEN, "Number": number}.items():
            text = text.replace(f"[{name}]", value)
        return text

    (request,) = template.iter("Request")
    assert request.get("ResponseType") == "Json"
    headers = {each.get("Key"): filled(each.text) for each in request.iter("Value")}
    paths = {each.get("Name"): each.get("Path") for each in template.iter("Variable")}
    outputs = {each.get("Type"): each.get("Value") for each in template.iter("Output")}
    assert outputs["FirstName"] == f"[{next(iter(paths))}]"
    assert template.findtext(".//Rule") == paths["Name"]
    for number, name in {ANN: "Ann Lee", "101": "Ann Lee", "999": None}.items():
        found = json.loads(fetched(filled(request.get("Url"), quote(number)), headers))
        assert found[paths["Name"]] == name


@pytest.fixture(scope="module")
def kamailio(with_credentials, tmp_path_factory):
    block_of_page = on(with_credentials, block("Kamailio", ""))
    with Kamailio(tmp_path_factory.mktemp("kamailio"), block_of_page) as server:
        yield server


@pytest.mark.parametrize("number", NAMES)
def test_a_phone_behind_kamailio_sees_the_name_of_a_caller(kamailio, number):
    received = kamailio.call(f'"As sent" <sip:{number}@127.0.0.1>')
    assert received["From"] == f'"{NAMES[number]}" <sip:{number}@127.0.0.1>'


def test_kamailio_leaves_the_name_of_an_unknown_caller(kamailio):
    for caller in ('"Anonymous" <sip:anonymous@anonymous.invalid>', "<sip:999@127.0.0.1>"):
        assert kamailio.call(caller)["From"] == caller


def test_kamailio_names_the_asserted_identity_too(kamailio):
    received = kamailio.call(f"<sip:{ANN}@127.0.0.1>", f"P-Asserted-Identity: <sip:{ANN}@trunk.example.org>")
    assert received["P-Asserted-Identity"] == f'"Ann Lee" <sip:{ANN}@trunk.example.org>'


def test_no_secret_of_a_pbx_is_logged(with_credentials, kamailio):
    kamailio.call(f"<sip:{ANN}@127.0.0.1>")
    url = f"127.0.0.1:{with_credentials.port}/0.1/directories/reverse/default/pbx/text?exten={ANN}"
    assert fetched(f"http://{url}&token={TOKEN}") == fetched(f"http://pbx:{PASSWORD}@{url}") == "Ann Lee"
    assert fetched(f"http://{url}&token=not-the-{TOKEN}") == fetched(f"http://x:{PASSWORD}@{url}") == ""
    log = with_credentials.log_file.read_text()
    assert "/text?exten&token" in log
    assert not re.search(f"{TOKEN}|{PASSWORD}|639980111|Ann Lee", log)


def test_the_page_has_the_limits_and_the_removed_characters():
    (default, limits) = re.findall(r"^\| `max` \| (\d+) \|.*\b1 to (\d+);", PAGE, re.MULTILINE)[0]
    assert (int(default), int(limits)) == (DEFAULT_CALLER_NAME_CHARACTERS, MAX_CALLER_NAME_CHARACTERS)
    (listed,) = re.findall(r"are removed: `([^`]+)`, backquotes", PAGE)
    assert {*listed.split(), "`"} == {*REMOVED}


def test_every_example_says_how_to_test_it_and_what_to_do_without_a_name():
    for heading in ("Asterisk", "FreePBX", "CID Superfecta", "FreeSWITCH and FusionPBX", "3CX", "Kamailio"):
        assert re.findall(r"^- \*\*(Test|No name)\*\*: ", section(heading), re.MULTILINE) == [
            "Test",
            "No name",
        ]
