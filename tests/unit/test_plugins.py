"""The sections of plugins in the configuration are validated with the secrets that they refer to."""

import pytest

from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.plugins import create_authenticator
from xivo_dird_authenticators.wazo_auth.settings import WazoAuthSettings

AUTH = {"method": "wazo_auth", "username": "dird", "password": "${env:DIRD_AUTH_PASSWORD}"}


def test_an_authenticator_gets_the_secret_that_its_settings_refer_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD_AUTH_PASSWORD", "s3cret")
    settings = create_authenticator(Config(auth=AUTH)).settings
    assert isinstance(settings, WazoAuthSettings)
    assert settings.password is not None
    assert settings.password.get_secret_value() == "s3cret"
    assert "s3cret" not in settings.model_dump_json()


def test_a_missing_secret_of_an_authenticator_is_an_error_of_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIRD_AUTH_PASSWORD", raising=False)
    with pytest.raises(InvalidConfiguration, match=r"^auth\.password: \$\{env:DIRD_AUTH_PASSWORD\}: the env"):
        create_authenticator(Config(auth=AUTH))
