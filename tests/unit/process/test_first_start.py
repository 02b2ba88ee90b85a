"""The first start: the state directory, the lookup command and the link to the page."""

from pathlib import Path

import pytest

from xivo_dird.config.schema import Config, RestApi
from xivo_dird.process.first_start import create_state_directory, daemon_paths, first_steps, lookup_command


@pytest.mark.parametrize(
    ("settings", "prefix", "address"),
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
def test_the_command_connects_to_the_address_of_the_daemon(
    settings: dict[str, object], prefix: str, address: str
) -> None:
    command = lookup_command(RestApi.model_validate(settings), 80, "abc")
    assert command.startswith(prefix)
    assert command.endswith(f"{address}directories/lookup/default?term=mar'")


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({}, "http://127.0.0.1:80/#code=xyz"),
        ({"listen": "::"}, "http://[::1]:80/#code=xyz"),
        ({"public_url": "http://pbx.example"}, "http://127.0.0.1:80/#code=xyz"),
        ({"certificate": "/c.pem", "private_key": "/k.pem"}, "https://127.0.0.1:80/#code=xyz"),
    ],
)
def test_a_browser_on_the_same_host_is_offered_a_link_that_signs_in(
    settings: dict[str, object], link: str
) -> None:
    lines = first_steps(RestApi.model_validate(settings), 80, "abc", "xyz").splitlines()
    assert lines[0].startswith("curl -s ")
    assert lines[-1].endswith(f" {link}")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, None),
        ({"listen": "192.0.2.7"}, "xyz"),
        ({"public_url": "https://pbx.example"}, "xyz"),
        ({"public_url": "http://pbx.example/dird"}, "xyz"),
    ],
)
def test_there_is_no_link_without_a_page_or_where_it_would_not_work(
    settings: dict[str, object], code: str | None
) -> None:
    assert "/#code=" not in first_steps(RestApi.model_validate(settings), 80, "abc", code)


def test_the_state_directory_is_created_with_its_parents(tmp_path: Path) -> None:
    create_state_directory(Config(state_directory=tmp_path / "a" / "b"))
    assert (tmp_path / "a" / "b").is_dir()


def test_daemon_paths_exclude_other_folders_in_the_state_directory(tmp_path: Path) -> None:
    for file in ("tokens.yml", "sources/uuid/index.sqlite", "csv/people.csv"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    paths = daemon_paths(Config(state_directory=tmp_path, db_uri="sqlite:///elsewhere.db", log_filename=None))
    assert {tmp_path, tmp_path / "tokens.yml", tmp_path / "sources/uuid/index.sqlite"} <= set(paths)
    assert not [path for path in paths if "csv" in path.parts]
