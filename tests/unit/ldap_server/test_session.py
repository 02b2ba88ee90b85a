"""One connection without its socket: the order of requests, abandons, StartTLS, and the end."""

import pytest

from ldap_requests import (
    ADD,
    BIND,
    COMPARE,
    DELETE,
    DONE,
    ENTRY,
    EXTENDED_RESPONSE,
    MODIFY,
    MODIFY_DN,
    OTHER,
    PROTOCOL_ERROR,
    START_TLS,
    UNAVAILABLE,
    UNAVAILABLE_CRITICAL,
    UNWILLING,
    WHO_AM_I,
    abandon,
    bind,
    codes_of,
    control,
    extended,
    integer,
    present,
    request,
    search,
    unbind,
)
from servers.ldap_messages import octet_string, tlv
from unit.ldap_server.conftest import PASSWORD, Conversation
from xivo_dird.exceptions import RequestAbandoned, StoreUnavailable, TooBusy
from xivo_dird.ldap_server.session import MAX_MESSAGE_BYTES, MAX_RUNNING, MAX_WAITING, MAX_WAITING_BYTES

RIGHT, WRONG = bind(1, b"ada", PASSWORD.encode()), bind(1, b"ada", b"wrong")


def search_of(message_id, base=b"a", **options):
    return search(message_id, present(b"cn"), base, **options)


def identity(conversation):
    """Return what "Who am I?" answers."""
    (response,) = conversation.ask(extended(99, WHO_AM_I))
    return response.parts[3].content.decode()


def test_each_request_has_its_answer_also_in_one_packet(conversation):
    responses = conversation.ask(b"".join(search_of(number) for number in range(1, 101)))
    assert codes_of(responses) == dict.fromkeys(range(1, 101), 0)
    assert len(responses) == 200
    assert conversation.counted == [("search", "success")] * 100


def test_a_request_may_arrive_byte_by_byte(conversation):
    encoded = search_of(1)
    assert [conversation.send(bytes([byte])) for byte in encoded[:-1]] == [[]] * (len(encoded) - 1)
    assert conversation.session.has_begun_message
    assert codes_of(conversation.send(encoded[-1:])) == {1: 0}


def test_a_search_that_waits_delays_no_other(conversation):
    conversation.searches.held = {"slow"}
    assert [response.kind for response in conversation.send(search_of(1, b"slow"))] == [ENTRY]
    assert codes_of(conversation.send(search_of(2))) == {2: 0}
    conversation.searches.held = set()
    assert codes_of(conversation.finish()) == {1: 0}


def test_only_some_searches_run_at_the_same_time(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(b"".join(search_of(number, b"slow") for number in range(1, 21)))
    assert len(conversation.searches.begun) == MAX_RUNNING
    conversation.searches.held = set()
    assert codes_of(conversation.finish()) == dict.fromkeys(range(1, 21), 0)


def test_a_running_search_is_abandoned_without_an_answer(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(1, b"slow"))
    assert conversation.ask(abandon(2, 1)) == []
    assert conversation.searches.closed == ["slow"]
    assert not conversation.session.has_work
    assert codes_of(conversation.ask(search_of(1))) == {1: 0}


def test_a_waiting_search_is_abandoned_without_an_answer(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(b"".join(search_of(number, b"slow") for number in range(1, MAX_RUNNING + 1)))
    conversation.send(search_of(50, b"late") + search_of(51) + abandon(52, 50))
    conversation.searches.held = set()
    assert set(codes_of(conversation.finish())) == {*range(1, MAX_RUNNING + 1), 51}
    assert "late" not in conversation.searches.closed


@pytest.mark.parametrize("abandoned_id", [0, 7, 2**31 - 1])
def test_an_abandon_of_an_unknown_request_is_ignored(conversation, abandoned_id):
    assert conversation.ask(abandon(2, abandoned_id)) == []
    assert codes_of(conversation.ask(search_of(3))) == {3: 0}


@pytest.mark.parametrize("encoded", [RIGHT, extended(1, WHO_AM_I)])
def test_a_bind_or_extended_request_can_not_be_abandoned(conversation, encoded):
    assert codes_of(conversation.ask(encoded + abandon(2, 1))) == {1: 0}


def test_a_request_with_the_id_of_a_running_one_waits_for_it(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(1, b"slow"))
    assert conversation.send(search_of(1, b"next")) == []
    conversation.searches.held = set()
    assert [response.dn for response in conversation.finish() if response.kind == ENTRY] == ["next"]


def test_a_bind_begins_after_the_searches_before_it(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(2, b"slow"))
    assert conversation.send(RIGHT + search_of(3, b"behind")) == []
    assert conversation.searches.begun == [("slow", "")]
    conversation.searches.held = set()
    assert [response.message_id for response in conversation.finish() if response.is_final] == [2, 1, 3]
    assert conversation.searches.begun == [("slow", ""), ("behind", "ada")]


def test_a_bind_that_fails_leaves_no_account(conversation):
    assert codes_of(conversation.ask(RIGHT)) == {1: 0}
    assert identity(conversation) == "u:ada"
    assert codes_of(conversation.ask(WRONG)) == {1: 49}
    assert identity(conversation) == ""


@pytest.mark.parametrize(
    "content", [b"", integer(3), integer(3) + octet_string(b"ada"), integer(3) + b"\x04\x7f"]
)
def test_a_malformed_bind_is_an_error_and_leaves_no_account(conversation, content):
    conversation.ask(RIGHT)
    assert codes_of(conversation.ask(request(2, tlv(BIND, content)))) == {2: PROTOCOL_ERROR}
    assert identity(conversation) == ""


@pytest.mark.parametrize("kind", [MODIFY, ADD, DELETE, MODIFY_DN, COMPARE])
def test_the_directory_can_only_be_searched(conversation, kind):
    (response,) = conversation.ask(request(1, tlv(kind, b"\xff\xff")))
    assert (response.kind, response.code) == ((kind & 0x1F) + 0x61, UNWILLING)


@pytest.mark.parametrize("operation", [WHO_AM_I, START_TLS])
def test_a_critical_control_of_an_extended_request_is_refused(conversation, operation):
    critical = control(b"1.2.3", is_critical=True)
    assert codes_of(conversation.ask(extended(1, operation, [critical]))) == {1: UNAVAILABLE_CRITICAL}
    assert codes_of(conversation.ask(extended(2, operation, [control(b"1.2.3")]))) == {2: 0}


def test_a_critical_control_of_a_bind_is_refused(conversation):
    simple = tlv(BIND, integer(3), octet_string(b"ada"), tlv(0x80, PASSWORD.encode()))
    critical = control(b"1.2.3", is_critical=True)
    assert codes_of(conversation.ask(request(1, simple, [critical]))) == {1: UNAVAILABLE_CRITICAL}
    assert identity(conversation) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"\x30\x80\x02\x01\x01",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x83\x01\x00\x00",
        b"\x30\x05\x02\x7f\x01\x42\x00",
        b"\x30\x00",
        request(0, tlv(0x42)),
        request(2**31, tlv(0x42)),
        request(1, tlv(0x79)),
        request(1, tlv(0x61)),
        request(1, tlv(0x50)),
    ],
)
def test_what_is_no_ldap_ends_the_connection_with_a_notice(conversation, data):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(1, b"slow"))
    (notice,) = conversation.ask(data + search_of(2))
    assert (notice.message_id, notice.kind, notice.code) == (0, EXTENDED_RESPONSE, PROTOCOL_ERROR)
    assert conversation.session.is_ended
    assert not conversation.session.has_work
    assert conversation.searches.closed == ["slow"]


def test_a_request_has_a_maximum_size(conversation):
    padding = MAX_MESSAGE_BYTES - len(search_of(1, b"x" * 60_000)) + 60_000
    assert codes_of(conversation.ask(search_of(1, b"x" * padding))) == {1: 0}
    (notice,) = conversation.ask(search_of(1, b"x" * (padding + 1))[:10])
    assert notice.message_id == 0


def test_no_more_is_read_while_many_requests_wait(conversation):
    conversation.searches.held = {"slow"}
    for number in range(1, MAX_RUNNING + MAX_WAITING):
        assert conversation.session.has_room
        conversation.send(search_of(number, b"slow"))
    conversation.send(search_of(500, b"slow"))
    assert not conversation.session.has_room
    conversation.searches.held = set()
    conversation.finish()
    assert conversation.session.has_room


def test_no_more_is_read_while_large_requests_wait(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(b"".join(search_of(number, b"slow") for number in range(1, MAX_RUNNING + 1)))
    large = 60_000
    for number in range(100, 100 + MAX_WAITING_BYTES // large + 1):
        assert conversation.session.has_room
        conversation.send(search_of(number, b"x" * large))
    assert not conversation.session.has_room


def test_an_unbind_ends_everything_without_an_answer(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(1, b"slow"))
    assert conversation.ask(search_of(2) + unbind(3) + search_of(4)) == []
    assert conversation.session.is_ended
    assert conversation.searches.closed == ["slow"]


def test_a_closed_session_ends_its_searches(conversation):
    conversation.searches.held = {"slow"}
    conversation.send(search_of(1, b"slow") + search_of(2, b"slow"))
    conversation.session.close()
    conversation.session.close()
    assert conversation.searches.closed == ["slow", "slow"]


def test_a_client_that_has_gone_ends_its_session(conversation):
    conversation.searches.error = RequestAbandoned("the client has gone")
    assert [response.kind for response in conversation.ask(search_of(1))] == [ENTRY]
    assert conversation.session.is_ended


@pytest.mark.parametrize(
    ("error", "code"),
    [(StoreUnavailable("no database"), UNAVAILABLE), (TooBusy("busy", 5), 51), (KeyError("secret"), OTHER)],
)
def test_an_error_ends_only_its_operation(conversation, error, code, caplog):
    conversation.searches.error = error
    response = conversation.ask(search_of(1))[-1]
    assert (response.kind, response.code) == (DONE, code)
    assert "secret" not in response.text
    assert ("An LDAP operation failed" in caplog.text) == (code == OTHER)
    assert codes_of(conversation.ask(RIGHT)) == {1: 0}


def test_tls_begins_when_the_answer_is_sent_and_forgets_the_account(conversation):
    conversation.ask(RIGHT)
    (response,) = conversation.ask(extended(2, START_TLS))
    assert (response.kind, response.code, conversation.session.wants_tls) == (EXTENDED_RESPONSE, 0, True)
    conversation.session.begin_tls()
    assert identity(conversation) == ""
    assert codes_of(conversation.ask(extended(3, START_TLS))) == {3: 1}


@pytest.mark.parametrize("behind", [search_of(2), RIGHT, b"\x30", search_of(2)[:-1]])
def test_nothing_may_be_behind_start_tls(conversation, behind):
    responses = conversation.ask(extended(9, START_TLS) + behind)
    assert codes_of(responses)[9] == 1
    assert not conversation.session.wants_tls


def test_start_tls_needs_a_certificate():
    conversation = Conversation(has_tls=False)
    assert codes_of(conversation.ask(extended(1, START_TLS))) == {1: PROTOCOL_ERROR}
    assert not conversation.session.wants_tls


def test_an_unknown_extended_operation_is_an_error(conversation):
    assert codes_of(conversation.ask(extended(1, b"1.2.3"))) == {1: PROTOCOL_ERROR}
