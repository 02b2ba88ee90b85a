"""Secrets are masked in dumps and hidden in `repr`, by the annotation of their fields."""

import pickle
from typing import Annotated

import pytest
from pydantic import BaseModel, SecretStr, StringConstraints, ValidationError

from waiting import assert_prompt
from xivo_dird.authenticator import NO_PASSWORD_HASH
from xivo_dird.config.masking import (
    HIDDEN,
    HIDDEN_PASSWORD,
    MASK,
    REVEALED,
    SHOWN,
    WRITE_ONLY,
    HiddenText,
    Secret,
    masked,
)
from xivo_dird.config.schema import Config
from xivo_dird.config.secret_reader import administrator_reader
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
        StaticSettings(
            users=[{"username": "u", "password_hash": NO_PASSWORD_HASH, "tenant_uuid": "t", "acl": []}]
        ),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_dump_of_each_settings_model_masks_its_secrets(model: BaseModel) -> None:
    dump = model.model_dump_json()
    assert MASK in dump
    assert "s3cret" not in dump
    assert "55555" not in dump
    assert "$argon2id" not in dump


class KeyAccount(Account):
    key: Annotated[Secret[str], WRITE_ONLY] | None = None


def test_what_is_write_only_is_masked_also_where_secrets_are_shown() -> None:
    account = KeyAccount(name="Ada", password="s3cret", key="k3y")
    assert account.model_dump(mode="json", context=SHOWN) == {
        "name": "Ada",
        "password": "s3cret",
        "pin": None,
        "uri": "",
        "key": MASK,
    }
    assert account.model_dump(mode="json", context=REVEALED)["key"] == "k3y"
    assert account.model_dump(mode="json")["key"] == MASK
    values = {"password": "s3cret", "key": "k3y", "other": "x"}
    assert masked(values, account, SHOWN) == {"password": "s3cret", "key": MASK, "other": MASK}


REFERRING = {"name": "${env:DIRD}", "password": "a-${env:DIRD}", "pin": "${env:DIRD}"}
URI = "https://u:${env:DIRD}@host/?k=${env:DIRD}"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DIRD", "k@y")
    return "k@y"


def read(model: type[Account], **values: str) -> Account:
    return model.model_validate(values, context=administrator_reader())


def test_only_secrets_are_resolved_and_only_with_a_reader(secret: str) -> None:
    account = read(Account, **REFERRING, uri=URI)
    assert account.name == "${env:DIRD}"
    assert account.password.get_secret_value() == f"a-{secret}"
    assert account.pin is not None
    assert account.pin.get_secret_value() == secret
    assert account.uri == "https://u:k%40y@host/?k=k%40y"
    unread = Account(**REFERRING, uri=URI)
    assert unread.password.get_secret_value() == "a-${env:DIRD}"
    assert unread.uri == URI


def test_dumps_and_repr_have_the_references_and_not_the_secret(secret: str) -> None:
    account = read(Account, **REFERRING, uri=URI)
    assert account.model_dump(mode="json", context=REVEALED) == {**REFERRING, "uri": URI}
    assert account.model_dump(mode="json")["uri"] == f"https://u:{MASK}@host/?k=${{env:DIRD}}"
    assert secret not in account.model_dump_json() + repr(account)
    assert "k%40y" not in account.model_dump_json() + repr(account)


def test_a_resolved_secret_survives_a_pickle_without_showing_itself(secret: str) -> None:
    account = pickle.loads(pickle.dumps(read(Account, name="Ada", uri=URI)))
    assert account.uri.endswith("k%40y")
    assert secret not in repr(account)
    assert account.model_dump(mode="json", context=REVEALED)["uri"] == URI


def test_a_secret_that_is_refused_is_not_quoted(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD", "s3cret")
    with pytest.raises(ValidationError) as error_info:
        read(Account, name="Ada", pin="${env:DIRD}")
    (error,) = error_info.value.errors()
    assert error["loc"] == ("pin",)
    assert error["msg"] == ("what ${env:DIRD} stands for is refused: String should have at most 5 characters")
    assert "s3cret" not in str(error_info.value)


def test_a_wrong_reference_is_an_error_of_its_field_without_a_reader() -> None:
    with pytest.raises(ValidationError, match=r"\$\{vault:…\} is unknown") as error_info:
        Account(name="Ada", pin="${vault:x}")
    assert error_info.value.errors()[0]["loc"] == ("pin",)


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://u:${file:/a/b@c}@h/x", f"https://u:{MASK}@h/x"),
        ("https://${file:u}:${file:p}@h", f"https://${{file:u}}:{MASK}@h"),
        ("https://${file:u}@h:1", "https://${file:u}@h:1"),
        ("${file:/uri}", "${file:/uri}"),
    ],
)
def test_a_reference_to_a_password_in_a_uri_is_masked(uri: str, shown: str) -> None:
    assert Account(name="x", uri=uri).model_dump(mode="json")["uri"] == shown


@pytest.mark.parametrize(
    "uri",
    [
        "://" * 200_000,
        "://" * 200_000 + "@",
        " " * 500_000,
        "," * 500_000 + "://u:p@h",
        "://u:p@h" + "://" * 200_000,
    ]
    + ["http://h/" + text * 100_000 for text in ("${a", "${a:", "${a:}", " ,x", "a://b ", "://:")],
)
def test_no_text_takes_long_to_mask(uri: str) -> None:
    account = Account.model_construct(name="x", uri=uri)
    with assert_prompt():
        account.model_dump(mode="json")
