"""Sessions in a database: when they end, how many there are, and what the database shows of them."""

import pytest
from sqlalchemy import text

from xivo_dird.authenticator import hash_token
from xivo_dird.config.schema import Config
from xivo_dird.exceptions import Unauthorized
from xivo_dird.failure_limit import FailureLimit
from xivo_dird.plugins import create_authenticator
from xivo_dird.sessions.keys import decrypt, encrypt, keys_of, new_secret
from xivo_dird.sessions.model import BrowserSession, Credentials
from xivo_dird.sessions.service import CODE_SECONDS, MAX_SESSIONS, SessionService

TENANT = "11111111-1111-4111-8111-111111111111"
USER = "44444444-4444-4444-8444-444444444444"
SECONDS = 600
ORIGIN = "192.0.2.1"
TOKEN = "a token of the test"


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(database, clock):
    tokens = [
        {"hash": hash_token(text), "tenant_uuid": TENANT, "user_uuid": user, "acl": ["#"]}
        for text, user in (("ada", USER), ("service", None))
    ]
    auth = {"method": "static", "tokens": tokens}
    config = Config.model_validate({"auth": auth, "provisioning": {"tenants": [{"uuid": TENANT}]}})
    return SessionService(database, create_authenticator(config), FailureLimit(1000), SECONDS, clock)


def rows(database):
    with database.reading() as transaction:
        return transaction.execute(text("SELECT * FROM session")).all()


def test_a_session_ends_after_its_seconds_whatever_its_use(sessions, clock):
    session = sessions.sign_in_with_token("ada", ORIGIN)
    clock.now += SECONDS - 1
    assert sessions.find(session.secret) == session
    clock.now += 1
    assert sessions.find(session.secret) is None


def test_a_code_is_too_old_after_an_hour(sessions, clock):
    in_time, too_late = sessions.new_code("ada"), sessions.new_code("ada")
    clock.now += CODE_SECONDS - 1
    assert sessions.sign_in_with_code(in_time, ORIGIN, is_loopback=True).credentials.user_uuid == USER
    clock.now += 1
    with pytest.raises(Unauthorized):
        sessions.sign_in_with_code(too_late, ORIGIN, is_loopback=True)


def test_no_code_is_made_for_an_unknown_token(sessions):
    with pytest.raises(Unauthorized):
        sessions.new_code("unknown")


def test_what_has_expired_is_removed_at_the_next_sign_in(sessions, database, clock):
    sessions.sign_in_with_token("ada", ORIGIN)
    sessions.new_code("ada")
    clock.now += CODE_SECONDS
    sessions.sign_in_with_token("ada", ORIGIN)
    assert len(rows(database)) == 1


@pytest.mark.parametrize("token", ["ada", "service"])
def test_too_many_sessions_of_one_user_end_the_oldest_ones(sessions, clock, token):
    other = sessions.sign_in_with_token("service" if token == "ada" else "ada", ORIGIN)
    opened = []
    for _ in range(MAX_SESSIONS + 2):
        clock.now += 1
        opened.append(sessions.sign_in_with_token(token, ORIGIN))
    known = [sessions.find(session.secret) is not None for session in opened]
    assert known == [False, False] + [True] * MAX_SESSIONS
    assert sessions.find(other.secret) == other


def test_the_database_shows_neither_cookie_nor_csrf_token_nor_credentials(sessions, database):
    session = sessions.sign_in_with_token("ada", ORIGIN)
    ((digest, *_, encrypted),) = rows(database)
    for shown in (digest, encrypted):
        for secret in (session.secret, session.csrf_token, "ada", USER):
            assert secret.encode() not in shown
    assert digest != encrypted


def test_a_session_whose_row_was_changed_or_exchanged_does_not_exist(sessions, database):
    session, other = (sessions.sign_in_with_token(token, ORIGIN) for token in ("ada", "service"))
    rows_before = {row.digest: row for row in rows(database)}
    own, foreign = keys_of(session.secret).digest, keys_of(other.secret).digest
    for credentials in (
        b"",
        b"short",
        rows_before[foreign].credentials,
        rows_before[own].credentials[:-1] + b"x",
    ):
        with database.changing() as transaction:
            update = text("UPDATE session SET credentials = :credentials WHERE digest = :digest")
            transaction.execute(update, {"credentials": credentials, "digest": own})
        assert sessions.find(session.secret) is None
    assert sessions.find(other.secret) == other


def test_no_text_of_a_session_has_its_secrets(sessions):
    session = sessions.sign_in_with_token("ada", ORIGIN)
    assert isinstance(session, BrowserSession)
    for shown in (repr(session), str(session), repr(session.credentials), f"{[session]}"):
        assert session.secret not in shown
        assert session.csrf_token not in shown
        assert "'ada'" not in shown


def test_the_keys_of_a_session_tell_nothing_about_each_other():
    keys, again, other = keys_of("a"), keys_of("a"), keys_of("b")
    assert keys == again
    assert len({*keys, *other}) == 6
    assert all(len(key) == 32 for key in keys[:2])


@pytest.mark.parametrize("secret", ["", "x", "é", "\ud800", "\0", "0" * 43])
def test_any_text_has_keys_that_encrypt(secret):
    credentials = Credentials(text=TOKEN, is_token=True, user_uuid=None, tenant_uuid=TENANT)
    keys = keys_of(secret)
    first, second = encrypt(keys, credentials), encrypt(keys, credentials)
    assert first != second
    assert decrypt(keys, first) == decrypt(keys, second) == credentials
    assert decrypt(keys_of(f"{secret}x"), first) is None


def test_secrets_differ_and_fit_into_cookies_and_urls():
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(secret) == 43 and secret.replace("-", "").replace("_", "").isalnum() for secret in made)
