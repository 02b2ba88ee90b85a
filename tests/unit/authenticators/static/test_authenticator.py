"""The authenticator `static`, through the public door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from xivo_dird.authenticator import Caller, TenantTree, Unauthorized, hash_token
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings

TOP = "11111111-1111-4111-8111-11111111111a"
SUB = "22222222-2222-4222-8222-22222222222b"
SUBSUB = "33333333-3333-4333-8333-33333333333c"
OTHER = "44444444-4444-4444-8444-44444444444d"
USER = "55555555-5555-4555-8555-55555555555e"
TREE = TenantTree({TOP: None, SUB: TOP, SUBSUB: SUB, OTHER: None})
READ = "dird.status.read"


def entry(token: str, tenant_uuid: str = TOP, **others: object) -> dict[str, object]:
    return {"hash": hash_token(token), "tenant_uuid": tenant_uuid, "acl": ["dird.#"], **others}


def authenticator(*tokens: dict[str, object], **others: object) -> StaticAuthenticator:
    settings = StaticSettings.model_validate({"tokens": tokens, **others})
    return StaticAuthenticator(settings, TREE)


def details_of_refusal(
    asked: StaticAuthenticator, token: str, acl: str = READ, tenant: str | None = None
) -> object:
    with pytest.raises(Unauthorized) as caught:
        asked.authenticate(token, acl, tenant)
    return caught.value.details


def test_a_known_token_gives_its_user_and_tenant() -> None:
    caller = authenticator(entry("good", user_uuid=USER)).authenticate("good", READ, None)
    assert caller == Caller(token="good", tenant_uuid=TOP, user_uuid=USER, token_tenant_uuid=TOP)


def test_a_token_without_user_is_a_caller_without_user() -> None:
    assert authenticator(entry("good")).authenticate("good", READ, None).user_uuid is None


def test_the_header_moves_the_scope_to_a_tenant_below() -> None:
    caller = authenticator(entry("good")).authenticate("good", READ, SUBSUB)
    assert (caller.tenant_uuid, caller.token_tenant_uuid) == (SUBSUB, TOP)


def test_an_empty_tenant_counts_as_absent() -> None:
    assert authenticator(entry("good")).authenticate("good", READ, "").tenant_uuid == TOP


def test_uuids_are_compared_and_given_in_lower_case() -> None:
    asked = authenticator(entry("good", tenant_uuid=TOP.upper()))
    assert asked.authenticate("good", READ, SUB.upper()).tenant_uuid == SUB
    assert asked.authenticate("good", READ, None).tenant_uuid == TOP


def test_an_unknown_token_is_not_found() -> None:
    assert details_of_refusal(authenticator(entry("good")), "bad") == {
        "invalid_token": "bad",
        "reason": "not_found_or_expired",
        "required_access": READ,
    }


def test_an_access_that_the_token_does_not_hold_is_a_missing_permission() -> None:
    assert details_of_refusal(authenticator(entry("good")), "good", "other.read") == {
        "invalid_token": "good",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": "other.read",
        "tenant_uuid": None,
    }


@pytest.mark.parametrize("tenant", [TOP, OTHER, "nowhere", "x\ud800", "\0", "x" * 100_000])
def test_a_tenant_out_of_reach_is_a_missing_permission(tenant: str) -> None:
    asked = authenticator(entry("child", tenant_uuid=SUB))
    details = details_of_refusal(asked, "child", READ, tenant)
    assert isinstance(details, dict)
    assert details["reason"] == "missing_permission_or_invalid_tenant"
    assert str(details["tenant_uuid"]).isprintable()
    assert len(str(details["tenant_uuid"])) < 4_000


def test_a_refusal_stays_a_refusal_after_the_same_token_was_granted_elsewhere() -> None:
    asked = authenticator(entry("child", tenant_uuid=SUB))
    asked.authenticate("child", READ, SUBSUB)
    for _ in range(2):
        details_of_refusal(asked, "child", READ, TOP)
        details_of_refusal(asked, "child", "config.read", SUBSUB)


@pytest.mark.parametrize(
    "token",
    ["", " ", "good\0", "good\n", "gööd", "\ud800", "good" * 250_000, "../good?x", hash_token("good")],
)
def test_a_hostile_token_is_not_found(token: str) -> None:
    details = details_of_refusal(authenticator(entry("good")), token)
    assert isinstance(details, dict)
    assert details["reason"] == "not_found_or_expired"
    assert str(details["invalid_token"]).encode("utf-8").isascii()
    assert len(str(details["invalid_token"])) <= 4096


@given(st.text(), st.text(), st.none() | st.text())
def test_no_token_gets_in_by_chance(token: str, acl: str, tenant: str | None) -> None:
    details_of_refusal(authenticator(entry("a long token that nobody guesses")), token, acl, tenant)


def test_visible_tenants_are_the_scope_and_all_below_it() -> None:
    asked = authenticator(entry("good"))
    caller = asked.authenticate("good", READ, None)
    assert list(asked.visible_tenants(caller)) == [TOP, SUB, SUBSUB]
    assert list(asked.visible_tenants(asked.authenticate("good", READ, SUBSUB))) == [SUBSUB]


def test_a_tenant_that_nobody_declared_is_its_own_tree() -> None:
    asked = authenticator(entry("good", tenant_uuid="undeclared"))
    assert list(asked.visible_tenants(asked.authenticate("good", READ, None))) == ["undeclared"]


def test_the_master_tenant_is_the_configured_one() -> None:
    assert authenticator().master_tenant() is None
    assert authenticator(master_tenant_uuid=TOP.upper()).master_tenant() == TOP


def test_without_a_configured_one_the_only_root_of_the_declared_tenants_is_the_master_tenant() -> None:
    only_root = StaticAuthenticator(StaticSettings(), TenantTree({TOP: None, SUB: TOP}))
    assert only_root.master_tenant() == TOP


def test_a_token_in_clear_in_the_configuration_is_an_error_that_says_how_to_hash_it() -> None:
    with pytest.raises(ValidationError) as caught:
        StaticSettings.model_validate({"tokens": [{"token": "s3cret", "tenant_uuid": TOP, "acl": ["#"]}]})
    assert "xivo-dird --hash-token" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("bad", ["sha256:abc", "md5:" + "0" * 64, "0" * 64, "sha256:" + "g" * 64])
def test_a_hash_of_another_form_is_an_error(bad: str) -> None:
    with pytest.raises(ValidationError, match=r"tokens\.0\.hash"):
        StaticSettings.model_validate({"tokens": [{"hash": bad, "tenant_uuid": TOP, "acl": []}]})


def test_a_hash_may_be_written_in_upper_case() -> None:
    upper = "sha256:" + hash_token("good").removeprefix("sha256:").upper()
    assert authenticator(entry("good", hash=upper)).authenticate("good", READ, None).tenant_uuid == TOP
