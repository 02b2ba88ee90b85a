"""Tests of the guard of a password: a rejected one is not sent again for a long time."""

from threading import Event, Thread

import pytest

from waiting import TIMEOUT
from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends.ldap.credentials import CredentialsRejected, PasswordGuard

SOON = Deadline.after(TIMEOUT)


def bind(credentials: PasswordGuard, *, is_rejected: bool) -> None:
    with credentials.sending(SOON):
        if is_rejected:
            raise CredentialsRejected("wrong password")


def test_a_rejected_password_is_not_sent_during_the_pause() -> None:
    credentials = PasswordGuard()
    with pytest.raises(CredentialsRejected, match=r"^wrong password$"):
        bind(credentials, is_rejected=True)
    with pytest.raises(
        CredentialsRejected, match="wrong password; the password is not sent again before 30 min"
    ):
        bind(credentials, is_rejected=False)


def test_after_the_pause_it_is_sent_again() -> None:
    credentials = PasswordGuard(pause=0)
    for _ in range(2):
        with pytest.raises(CredentialsRejected, match=r"^wrong password$"):
            bind(credentials, is_rejected=True)
    bind(credentials, is_rejected=False)


def test_another_failure_does_not_stop_the_password() -> None:
    credentials = PasswordGuard()
    with pytest.raises(OSError, match="reset"), credentials.sending(SOON):
        raise OSError("reset")
    bind(credentials, is_rejected=False)


def test_the_first_bind_is_waited_for_and_later_ones_are_not() -> None:
    credentials, entered, may_leave = PasswordGuard(), Event(), Event()

    def bind_slowly() -> None:
        with credentials.sending(SOON):
            entered.set()
            may_leave.wait(TIMEOUT)

    first = Thread(target=bind_slowly)
    first.start()
    assert entered.wait(TIMEOUT)
    with (
        pytest.raises(SourceUnavailable, match="another connection"),
        credentials.sending(Deadline.after(0.01)),
    ):
        pass
    may_leave.set()
    first.join()
    entered.clear()
    may_leave.clear()
    second = Thread(target=bind_slowly)
    second.start()
    assert entered.wait(TIMEOUT)
    bind(credentials, is_rejected=False)
    may_leave.set()
    second.join()
