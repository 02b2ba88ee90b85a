"""Tests of the authenticator `static` through its public methods."""

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


def make_authenticator(*tokens: dict[str, object], **others: object) -> StaticAuthenticator:
    settings = StaticSettings.model_validate({"tokens": tokens, **others})
    return StaticAuthenticator(settings, TREE)


def details_of_refusal(
    authenticator: StaticAuthenticator, token: str, acl: str = READ, tenant: str | None = None
) -> object:
    with pytest.raises(Unauthorized) as caught:
        authenticator.authenticate(token, acl, tenant)
    return caught.value.details


def test_a_known_token_identifies_its_user_and_tenant() -> None:
    caller = make_authenticator(entry("good", user_uuid=USER)).authenticate("good", READ, None)
    assert caller == Caller(token="good", tenant_uuid=TOP, user_uuid=USER, token_tenant_uuid=TOP)


def test_a_token_without_user_is_a_caller_without_user() -> None:
    assert make_authenticator(entry("good")).authenticate("good", READ, None).user_uuid is None


def test_the_scope_can_be_a_tenant_below_the_token() -> None:
    caller = make_authenticator(entry("good")).authenticate("good", READ, SUBSUB)
    assert (caller.tenant_uuid, caller.token_tenant_uuid) == (SUBSUB, TOP)


def test_an_empty_tenant_is_treated_as_absent() -> None:
    assert make_authenticator(entry("good")).authenticate("good", READ, "").tenant_uuid == TOP


def test_uuids_are_compared_and_returned_in_lower_case() -> None:
    authenticator = make_authenticator(entry("good", tenant_uuid=TOP.upper()))
    assert authenticator.authenticate("good", READ, SUB.upper()).tenant_uuid == SUB
    assert authenticator.authenticate("good", READ, None).tenant_uuid == TOP


def test_an_unknown_token_is_not_found() -> None:
    assert details_of_refusal(make_authenticator(entry("good")), "bad") == {
        "invalid_token": "bad",
        "reason": "not_found_or_expired",
        "required_access": READ,
    }


def test_access_outside_the_acl_is_a_missing_permission() -> None:
    assert details_of_refusal(make_authenticator(entry("good")), "good", "other.read") == {
        "invalid_token": "good",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": "other.read",
        "tenant_uuid": None,
    }


@pytest.mark.parametrize("tenant", [TOP, OTHER, "nowhere", "x\ud800", "\0", "x" * 100_000])
def test_an_unreachable_tenant_is_a_missing_permission(tenant: str) -> None:
    authenticator = make_authenticator(entry("child", tenant_uuid=SUB))
    details = details_of_refusal(authenticator, "child", READ, tenant)
    assert isinstance(details, dict)
    assert details["reason"] == "missing_permission_or_invalid_tenant"
    assert str(details["tenant_uuid"]).isprintable()
    assert len(str(details["tenant_uuid"])) < 4_000


def test_a_cached_permission_does_not_apply_to_other_requests() -> None:
    authenticator = make_authenticator(entry("child", tenant_uuid=SUB))
    authenticator.authenticate("child", READ, SUBSUB)
    for _ in range(2):
        details_of_refusal(authenticator, "child", READ, TOP)
        details_of_refusal(authenticator, "child", "config.read", SUBSUB)


@pytest.mark.parametrize(
    "token",
    ["", " ", "good\0", "good\n", "gööd", "\ud800", "good" * 250_000, "../good?x", hash_token("good")],
)
def test_a_malformed_token_is_not_found(token: str) -> None:
    details = details_of_refusal(make_authenticator(entry("good")), token)
    assert isinstance(details, dict)
    assert details["reason"] == "not_found_or_expired"
    assert str(details["invalid_token"]).encode("utf-8").isascii()
    assert len(str(details["invalid_token"])) <= 4096


@given(st.text(), st.text(), st.none() | st.text())
def test_random_tokens_are_refused(token: str, acl: str, tenant: str | None) -> None:
    details_of_refusal(make_authenticator(entry("a long token that is hard to guess")), token, acl, tenant)


def test_visible_tenants_are_the_scope_and_its_descendants() -> None:
    authenticator = make_authenticator(entry("good"))
    caller = authenticator.authenticate("good", READ, None)
    assert list(authenticator.visible_tenants(caller)) == [TOP, SUB, SUBSUB]
    assert list(authenticator.visible_tenants(authenticator.authenticate("good", READ, SUBSUB))) == [SUBSUB]


def test_an_undeclared_tenant_has_no_descendants() -> None:
    authenticator = make_authenticator(entry("good", tenant_uuid="undeclared"))
    assert list(authenticator.visible_tenants(authenticator.authenticate("good", READ, None))) == [
        "undeclared"
    ]


def test_the_configured_master_tenant_is_returned() -> None:
    assert make_authenticator().master_tenant() is None
    assert make_authenticator(master_tenant_uuid=TOP.upper()).master_tenant() == TOP


def test_the_only_root_tenant_is_the_default_master_tenant() -> None:
    only_root = StaticAuthenticator(StaticSettings(), TenantTree({TOP: None, SUB: TOP}))
    assert only_root.master_tenant() == TOP


def test_a_plain_token_in_the_configuration_is_an_error_with_a_hint() -> None:
    with pytest.raises(ValidationError) as caught:
        StaticSettings.model_validate({"tokens": [{"token": "s3cret", "tenant_uuid": TOP, "acl": ["#"]}]})
    assert "xivo-dird --hash-token" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("bad", ["sha256:abc", "md5:" + "0" * 64, "0" * 64, "sha256:" + "g" * 64])
def test_a_malformed_hash_is_an_error(bad: str) -> None:
    with pytest.raises(ValidationError, match=r"tokens\.0\.hash"):
        StaticSettings.model_validate({"tokens": [{"hash": bad, "tenant_uuid": TOP, "acl": []}]})


def test_a_hash_may_be_written_in_upper_case() -> None:
    upper = "sha256:" + hash_token("good").removeprefix("sha256:").upper()
    assert make_authenticator(entry("good", hash=upper)).authenticate("good", READ, None).tenant_uuid == TOP
