"""How many passwords are checked at once, and what happens to the others."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from waiting import LONG_TIMEOUT, wait_until
from xivo_dird.authenticator import TenantTree, TooBusy, Unauthorized, hash_password
from xivo_dird.blocking import WaitingThreads, WaitsFor, set_blocking_callback
from xivo_dird_authenticators.static.authenticator import StaticAuthenticator, StaticSettings
from xivo_dird_authenticators.static.password_checks import RETRY_AFTER_SECONDS, PasswordChecks

TOP = "11111111-1111-4111-8111-11111111111a"
READ = "dird.status.read"
PASSWORD = "s3cret"
HASH = hash_password(PASSWORD)


def make_authenticator(checks: PasswordChecks) -> StaticAuthenticator:
    user = {"username": "ada", "password_hash": HASH, "tenant_uuid": TOP, "acl": ["dird.#"]}
    return StaticAuthenticator(
        StaticSettings.model_validate({"users": [user]}), TenantTree({}), password_checks=checks
    )


@pytest.mark.parametrize("username", ["ada", "eve"])
def test_without_a_free_slot_a_check_is_refused_in_time(username: str) -> None:
    checks = PasswordChecks(limit=1, max_wait=0.01)
    authenticator = make_authenticator(checks)
    with checks.slot(), pytest.raises(TooBusy) as caught:
        authenticator.authenticate_password(username, "wrong", READ, None)
    assert caught.value.retry_after == RETRY_AFTER_SECONDS
    with pytest.raises(Unauthorized):
        authenticator.authenticate_password(username, "wrong", READ, None)


def test_a_cached_password_needs_no_slot() -> None:
    checks = PasswordChecks(limit=1, max_wait=0.0)
    authenticator = make_authenticator(checks)
    first = authenticator.authenticate_password("ada", PASSWORD, READ, None)
    with checks.slot():
        assert authenticator.authenticate_password("ada", PASSWORD, READ, None) == first


@pytest.mark.parametrize(("username", "password"), [("ada:", "x"), ("ada", ""), ("ada", "x" * 1001)])
def test_what_can_be_no_password_needs_no_slot(username: str, password: str) -> None:
    checks = PasswordChecks(limit=1, max_wait=0.0)
    authenticator = make_authenticator(checks)
    with checks.slot(), pytest.raises(Unauthorized):
        authenticator.authenticate_password(username, password, READ, None)


def test_no_more_checks_than_slots_run_at_once() -> None:
    checks = PasswordChecks(limit=2, max_wait=LONG_TIMEOUT)
    both = threading.Barrier(2)
    lock = threading.Lock()
    running: list[int] = []
    most: list[int] = []

    def check() -> None:
        with checks.slot():
            with lock:
                running.append(1)
                most.append(len(running))
            both.wait()  # so that two of them are in their slots at once
            with lock:
                running.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(check) for _ in range(8)]:
            done.result()
    assert max(most) == 2


def test_a_request_that_waits_for_its_check_counts_as_waiting() -> None:
    checks = PasswordChecks(limit=1, max_wait=LONG_TIMEOUT)
    authenticator = make_authenticator(checks)
    waiting = WaitingThreads(limit=1)

    def request() -> str:
        set_blocking_callback(lambda: None, waiting)
        try:
            return authenticator.authenticate_password("ada", PASSWORD, READ, None).tenant_uuid
        except TooBusy as error:
            return error.message

    with ThreadPoolExecutor(2) as pool:
        with checks.slot():
            first = pool.submit(request)
            wait_until(lambda: waiting.count == 1)
            assert (
                pool.submit(request).result() == f"too many requests wait for {WaitsFor.AUTHENTICATION.value}"
            )
        assert first.result() == TOP
    assert waiting.count == 0
