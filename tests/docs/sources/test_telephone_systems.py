"""docs/sources: the examples of a telephone system, and of what the daemon itself stores."""

import json
import subprocess
from uuid import UUID

import pytest

from docs.answers import caller_name, rows
from docs.shown_configuration import configuration_of, replace_shown
from servers.daemon import TOKEN, DaemonProcess
from servers.pbx import Pbx, pbx_conference, pbx_user
from waiting import TIMEOUT

USER = "44444444-4444-4444-8444-444444444444"
PHONEBOOK = "33333333-3333-4333-8333-333333333333"


@pytest.fixture
def pbx():
    """Run a telephone system with a user and a conference room."""
    with Pbx() as server:
        server.users.append(pbx_user(7, firstname="Ada", lastname="Stern", exten="2045"))
        server.conferences.append(pbx_conference(1, "Board", ["4001"]))
        server.accounts["dird"] = "secret"
        yield server


@pytest.mark.parametrize(
    ("page", "name", "found"),
    [("wazo", "wazo.yml", ["Ada Stern", "2045"]), ("conference", "conference.yml", ["Board", "4001"])],
)
def test_the_telephone_system_of_the_page_answers_its_source(shown_files, pbx, tmp_path, page, name, found):
    file = shown_files(f"sources/{page}.md") / name
    rest = ", https: false, prefix: "
    ports = (("9497", "/auth"), ("9486", "/confd"))
    replace_shown(
        file, {f"port: {shown}{rest}null": f"port: {pbx.port}{rest}{prefix}" for shown, prefix in ports}
    )
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        assert rows(daemon, "a") == [found]
        assert caller_name(daemon, found[1]) == found[0]


def run(script, daemon):
    """Run commands that a page shows with a daemon of a test, and return what they print."""
    text = script.read_text().replace("127.0.0.1:9489", f"127.0.0.1:{daemon.port}")
    environment = {"TOKEN": TOKEN, "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        ["sh", "-euc", text],
        cwd=script.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
    return ran.stdout


def test_a_contact_that_a_user_adds_as_the_page_shows_is_found(shown_files, tmp_path):
    folder = shown_files("sources/personal.md")
    configuration = configuration_of(folder / "personal.yml")
    configuration["auth"]["tokens"][0]["user_uuid"] = USER
    with DaemonProcess(tmp_path, configuration) as daemon:
        assert rows(daemon, "ada") == []
        assert json.loads(run(folder / "add.sh", daemon))["id"]
        assert rows(daemon, "ada") == [["Ada Stern", "2045", True]]
        assert caller_name(daemon, "2045", USER) == "Ada Stern"


def test_a_phonebook_that_is_filled_as_the_page_shows_is_found(shown_files, tmp_path):
    folder = shown_files("sources/phonebook.md")
    file, fill = folder / "phonebook.yml", folder / "fill.sh"
    (folder / "suppliers.csv").write_text("name,company,number\nÉric Müller,Müller SA,2046\n")
    configuration = configuration_of(file)
    with DaemonProcess(tmp_path, {**configuration, "provisioning": {}}) as daemon:
        phonebook = json.loads(run(folder / "create.sh", daemon))["uuid"]
    for shown in (file, fill):
        replace_shown(shown, {PHONEBOOK: str(UUID(phonebook))})
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        run(fill, daemon)
        assert rows(daemon, "stern") == [["Ada Stern", "2045"]]
        assert rows(daemon, "müller") == [["Éric Müller", "2046"]]
        assert caller_name(daemon, "2045") == "Ada Stern"
