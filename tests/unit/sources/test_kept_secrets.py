"""A mask that a client sends back keeps the stored secret, as long as it goes to the same server."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from xivo_dird.backend import (
    DESTINATION,
    EXCLUDE_UNSET,
    HIDDEN,
    HIDDEN_PASSWORD,
    WRITE_ONLY,
    Secret,
    SourceOptions,
)
from xivo_dird.config.masking import MASK
from xivo_dird.exceptions import InvalidData
from xivo_dird.sources.kept_secrets import with_kept_secrets


class Server(BaseModel):
    host: Annotated[str, DESTINATION] = "h"
    port: Annotated[int, DESTINATION] | None = None
    timeout: float = 1.0
    password: Annotated[Annotated[Secret[str], HIDDEN] | None, EXCLUDE_UNSET] = None


class Options(SourceOptions):
    note: str = ""
    uri: Annotated[str, HIDDEN_PASSWORD, DESTINATION] = ""
    password: Annotated[Secret[str], HIDDEN] | None = None
    key: Annotated[Secret[str], WRITE_ONLY] | None = None
    server: Server = Server()
    servers: tuple[Server, ...] = ()
    verify: Annotated[bool, EXCLUDE_UNSET, DESTINATION] = True


STORED: dict[str, Any] = {
    "uri": "ldap://u:pw1@a ldap://b ldap://v:pw2@c",
    "password": "pw3",
    "key": "${file:key}",
    "server": {"password": "pw4"},
    "servers": [{"host": "s1", "password": "pw5"}, {"host": "s2"}],
}
MASKED: dict[str, Any] = {
    "uri": f"ldap://u:{MASK}@a ldap://b ldap://v:{MASK}@c",
    "password": MASK,
    "key": MASK,
    "server": {"password": MASK},
    "servers": [{"host": "s1", "password": MASK}, {"host": "s2"}],
}


def kept(changes: dict[str, Any], stored: dict[str, Any] | None = STORED) -> dict[str, Any]:
    old = None if stored is None else Options(name="x", **stored)
    return with_kept_secrets(Options(name="x", **{**MASKED, **changes}), old)


def refusal(changes: dict[str, Any], stored: dict[str, Any] | None = STORED) -> InvalidData:
    with pytest.raises(InvalidData) as error_info:
        kept(changes, stored)
    assert "pw" not in str(error_info.value)
    return error_info.value


def test_every_mask_is_replaced_by_the_secret_that_is_stored_there() -> None:
    assert kept({}) == Options(name="x", **STORED).stored()


def test_other_options_and_new_secrets_are_stored_as_sent() -> None:
    server = {"password": "new", "timeout": 2}
    found = kept({"note": MASK, "password": f"{MASK}!", "server": server, "searched_columns": ["a"]})
    assert found["note"] == MASK, "it is no secret"
    assert found["password"] == f"{MASK}!"
    assert found["server"] == {"host": "h", "port": None, "timeout": 2.0, "password": "new"}
    assert found["key"] == "${file:key}"
    assert found["uri"] == STORED["uri"]


def test_a_part_of_the_passwords_of_a_list_of_uris_can_be_kept() -> None:
    assert kept({"uri": f"ldap://u:new@a ldap://b ldap://v:{MASK}@c"})["uri"] == (
        "ldap://u:new@a ldap://b ldap://v:pw2@c"
    )


def test_a_secret_that_is_not_sent_is_removed() -> None:
    assert kept({"password": None})["password"] is None


@pytest.mark.parametrize(
    ("stored", "path"),
    [
        (None, ["uri"]),
        ({**STORED, "uri": ""}, ["uri"]),
        ({**STORED, "uri": "ldap://u:pw1@a ldap://b ldap://c"}, ["uri"]),
        ({**STORED, "password": None}, ["password"]),
        ({**STORED, "password": ""}, ["password"]),
        ({**STORED, "server": {}}, ["server", "password"]),
        ({**STORED, "servers": [{"host": "s1"}]}, ["servers", "0", "password"]),
    ],
)
def test_a_mask_of_nothing_is_refused_under_its_name(stored: dict[str, Any] | None, path: list[str]) -> None:
    error = refusal({}, stored)
    assert error.message.startswith(f"{'.'.join(path)}: {MASK} stands for a stored secret")
    assert error.message.endswith("send the secret")
    details: Any = error.details
    for part in path:
        (key,) = details
        assert key == part
        details = details[key]
    assert details == [error.message.partition(": ")[2]]


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"uri": f"ldap://u:{MASK}@evil ldap://b ldap://v:{MASK}@c"}, "uri"),
        ({"uri": f"ldap://w:{MASK}@a ldap://b ldap://v:{MASK}@c"}, "uri"),
        ({"uri": "ldap://evil"}, "uri"),
        ({"verify": False}, "verify"),
        ({"server": {"host": "evil", "password": MASK}}, "server.host"),
        ({"server": {"port": 2, "password": "new"}}, "server.port"),
        ({"servers": [{"host": "s2", "password": MASK}, {"host": "s1"}]}, "servers.0.host, servers.1.host"),
        ({"servers": []}, "servers.0.host, servers.1.host"),
    ],
)
def test_a_secret_is_not_kept_for_another_server(changes: dict[str, Any], changed: str) -> None:
    assert f"{changed} would send the stored secret to another place" in refusal(changes).message


def test_another_server_gets_the_secrets_that_are_sent_again() -> None:
    new: dict[str, Any] = {
        "uri": "ldap://u:new@evil",
        "password": "new",
        "key": None,
        "server": {"host": "evil", "password": "new"},
        "servers": [],
    }
    assert kept(new)["uri"] == "ldap://u:new@evil"


def test_a_default_that_is_written_out_is_no_change() -> None:
    assert kept({"verify": True, "server": {"host": "h", "port": None, "password": MASK}})["verify"] is True
