"""Fixtures: an authentication server with the external accounts of two users, Google and Microsoft Graph."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from servers.auth_server import AuthServer
from servers.google_people import GooglePeopleServer
from servers.graph import GraphServer
from xivo_dird.backend import Caller
from xivo_dird.testing import CALLER, OTHER_CALLER, TestedSource, open_source
from xivo_dird_backends.google import GoogleBackend
from xivo_dird_backends.office365 import Office365Backend

OpenCloud = Callable[..., AbstractContextManager[TestedSource]]


class WatchfulGoogle(GoogleBackend):
    """Looks often whether a refresh is due."""

    check_interval = 0.02


class WatchfulOffice365(Office365Backend):
    """Looks often whether a refresh is due."""

    check_interval = 0.02


def link(auth: AuthServer, caller: Caller, service: str, access_token: str) -> None:
    """Link an account of a service to a caller, who has a token."""
    assert caller.user_uuid is not None
    auth.add_token(caller.token, tenant_uuid=caller.tenant_uuid, user_uuid=caller.user_uuid, acl=("dird.#",))
    auth.access_tokens[(caller.user_uuid, service)] = access_token


@pytest.fixture
def auth() -> Iterator[AuthServer]:
    """Yield an authentication server at which two users have an account of each service."""
    with AuthServer() as server:
        for service in ("google", "microsoft"):
            link(server, CALLER, service, "access")
            link(server, OTHER_CALLER, service, "other-access")
        yield server


@pytest.fixture
def google() -> Iterator[GooglePeopleServer]:
    """Yield a Google with the empty books of two users."""
    with GooglePeopleServer() as server:
        server.book("access")
        server.book("other-access")
        yield server


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    """Yield a Microsoft Graph with the empty mailboxes of two users."""
    with GraphServer() as server:
        server.mailbox("access")
        server.mailbox("other-access")
        yield server


@pytest.fixture
def auth_options(auth: AuthServer) -> dict[str, object]:
    """Return the option `auth` of a source."""
    return {"host": auth.host, "port": auth.port, "https": False, "prefix": None}


@pytest.fixture
def open_google(tmp_path: Path, google: GooglePeopleServer, auth_options: dict[str, object]) -> OpenCloud:
    """Return a function that opens a google source, with further options."""

    def open_google(**options: object) -> AbstractContextManager[TestedSource]:
        complete = {
            "auth": auth_options,
            "searched_columns": ["name", "numbers", "emails"],
            "first_matched_columns": ["numbers"],
            **options,
        }
        return open_source(WatchfulGoogle, complete, tmp_path, {"endpoint": google.url})

    return open_google


@pytest.fixture
def open_office365(tmp_path: Path, graph: GraphServer, auth_options: dict[str, object]) -> OpenCloud:
    """Return a function that opens an office365 source, with further options."""

    def open_office365(**options: object) -> AbstractContextManager[TestedSource]:
        complete = {
            "auth": auth_options,
            "endpoint": graph.endpoint,
            "searched_columns": ["givenName", "surname", "businessPhones", "homePhones", "mobilePhone"],
            "first_matched_columns": ["businessPhones", "mobilePhone", "homePhones"],
            **options,
        }
        return open_source(WatchfulOffice365, complete, tmp_path)

    return open_office365
