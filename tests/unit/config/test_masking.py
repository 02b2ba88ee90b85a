"""Secrets are masked in dumps and hidden in `repr`, by the annotation of their fields."""

from typing import Annotated

import pytest
from pydantic import BaseModel, SecretStr, StringConstraints, ValidationError

from xivo_dird.config.masking import HIDDEN, HIDDEN_PASSWORD, MASK, REVEALED, HiddenText, Secret, masked
from xivo_dird.config.schema import Config
from xivo_dird_authenticators.static.settings import StaticSettings
from xivo_dird_authenticators.wazo_auth.settings import WazoAuthSettings
from xivo_dird_backends.csv_ws.options import CsvWsOptions
from xivo_dird_backends.ldap.options import LdapOptions
from xivo_dird_backends.wazo import WazoOptions

Short = Annotated[str, StringConstraints(min_length=1, max_length=5)]


class Account(BaseModel):
    name: str
    password: HiddenText = SecretStr("")
    pin: Annotated[Secret[Short], HIDDEN] | None = None
    uri: Annotated[str, HIDDEN_PASSWORD] = ""


ACCOUNT = Account(name="Ada", password="s3cret", pin="12345", uri="https://ada:s3cret@host/x")


def test_a_dump_masks_secrets_unless_they_are_revealed() -> None:
    masked_dump = {"name": "Ada", "password": MASK, "pin": MASK, "uri": f"https://ada:{MASK}@host/x"}
    assert ACCOUNT.model_dump(mode="json") == masked_dump
    revealed = ACCOUNT.model_dump(mode="json", context=REVEALED)
    assert revealed == {
        "name": "Ada",
        "password": "s3cret",
        "pin": "12345",
        "uri": "https://ada:s3cret@host/x",
    }


def test_repr_hides_secrets_and_an_empty_secret_is_not_masked() -> None:
    assert "s3cret" not in repr(ACCOUNT).replace(ACCOUNT.uri, "")
    assert Account(name="x").model_dump(mode="json")["password"] == ""


def test_a_secret_is_validated_and_described_like_any_text() -> None:
    with pytest.raises(ValidationError, match="at most 5 characters"):
        Account(name="x", pin="123456")
    assert Account.model_json_schema()["properties"]["password"]["type"] == "string"
    assert "writeOnly" not in str(Account.model_json_schema())


def test_raw_values_are_masked_by_their_model_and_unknown_ones_always() -> None:
    values = {"name": "Ada", "password": "s3cret", "other": {"key": "s3cret"}}
    assert masked(values, ACCOUNT) == {"name": "Ada", "password": MASK, "other": MASK}
    assert masked(values, None) == {"name": MASK, "password": MASK, "other": MASK}


@pytest.mark.parametrize(
    ("uris", "shown"),
    [
        ("ldap://a:389 ldap://u:s3cret@b", f"ldap://a:389 ldap://u:{MASK}@b"),
        ("ldap://u:s3cret@a:389,ldaps://v:s3cret@b", f"ldap://u:{MASK}@a:389,ldaps://v:{MASK}@b"),
        ("ldap://[::1]:389 ldap://u:s3,cret@b", f"ldap://[::1]:389 ldap://u:{MASK}@b"),
        ("ldap://a b:s3 cret@c ldap://d", f"ldap://a b:{MASK}@c ldap://d"),
        ("ldap://a:389 ldap://b:1389", "ldap://a:389 ldap://b:1389"),
    ],
)
def test_each_password_in_a_list_of_uris_is_masked(uris: str, shown: str) -> None:
    assert Account(name="x", uri=uris).model_dump(mode="json")["uri"] == shown


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
def test_the_dump_of_each_settings_model_masks_its_secrets(model: BaseModel) -> None:
    dump = model.model_dump_json()
    assert MASK in dump
    assert "s3cret" not in dump
    assert "55555" not in dump
