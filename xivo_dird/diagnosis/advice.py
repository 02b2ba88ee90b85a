"""What the error of a source means, and what to do; errors of any backend are recognised by their words."""

import re
from typing import NamedTuple


class Advice(NamedTuple):
    """What an error means for the administrator who connects a directory.

    Attributes:
        cause: What is wrong, in a few words.
        action: What to do.
        option: The option of a command that does it, if any.
    """

    cause: str
    action: str
    option: str | None = None

    @property
    def command_action(self) -> str:
        """Return what to do for somebody who uses the commands."""
        return self.action if self.option is None else f"{self.action} with {self.option}"


UNKNOWN = Advice("error", "the log of the daemon may have more (log_filename, level debug)")

WRONG_OPTION = Advice(
    "wrong option", "correct the option; the page of its backend in docs/sources describes it"
)

_TYPE_NAME = re.compile(r"(?:[A-Z][a-z]+){2,}: ")
"""The type of an exception, which the core puts before its text."""

ADVICE: tuple[tuple[str, Advice], ...] = (
    (
        r"skipped after repeated failures",
        Advice("skipped", "repair the source; it is tried again by itself (circuit breaker)"),
    ),
    (
        r"refuses the application",
        Advice(
            "application refused",
            "do what the message says, in the Entra admin centre under App registrations",
        ),
    ),
    (
        r"with admin consent",
        Advice(
            "no consent",
            "add the permission under App registrations > API permissions as an application permission, then"
            " choose Grant admin consent",
        ),
    ),
    (
        r"domain-wide delegation",
        Advice(
            "not delegated",
            "in the Google admin console, add client id and scope under Security > Access and data control > API"
            " controls > Domain-wide delegation",
        ),
    ),
    (
        r"that `subject`|service account or its key",
        Advice(
            "account refused",
            "check `subject`, the key of the service account in the Google Cloud console, and the clock",
        ),
    ),
    (
        r"SERVICE_DISABLED",
        Advice(
            "disabled API",
            "enable it in the Google Cloud console under APIs & Services > Library, in the project of the account",
        ),
    ),
    (
        r"service_account_key:",
        Advice("wrong key file", "use the unchanged JSON file that Google created with the key"),
    ),
    (
        r"outgoing\.allow",
        Advice(
            "not allowed",
            "allow it as the message says, or declare the source in YAML (provisioning.sources)",
        ),
    ),
    (
        r"outside the allowed folders",
        Advice("not allowed", "do what the message says, then restart the daemon"),
    ),
    (
        r"no backend .* is installed",
        Advice("unknown backend", "check the spelling of `backend` and enabled_plugins.backends"),
    ),
    (
        r"not available yet",
        Advice("unknown backend", "use another backend: this one only stores its options"),
    ),
    (
        r"no phonebook",
        Advice("no phonebook", "check phonebook_uuid, and that the phonebook is of the tenant of the source"),
    ),
    (
        r"add \S+ to allowed_hosts",
        Advice(
            "another server",
            "if the named host belongs to your provider, add it to allowed_hosts of the source",
        ),
    ),
    (
        r"there is no address book",
        Advice(
            "no address book",
            "compare `url` and `books` with the address that the server shows for the address book",
        ),
    ),
    (
        r"entries can be used|gives none of them|only a part of the cards",
        Advice(
            "unreadable entries",
            "look at the named entry where it comes from and save it again, or look into the log of that server",
        ),
    ),
    (
        r"UnicodeError|UnicodeDecodeError|\bcodec\b",
        Advice("encoding", "remove `encoding`, so that it is found out, or correct it"),
    ),
    (
        r"certificate|CERTIFICATE_VERIFY",
        Advice(
            "certificate",
            "name the host as in its certificate, or the file of the authority that signed it in the"
            " option of the source for certificates",
        ),
    ),
    (
        r"the account is locked",
        Advice(
            "locked account",
            "unlock the account, then save the source again or restart the daemon; find out who locks it",
        ),
    ),
    (
        r"password has expired|password must be changed|the account is disabled|the account has expired"
        r"|the account may not log on",
        Advice(
            "account", "repair the account of the source, then save the source again or restart the daemon"
        ),
    ),
    (
        r"only on an encrypted connection",
        Advice("encryption needed", "use ldaps:// in ldap_uri, or set ldap_start_tls"),
    ),
    (
        r"answers nobody without an account",
        Advice("no account", "set ldap_username and ldap_password"),
    ),
    (
        r"only a part of the entries|looks? at too many entries|sizeLimitExceeded|adminLimitExceeded",
        Advice(
            "size limit",
            "let the server return more to the account of the source; docs/sources/ldap.md says how",
        ),
    ),
    (
        r"no such path in the",
        Advice("no such path", "compare the option that is named with the keys of the answer"),
    ),
    (
        r"reports an error at",
        Advice("the service reports an error", "look up its code in the documentation of the service"),
    ),
    (
        r"the login failed: auth\.jwt: answered 4\d\d",
        Advice(
            "signed token refused",
            "compare claims, key and key_id of auth.jwt with what the server knows, and check the clock",
        ),
    ),
    (
        r"invalidCredentials|the login failed: \S+: (?:answered 40\d|no )"
        r"|refuses the bind|\b401\b|invalid_grant|invalid_client"
        r"|(?:wrong|invalid|bad) (?:password|token|credentials)|password authentication failed|access denied",
        Advice(
            "wrong user name or password",
            "check user name, password or token of the source, and try them elsewhere",
        ),
    ),
    (
        r"\b403\b|forbidden|insufficientAccess|permission denied|not permitted",
        Advice("no permission", "give the account, or the system user of the daemon, the right to read this"),
    ),
    (
        r"connection refused|\brefused\b",
        Advice("refused", "nothing listens there: check host and port, and that the server runs"),
    ),
    (
        r"name or service not known|name resolution|no address associated|nodename nor servname"
        r"|it has no address|the host has no address|was not resolved|no valid host name",
        Advice("unknown host", "check the spelling of the host and the name server of this machine"),
    ),
    (
        r"no route to host|unreachable",
        Advice("no route", "check the network and the firewall between this machine and the host"),
    ),
    (
        r"timed out|timeout|no (?:complete )?answer within|being read for the first time|takes more than",
        Advice(
            "timeout", "check the firewall and whether the server is slow; give it more time", "--timeout"
        ),
    ),
    (
        r"\$\{file:.*no such file",
        Advice(
            "no such secret",
            "write the secret into the file that `${file:…}` names, readable for the user of the daemon",
        ),
    ),
    (
        r"\bdatabase .* does not exist|no such database",
        Advice("no such database", "check the name of the database, the last part of the URI"),
    ),
    (
        r"no such (?:table|column)|(?:relation|column) .* does not exist",
        Advice(
            "no such table or column",
            "compare the option that is named, `columns`, and `table_schema` if you have set it, with the database",
        ),
    ),
    (
        r"no such file|can't be read: no such",
        Advice("no such file", "check the path; a relative one is below the first allowed folder"),
    ),
    (r"noSuchObject", Advice("no such base", "check ldap_base_dn: the server has no such entry")),
    (
        r"\b404\b|not found",
        Advice("not found", "check the path of the URL: the server has nothing there"),
    ),
    (
        r"\b429\b|\b503\b|asked for a pause",
        Advice("overloaded", "the server asks for a pause: wait, or raise its quota"),
    ),
    (r"\b5\d\d\b", Advice("the server failed", "look into the log of that server")),
    (
        r"TLS|\bSSL\b|WRONG_VERSION_NUMBER",
        Advice("no TLS", "check whether this port speaks TLS: https or ldaps on one without it fails"),
    ),
    (
        r"no JSON|no CSV|\bHTML\b|no valid HTTP|not CSV|unexpected",
        Advice("another protocol", "check the URL or path: what is there is of another kind"),
    ),
    (
        r"closed the connection|connection reset|ends early|broken pipe",
        Advice("broken connection", "the server ended the connection: look into its log, and check the port"),
    ),
    (
        r"has no user|entries of their own",
        Advice("no user", "name the user on whose behalf it is asked", "--user UUID"),
    ),
    (r"option \w+|is needed|unknown key|\AInvalidSource: ", WRONG_OPTION),
)


def problem_text(error: str, *, is_misconfigured: bool = False) -> str:
    """Return an error in words for a terminal, with what to do; the cause is first, unless the error names it.

    Args:
        error: The error.
        is_misconfigured: Whether the options of the source are what failed.
    """
    advice = advice_for(error)
    if advice is UNKNOWN and is_misconfigured:
        advice = WRONG_OPTION
    text = _without_type(error)
    is_said = advice is UNKNOWN or advice.cause.casefold() in text.casefold()
    return f"{text if is_said else f'{advice.cause}: {text}'}. What to do: {advice.command_action}"


def cause_of(error: str) -> str:
    """Return what an error means in a few words, the whole error if its meaning is unknown."""
    advice = advice_for(error)
    return _without_type(error) if advice is UNKNOWN else advice.cause


def advice_for(error: str) -> Advice:
    """Return what an error means, and what to do."""
    for pattern, advice in ADVICE:
        if re.search(pattern, error, re.IGNORECASE):
            return advice
    return UNKNOWN


def _without_type(error: str) -> str:
    match = _TYPE_NAME.match(error)
    return error[match.end() :] if match else error
