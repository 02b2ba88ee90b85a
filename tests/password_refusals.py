"""The refusals of passwords by authenticators."""

from typing import TypeVar

import pytest

from xivo_dird.authenticator import Authenticator, AuthenticatorSettings, Unauthorized

SettingsT = TypeVar("SettingsT", bound=AuthenticatorSettings)

READ = "dird.status.read"
PASSWORD = "s3cret: pässwörd"


def refusal(
    authenticator: Authenticator[SettingsT],
    username: str = "ada",
    password: str = PASSWORD,
    acl: str = READ,
    tenant: str | None = None,
) -> dict[str, object]:
    """Return the details of the error with which an authenticator refuses a password."""
    with pytest.raises(Unauthorized) as caught:
        authenticator.authenticate_password(username, password, acl, tenant)
    return dict(caught.value.details)
