"""Users with a password of the authenticator `static`: their check, their entries and what is cached."""

import gc
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from password_refusals import PASSWORD, READ, refusal
from xivo_dird.authenticator import Caller, TenantTree, hash_password, hash_token
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings

TOP = "11111111-1111-4111-8111-11111111111a"
SUB = "22222222-2222-4222-8222-22222222222b"
OTHER = "44444444-4444-4444-8444-44444444444d"
USER = "55555555-5555-4555-8555-55555555555e"
TREE = TenantTree({TOP: None, SUB: TOP, OTHER: None})
HASH = hash_password(PASSWORD)


def user(username: str = "ada", tenant_uuid: str = TOP, **others: object) -> dict[str, object]:
    return {
        "username": username,
        "password_hash": HASH,
        "tenant_uuid": tenant_uuid,
        "acl": ["dird.#"],
        **others,
    }


def make_authenticator(*users: dict[str, object], **others: object) -> StaticAuthenticator:
    return StaticAuthenticator(StaticSettings.model_validate({"users": users, **others}), TREE)


def test_a_right_password_identifies_the_user_without_a_token() -> None:
    authenticator = make_authenticator(user(user_uuid=USER.upper()), user("eve", OTHER))
    for _ in range(2):
        caller = authenticator.authenticate_password("ada", PASSWORD, READ, None)
        assert caller == Caller("", TOP, USER, TOP)


def test_a_user_reaches_the_tenants_below_the_own_one() -> None:
    authenticator = make_authenticator(user())
    caller = authenticator.authenticate_password("ada", PASSWORD, READ, SUB.upper())
    assert (caller.tenant_uuid, caller.token_tenant_uuid) == (SUB, TOP)
    assert list(authenticator.visible_tenants(caller)) == [SUB]


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("eve", PASSWORD), ("Ada", PASSWORD)])
def test_an_unknown_user_looks_like_a_wrong_password(username: str, password: str) -> None:
    authenticator = make_authenticator(user())
    authenticator.authenticate_password("ada", PASSWORD, READ, None)
    for _ in range(2):
        assert refusal(authenticator, username, password) == {
            "username": username,
            "reason": "invalid_username_or_password",
            "required_access": READ,
        }


@pytest.mark.parametrize(("acl", "tenant"), [("config.read", None), (READ, OTHER), (READ, "x\ud800")])
def test_a_missing_permission_names_the_user_only(acl: str, tenant: str | None) -> None:
    authenticator = make_authenticator(user())
    authenticator.authenticate_password("ada", PASSWORD, READ, None)
    assert refusal(authenticator, acl=acl, tenant=tenant) == {
        "username": "ada",
        "reason": "missing_permission_or_invalid_tenant",
        "required_access": acl,
        "tenant_uuid": tenant and tenant.encode("unicode_escape").decode(),
    }


def test_both_spellings_of_composed_characters_are_accepted() -> None:
    authenticator = make_authenticator(user("ju\u0308rgen"))
    for username in ("jürgen", "ju\u0308rgen"):
        authenticator.authenticate_password(username, "s3cret: pa\u0308sswo\u0308rd", READ, None)


@pytest.mark.parametrize("password", ["", f"{PASSWORD}\0", "\ud800", "x" * 1_000_000])
def test_a_text_that_is_no_password_is_a_wrong_one(password: str) -> None:
    assert refusal(make_authenticator(user()), password=password)["reason"] == "invalid_username_or_password"


@pytest.mark.parametrize("username", ["", "ada\0", "ada:", "\ud800", "x" * 1_000_000])
def test_a_text_that_is_no_user_name_is_an_unknown_user(username: str) -> None:
    shown = str(refusal(make_authenticator(user()), username)["username"])
    assert shown.isascii()
    assert len(shown) <= 4096


@given(st.text(), st.text(), st.none() | st.text())
def test_without_users_everything_is_refused(username: str, password: str, tenant: str | None) -> None:
    refusal(make_authenticator(), username, password, READ, tenant)


def test_a_user_name_and_password_are_not_shifted_into_each_other() -> None:
    authenticator = make_authenticator(user("ada", password_hash=hash_password("b:c")))
    authenticator.authenticate_password("ada", "b:c", READ, None)
    assert refusal(authenticator, "ada:b", "c")["reason"] == "invalid_username_or_password"


def test_no_object_of_the_authenticator_has_the_password(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        authenticator = make_authenticator(user())
        authenticator.authenticate_password("ada", PASSWORD, READ, None)
        refusal(authenticator, password=f"{PASSWORD}?")
    found, pending = {id(authenticator)}, [authenticator]
    while pending:
        for referent in gc.get_referents(pending.pop()):
            if id(referent) not in found and not isinstance(referent, type):
                found.add(id(referent))
                if type(referent).__module__.startswith(("xivo_dird", "cachetools", "builtins")):
                    assert PASSWORD not in (referent if isinstance(referent, str) else "")
                    if not callable(referent):
                        pending.append(referent)
    assert len(found) > 20
    assert "s3cret" not in caplog.text


def test_a_password_in_clear_is_an_error_with_a_hint() -> None:
    with pytest.raises(ValidationError) as caught:
        make_authenticator({**user(), "password": "s3cret"})
    assert "users.0" in str(caught.value)
    assert "xivo-dird --hash-password" in str(caught.value)
    assert "s3cret" not in str(caught.value)


BAD_HASHES = {
    "a password": "s3cret",
    "the hash of a token": hash_token("s3cret"),
    "another function": HASH.replace("argon2id", "argon2i"),
    "little memory": HASH.replace("m=19456", "m=1"),
    "all memory": HASH.replace("m=19456", "m=99999999"),
    "fewer iterations": HASH.replace("t=2", "t=1"),
    "a character less": HASH[:-1],
    "a line feed": f"{HASH}\n",
    "bits behind the end": f"{HASH[:-1]}B",
    "bcrypt": "$2y$12$abcdefghijklmnopqrstuu",
}


@pytest.mark.parametrize("bad", BAD_HASHES.values(), ids=BAD_HASHES)
def test_a_hash_of_another_kind_is_an_error_with_a_hint(bad: str) -> None:
    with pytest.raises(ValidationError, match=r"users\.0\.password_hash") as caught:
        make_authenticator(user(password_hash=bad))
    assert "xivo-dird --hash-password" in str(caught.value)
    assert bad not in str(caught.value)


@pytest.mark.parametrize("username", ["", "a:b", "a\n", "x" * 129, "token", None])
def test_an_unusable_user_name_is_an_error_that_names_its_key(username: str | None) -> None:
    with pytest.raises(ValidationError, match=r"users\.1\.username"):
        make_authenticator(user(), {**user(), "username": username})


@pytest.mark.parametrize("username", ["jürgen", "ju\u0308rgen"])
def test_two_users_with_one_name_are_an_error_that_names_the_keys(username: str) -> None:
    with pytest.raises(ValidationError, match=r"users\n.*2\.username is the same as 0\.username"):
        make_authenticator(user("jürgen"), user("eve"), user(username))


def test_the_tenant_of_a_user_is_that_of_its_tokens_and_entries() -> None:
    token = {"hash": hash_token("t"), "tenant_uuid": SUB, "user_uuid": OTHER, "acl": []}
    authenticator = make_authenticator(
        user(user_uuid=USER), user("eve", user_uuid=USER), user("bob"), tokens=[token]
    )
    assert authenticator.tenant_of_user(USER.upper()) == TOP
    assert authenticator.tenant_of_user(OTHER) == SUB


@pytest.mark.parametrize(
    "spelling", [USER.upper(), USER.replace("-", ""), f"{{{USER}}}", f"urn:uuid:{USER}", "lobby"]
)
def test_a_user_and_a_tenant_may_be_declared_in_every_spelling(spelling: str) -> None:
    authenticator = make_authenticator(user(tenant_uuid=TOP.replace("-", "").upper(), user_uuid=spelling))
    caller = authenticator.authenticate_password("ada", PASSWORD, READ, None)
    assert caller == Caller("", TOP, "lobby" if spelling == "lobby" else USER, TOP)
    assert authenticator.tenant_of_user(spelling) == TOP


@pytest.mark.parametrize("text", ["", "ada", "\0", "\ud800", "../x", "x" * 1_000_000, SUB])
def test_an_unknown_user_has_no_tenant(text: str) -> None:
    assert make_authenticator(user(user_uuid=USER), user("bob")).tenant_of_user(text) is None


def test_a_user_whose_entries_disagree_has_no_tenant() -> None:
    token = {"hash": hash_token("t"), "tenant_uuid": OTHER, "user_uuid": USER, "acl": []}
    assert make_authenticator(user(user_uuid=USER), tokens=[token]).tenant_of_user(USER) is None
    assert (
        make_authenticator(user(user_uuid=USER), user("eve", SUB, user_uuid=USER)).tenant_of_user(USER)
        is None
    )
