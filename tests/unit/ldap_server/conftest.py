"""A front end for sessions without sockets, whose searches wait until a test lets them go on."""

from typing import Any

import pytest

from ldap_requests import split_responses
from xivo_dird.ldap_server.accounts import GuestClient
from xivo_dird.ldap_server.model import LdapFailure, LdapOperation, ResultCode
from xivo_dird.ldap_server.operations import FrontEnd
from xivo_dird.ldap_server.responses import encode_entry, encode_result
from xivo_dird.ldap_server.session import LdapSession

PASSWORD = "right"


class FakeAccounts:
    """Accepts one password."""

    def without_account(self, _address):
        """Return a guest."""
        return GuestClient(None)

    def bind(self, request, _address, *, is_encrypted):
        """Return a client with the name, or raise `LdapFailure`."""
        if request.password != PASSWORD:
            raise LdapFailure(ResultCode.INVALID_CREDENTIALS)
        return GuestClient(None, request.name)


class FakeSearches:
    """Answers searches by their base.

    Attributes:
        held: The bases whose searches wait.
        begun: The bases of the searches that have begun, with the name of the client.
        closed: The bases of the searches that have ended, in any way.
        error: How searches end, None for success.
    """

    def __init__(self):
        """Wait for no search."""
        self.held = set()
        self.begun = []
        self.closed = []
        self.error = None

    def answer(self, client, message_id, request, _controls):
        """Yield one entry, then nothing while the base is held, then an error or the end."""
        self.begun.append((request.base, client.name))
        try:
            yield encode_entry(message_id, request.base, [("cn", request.attributes)])
            while request.base in self.held:
                yield None
            if self.error is not None:
                raise self.error
            yield encode_result(message_id, LdapOperation.SEARCH_RESULT_DONE)
            return ResultCode.SUCCESS
        finally:
            self.closed.append(request.base)


class Conversation:
    """A session with what it sends and counts."""

    def __init__(self, *, has_tls=True, is_encrypted=False):
        """Begin a session."""
        self.searches = FakeSearches()
        self.counted: list[tuple[str, ...]] = []
        accounts: Any = FakeAccounts()
        searches: Any = self.searches
        front_end = FrontEnd(accounts, searches, lambda *operation: self.counted.append(operation), has_tls)
        self.session = LdapSession(front_end, "192.0.2.1", is_encrypted=is_encrypted)

    def send(self, data):
        """Send bytes; return the responses of one step."""
        received = self.session.receive(data)
        return split_responses(received + self.session.advance())

    def finish(self, rounds=100):
        """Return the responses until nothing is to be done, at most of a number of steps."""
        received = b""
        for _ in range(rounds):
            received += self.session.advance()
            if not self.session.has_work:
                break
        return split_responses(received)

    def ask(self, data):
        """Send bytes; return all responses."""
        return self.send(data) + self.finish()


@pytest.fixture
def conversation():
    return Conversation()
