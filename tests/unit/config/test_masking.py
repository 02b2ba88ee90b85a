"""Secrets are hidden by their type, wherever something is shown."""

from typing import Annotated

import pytest
from pydantic import BaseModel, SecretStr, StringConstraints, ValidationError

from xivo_dird.config.masking import HIDDEN, HIDDEN_PASSWORD, MASK, REVEALED, HiddenText, Secret, masked
from xivo_dird.config.schema import Config
from xivo_dird_authenticators.static.settings import StaticSettings
from xivo_dird_authenticators.wazo_auth.settings import WazoAuthSettings
from xivo_dird_backends.csv_ws import CsvWsOptions
from xivo_dird_backends.ldap.options import LdapOptions
from xivo_dird_backends.wazo import WazoOptions

Short = Annotated[str, StringConstraints(min_length=1, max_length=5)]


class Account(BaseModel):
    name: str
    password: HiddenText = SecretStr("")
    pin: Annotated[Secret[Short], HIDDEN] | None = None
    uri: Annotated[str, HIDDEN_PASSWORD] = ""


ACCOUNT = Account(name="Ada", password="s3cret", pin="12345", uri="https://ada:s3cret@host/x")


def test_a_dump_hides_secrets_and_shows_them_to_who_keeps_them() -> None:
    hidden = {"name": "Ada", "password": MASK, "pin": MASK, "uri": f"https://ada:{MASK}@host/x"}
    assert ACCOUNT.model_dump(mode="json") == hidden
    revealed = ACCOUNT.model_dump(mode="json", context=REVEALED)
    assert revealed == {
        "name": "Ada",
        "password": "s3cret",
        "pin": "12345",
        "uri": "https://ada:s3cret@host/x",
    }


def test_neither_a_repr_nor_an_empty_secret_says_anything() -> None:
    assert "s3cret" not in repr(ACCOUNT).replace(ACCOUNT.uri, "")
    assert Account(name="x").model_dump(mode="json")["password"] == ""


def test_a_secret_is_judged_and_described_as_the_text_that_it_is() -> None:
    with pytest.raises(ValidationError, match="at most 5 characters"):
        Account(name="x", pin="123456")
    assert Account.model_json_schema()["properties"]["password"]["type"] == "string"
    assert "writeOnly" not in str(Account.model_json_schema())


def test_what_was_given_is_masked_as_its_model_says_and_what_no_model_knows_altogether() -> None:
    given = {"name": "Ada", "password": "s3cret", "other": {"key": "s3cret"}}
    assert masked(given, ACCOUNT) == {"name": "Ada", "password": MASK, "other": MASK}
    assert masked(given, None) == {"name": MASK, "password": MASK, "other": MASK}


@pytest.mark.parametrize(
    "model",
    [
        Config(bus={"password": "s3cret"}, db_uri="postgresql://dird:s3cret@host/dird"),
        LdapOptions(name="x", ldap_uri="ldap://u:s3cret@h", ldap_base_dn="dc=x", ldap_password="s3cret"),
        CsvWsOptions(name="x", lookup_url="https://u:s3cret@h/"),
        WazoOptions(name="x", auth={"username": "u", "password": "s3cret"}),
        WazoAuthSettings(password="s3cret"),
        StaticSettings(tokens=[{"hash": f"sha256:{'5' * 64}", "tenant_uuid": "t", "acl": []}]),
    ],
    ids=lambda model: type(model).__name__,
)
def test_no_secret_of_ours_is_shown(model: BaseModel) -> None:
    shown = model.model_dump_json()
    assert MASK in shown
    assert "s3cret" not in shown
    assert "55555" not in shown
