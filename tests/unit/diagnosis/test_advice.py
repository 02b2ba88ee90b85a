"""Errors of sources are recognised by their words, whichever backend raises them."""

import pytest

from xivo_dird.diagnosis.advice import ADVICE, advice_for, cause_of, problem_text


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("SourceUnavailable: ldap://h:389: can't connect: [Errno 111] Connection refused", "refused"),
        ("can't connect to h:443: Name or service not known", "unknown host"),
        ("ldap://h: can't connect: [Errno -3] Temporary failure in name resolution", "unknown host"),
        ("h has no public address; to let sources reach it, add it to outgoing.allow", "not allowed"),
        ("ldap://h refuses the bind as cn=x: invalidCredentials", "wrong user name or password"),
        ("ldap://h refuses the bind as x: wrong password: invalidCredentials", "wrong user name or password"),
        ("ldap://h refuses the bind as x: the account is locked: invalidCredentials", "locked account"),
        ("ldap://h refuses the bind as x: the password has expired: invalidCredentials", "account"),
        (
            "ldap://h refuses the bind as x: it accepts a password only on an encrypted connection: use ldaps://",
            "encryption needed",
        ),
        ("ldap://h: search failed: it answers nobody without an account: operationsError", "no account"),
        ("ldap://h: it returns only a part of the entries: sizeLimitExceeded", "size limit"),
        ("https://h: answered 401 Unauthorized", "wrong user name or password"),
        ("https://h: answered 403 Forbidden", "no permission"),
        ("https://h: answered 404 Not Found", "not found"),
        ("https://h: answered 500 Internal Server Error", "the server failed"),
        ("https://h: answered 429 Too Many Requests", "overloaded"),
        ("https://h: its certificate is not accepted: certificate has expired", "certificate"),
        ("https://h: no TLS connection: WRONG_VERSION_NUMBER", "no TLS"),
        ("https://h: no complete answer within 10 s", "timeout"),
        ("ldap://h: search timed out", "timeout"),
        ("/x/people.csv can't be read: No such file or directory", "no such file"),
        ("/x/people.csv can't be read: Permission denied", "no permission"),
        ("option uri: ${file:/x}: /x can't be read: No such file or directory", "no such secret"),
        ("option uri: ${file:/x}: /x can't be read: Permission denied", "no permission"),
        ("/x/crm.db: table: no such column: fullname", "no such table or column"),
        ('h:5432/nodb: uri: database "nodb" does not exist', "no such database"),
        ('h:5432/crm: query: relation "people" does not exist', "no such table or column"),
        (
            "https://h refuses the application, AADSTS700027: the certificate is not one",
            "application refused",
        ),
        ("https://h answered status 403 (x): the application needs y with admin consent", "no consent"),
        ("h answered status 401 (unauthorized_client): it has no domain-wide delegation", "not delegated"),
        ("h answered status 400 (invalid_grant): check that `subject` is a user", "account refused"),
        ("https://h answered status 403 (SERVICE_DISABLED): enable the API", "disabled API"),
        ("service_account_key: is not the JSON key file of a service account", "wrong key file"),
        ("skipped after repeated failures until it answers a probe", "skipped"),
        ("no backend 'lapd' is installed and enabled", "unknown backend"),
        ("UnicodeError: UTF-16 stream does not start with BOM", "encoding"),
        (
            "https://h: it leads to https://p; to let it have the credentials, add p to allowed_hosts",
            "another server",
        ),
        ("https://h: there is no address book at /x; it answered 404 to PROPFIND /x", "no address book"),
        ("none of 3 entries can be used: card /x/a.vcf: it is no vCard", "unreadable entries"),
        ("this backend is not available yet", "unknown backend"),
        ("the tenant has no phonebook 1111", "no phonebook"),
        ("each user has entries of their own here, and the token has no user", "no user"),
    ],
)
def test_the_cause_of_a_usual_error_is_a_few_words(error, cause):
    assert cause_of(error) == cause


def test_an_unknown_error_is_its_own_cause_without_its_type():
    assert cause_of("SourceUnavailable: out of order") == "out of order"


def test_an_error_of_the_options_says_to_correct_them():
    message = "ldap_uri: 'h' is no LDAP URI"
    action = "correct the option; the page of its backend in docs/sources describes it"
    text = f"wrong option: {message}. What to do: {action}"
    assert problem_text(message, is_misconfigured=True) == problem_text(f"InvalidSource: {message}") == text


def test_only_the_commands_name_their_options():
    assert not [advice.action for _, advice in ADVICE if "--" in advice.action]
    advice = advice_for("search timed out")
    assert advice.command_action == f"{advice.action} with --timeout"
    assert "give it more time with --timeout" in problem_text("search timed out")


def test_a_problem_has_the_error_and_what_to_do():
    text = problem_text("RequestFailed: https://h: answered 403 Forbidden")
    assert text.startswith("no permission: https://h: answered 403 Forbidden. What to do: give the account")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            "each user has entries of their own here, and the token has no user",
            "each user has entries of their own here, and the token has no user."
            " What to do: name the user on whose behalf it is asked with --user UUID",
        ),
        (
            "/x.csv can't be read: No such file or directory",
            "/x.csv can't be read: No such file or directory."
            " What to do: check the path; a relative one is below the first allowed folder",
        ),
    ],
)
def test_a_problem_does_not_repeat_what_the_error_says(error, text):
    assert problem_text(error) == text
