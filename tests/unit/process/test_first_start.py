"""The first start: a state directory, and a question that can be pasted."""

from pathlib import Path

import pytest

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.process.first_start import lookup_command, make_state_directory, own_files


@pytest.mark.parametrize(
    ("settings", "beginning", "address"),
    [
        ({}, "curl -s -H 'X-Auth-Token: abc' ", "'http://127.0.0.1:80/0.1/"),
        ({"listen": "0.0.0.0"}, "curl -s -H ", "'http://127.0.0.1:80/0.1/"),
        ({"listen": "::"}, "curl -s -H ", "'http://[::1]:80/0.1/"),
        ({"listen": "192.0.2.7"}, "curl -s -H ", "'http://192.0.2.7:80/0.1/"),
        (
            {"certificate": "/a b.pem", "private_key": "/k.pem"},
            "curl -s --cacert '/a b.pem' -H ",
            "'https://127.0.0.1:80/0.1/",
        ),
    ],
)
def test_the_command_asks_where_the_daemon_really_listens(
    settings: dict[str, object], beginning: str, address: str
) -> None:
    command = lookup_command(RestApi.model_validate(settings), 80, "abc")
    assert command.startswith(beginning)
    assert command.endswith(f"{address}directories/lookup/default?term=mar'")


def test_a_state_directory_is_made_with_its_parents(tmp_path: Path) -> None:
    make_state_directory(Config(state_directory=tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()


def test_the_files_of_the_state_directory_are_ours_but_no_other_folder_in_it(tmp_path: Path) -> None:
    for file in ("tokens.yml", "sources/uuid/index.sqlite", "csv/people.csv"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    own = own_files(Config(state_directory=tmp_path, db_uri="sqlite:///elsewhere.db", log_filename=None))
    assert {tmp_path, tmp_path / "tokens.yml", tmp_path / "sources/uuid/index.sqlite"} <= set(own)
    assert not [path for path in own if "csv" in path.parts]
