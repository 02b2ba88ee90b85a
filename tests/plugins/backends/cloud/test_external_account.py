"""To which servers the tokens of users are sent."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from servers.auth_server import AuthServer
from xivo_dird.backend import (
    AllowedFolders,
    BackendSettings,
    Environment,
    Outgoing,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird.outgoing import AllowedTargets
from xivo_dird.testing import CALLER
from xivo_dird_backends._external_account import ExternalAccounts
from xivo_dird_backends._remote_options import AuthServerOptions

NETWORK = Outgoing(AllowedTargets.parse(["127.0.0.0/8"]))


def accounts(auth: AuthServer, outgoing: Outgoing, folder: Path) -> ExternalAccounts:
    """Return the accounts of an authentication server, as a source names it."""
    server = AuthServerOptions(host=auth.host, port=auth.port, https=False, prefix=None)
    environment = Environment("source", CALLER.tenant_uuid, BackendSettings(), folder, outgoing=outgoing)
    return ExternalAccounts("google", server, environment, AllowedFolders((folder,), "key"))


@pytest.mark.parametrize(
    "outgoing",
    [
        Outgoing(),
        Outgoing(AllowedTargets(), trusts_options=True),
        Outgoing(AllowedTargets.parse(["127.0.0.1"])),
    ],
)
def test_a_named_server_gets_the_token_of_a_user(
    auth: AuthServer, outgoing: Outgoing, tmp_path: Path
) -> None:
    with closing(accounts(auth, outgoing, tmp_path)) as found:
        assert found.access_token(CALLER) == "access"


def test_a_server_that_is_only_reachable_gets_none(auth: AuthServer, tmp_path: Path) -> None:
    with closing(accounts(auth, NETWORK, tmp_path)) as found:
        for use in (found.access_token, found.authorize):
            with pytest.raises(SourceUnavailable, match=r"^auth\.host: .*outgoing\.allow"):
                use(CALLER)
    assert auth.requests == []


def test_a_caller_without_a_token_has_no_account(auth: AuthServer, tmp_path: Path) -> None:
    outgoing = Outgoing(AllowedTargets(), trusts_options=True)
    with closing(accounts(auth, outgoing, tmp_path)) as found:
        for use in (found.access_token, found.authorize):
            with pytest.raises(SourceDataMissing, match="only a caller with a token"):
                use(replace(CALLER, token=""))
    assert auth.requests == []
