"""Tests of misbehaving servers: they only cost their own entries, within the timeout."""

from collections.abc import Callable
from threading import Event

import pytest

from plugins.backends.many_numbers import match_all
from servers import hostile_ldap, ldap_faults
from servers.hostile_ldap import (
    HostileLdap,
    Peer,
    Script,
    answer_attributes,
    answer_bytes,
    answer_once,
)
from servers.ldap_messages import (
    ADMIN_LIMIT_EXCEEDED,
    BIND_RESPONSE,
    SEARCH_DONE,
    SEARCH_ENTRY,
    SIZE_LIMIT_EXCEEDED,
    SUCCESS,
    TIME_LIMIT_EXCEEDED,
    ldap_result,
    message,
    notice_of_disconnection,
    octet_string,
    result_fields,
    search_entry,
    tlv,
)
from servers.malformed_ldap import (
    LONG_NUMBER,
    NESTED,
    answer_bind,
    answer_controls,
    answer_operations,
    answer_page,
    answer_value,
)
from waiting import assert_prompt
from xivo_dird.backend import Caller, Outgoing, SourceUnavailable
from xivo_dird.outgoing import AllowedTargets
from xivo_dird_backends.ldap.backend import LdapBackend
from xivo_dird_backends.ldap.options import LdapOptions

MakeBackend = Callable[..., LdapBackend]

DEFAULT_TIMEOUTS = {
    name: LdapOptions.model_fields[name].default for name in ("ldap_network_timeout", "ldap_timeout")
}

NUMBER = {"cn": [b"Alice"], "telephoneNumber": [b"+49 (30) 23125040"]}

GUID = bytes(range(16))


SLOW = {
    "accepts the connection and hangs": hostile_ldap.silent,
    "hangs after the bind": hostile_ldap.silent_after_bind,
    "sends byte by byte": hostile_ldap.byte_by_byte,
    "announces two gigabytes": answer_bytes(b"\x30\x84\x7f\xff\xff\xff\x02\x01\x02"),
    "sends entries without end": hostile_ldap.never_ending,
    "refers to itself without end": ldap_faults.references_without_end,
}

BROKEN = {
    "resets during a response": hostile_ldap.reset_in_the_answer,
    "closes at each search": hostile_ldap.drop_always,
    "answers with something other than BER": answer_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"\0" * 70),
    "answers with an unknown result code": answer_operations(tlv(SEARCH_DONE, result_fields(99))),
    "answers with the result of another operation": answer_operations(tlv(0x69, result_fields(SUCCESS))),
    "answers with an unknown message id": answer_bytes(search_entry(1_000_000, {"cn": [b"x"]})),
    "answers with deeply nested BER": answer_bytes(
        tlv(0x30, b"\x02\x01\x02", b"\x64\x82\x7f\xff" + b"\x30\x80" * 16384)
    ),
    "has an entry of five megabytes": answer_attributes({"cn": [b"Alice"], "photo": [b"x" * 5_000_000]}),
    "has a value that is a list": answer_value(tlv(0x30, octet_string(b"Alice"))),
    "has a value that is a number": answer_value(b"\x02\x04\x7f\xff\xff\xff"),
    "has elements beyond the end of an entry": answer_operations(tlv(SEARCH_ENTRY, NESTED)),
    "has elements beyond the end of a value": answer_value(tlv(0x30, NESTED)),
    "has elements beyond the end of a result": answer_operations(tlv(SEARCH_DONE, NESTED)),
    "has elements beyond the end of a page": answer_page(NESTED),
    "has elements beyond the end of a bind": answer_bind(
        lambda message_id: message(message_id, tlv(BIND_RESPONSE, NESTED))
    ),
    "has a value that is a long number": answer_value(LONG_NUMBER),
    "has a cookie that is a number": answer_page(tlv(0x30, b"\x02\x01\0\x02\x04\x7f\xff\xff\xff")),
    "has a long number as the result of a bind": answer_bind(
        lambda message_id: message(message_id, tlv(BIND_RESPONSE, LONG_NUMBER, b"\x04\0\x04\0"))
    ),
    "has a negative message id": answer_bind(
        lambda _: tlv(0x30, b"\x02\x01\xff", tlv(BIND_RESPONSE, result_fields(SUCCESS)))
    ),
    "has a negative result": answer_operations(tlv(SEARCH_DONE, result_fields(255))),
    "has a long number as a result": answer_operations(tlv(SEARCH_DONE, LONG_NUMBER, b"\x04\0\x04\0")),
    "refers to itself": hostile_ldap.refer_to_itself,
    "exceeds its time limit": hostile_ldap.time_limit_without_entries,
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_a_response_without_end_causes_a_timeout(
    make_backend: MakeBackend, caller: Caller, script: Script
) -> None:
    with HostileLdap(script) as server:
        backend = make_backend(server.uri, ldap_timeout=0.4)
        with assert_prompt(), pytest.raises(SourceUnavailable, match=r"timed out|larger than"):
            backend.search("Alice", caller)


def test_the_default_timeouts_apply_to_a_slow_server(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(hostile_ldap.byte_by_byte) as server:
        backend = make_backend(server.uri, **DEFAULT_TIMEOUTS)
        with assert_prompt(), pytest.raises(SourceUnavailable):
            backend.first_match("1007", caller)


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_a_malformed_response_is_an_error_of_the_source(
    make_backend: MakeBackend, caller: Caller, script: Script
) -> None:
    with HostileLdap(script) as server:
        backend = make_backend(server.uri, ldap_timeout=0.3)
        with pytest.raises(SourceUnavailable, match=server.uri):
            backend.search("Alice", caller)
        with pytest.raises(SourceUnavailable, match=server.uri):
            match_all(backend, ["1", "2"], caller)


@pytest.mark.parametrize("schema", [Peer.hang, Peer.reset, Peer.request], ids=["hangs", "resets", "closes"])
def test_a_schema_that_can_t_be_read_costs_no_answer(
    make_backend: MakeBackend, caller: Caller, schema: Callable[[Peer], object]
) -> None:
    def script(peer: Peer) -> None:
        peer.accept_bind()
        message_id = peer.request()
        peer.send(search_entry(message_id, NUMBER) + ldap_result(message_id, SEARCH_DONE, SUCCESS))
        schema(peer)

    with HostileLdap(script) as server:
        backend = make_backend(server.uri, ldap_timeout=0.4)
        for _ in range(2):
            entry = backend.first_match("+49 30 23125040", caller)
            assert entry is not None
            assert entry["cn"] == "Alice"


def test_unknown_controls_of_an_answer_are_ignored(make_backend: MakeBackend, caller: Caller) -> None:
    controls = [tlv(0x30, octet_string(b"1.2.3")), tlv(0x30, octet_string(b"1.2.4"), b"\x01\x01\xff")]
    with HostileLdap(answer_controls(*controls)) as server:
        assert not list(make_backend(server.uri).search("Alice", caller))


def test_a_server_that_disconnects_says_why(make_backend: MakeBackend, caller: Caller) -> None:
    def disconnect(peer: Peer) -> None:
        peer.accept_bind()
        peer.request()
        peer.send(notice_of_disconnection(b"going down for maintenance"))

    with HostileLdap(disconnect) as server:
        backend = make_backend(server.uri)
        with pytest.raises(SourceUnavailable, match="session terminated by server: going down"):
            backend.search("Alice", caller)


def test_a_closed_connection_is_replaced(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(hostile_ldap.drop_after_each_search) as server:
        backend = make_backend(server.uri)
        assert [list(backend.search("Alice", caller)) for _ in range(3)] == [[{"cn": "Alice"}]] * 3
        assert server.connections == 3


def test_a_name_that_leads_elsewhere_later_is_refused(make_backend: MakeBackend, caller: Caller) -> None:
    addresses = iter([["127.0.0.1"], ["169.254.169.254"]])
    outgoing = Outgoing(AllowedTargets.parse(["127.0.0.0/8"]), resolve=lambda _host, _port: next(addresses))
    with HostileLdap(hostile_ldap.drop_after_each_search) as server:
        uri = server.uri.replace("127.0.0.1", "directory.example")
        backend = make_backend(uri, outgoing=outgoing)
        assert list(backend.search("Alice", caller)) == [{"cn": "Alice"}]
        with pytest.raises(SourceUnavailable, match=r"directory\.example has no public address"):
            backend.search("Alice", caller)


def test_a_search_is_retried_only_once(make_backend: MakeBackend, caller: Caller) -> None:
    answered = Event()

    def answer_only_the_first_search(peer: Peer) -> None:
        peer.accept_bind()
        if not answered.is_set():
            answered.set()
            answer_once(peer, b"Alice")
        peer.request()

    with HostileLdap(answer_only_the_first_search) as server:
        backend = make_backend(server.uri)
        assert list(backend.search("Alice", caller)) == [{"cn": "Alice"}]
        with pytest.raises(SourceUnavailable):
            backend.search("Alice", caller)
        assert server.connections == 2


def test_a_notice_of_disconnection_is_no_answer(make_backend: MakeBackend, caller: Caller) -> None:
    with HostileLdap(ldap_faults.disconnect_with_a_notice) as server:
        backend = make_backend(server.uri)
        assert [list(backend.search("Alice", caller)) for _ in range(3)] == [[{"cn": "Alice"}]] * 3


def test_a_pooled_connection_that_went_silent_costs_one_question(
    make_backend: MakeBackend, caller: Caller
) -> None:
    with HostileLdap(ldap_faults.silent_after_one_search) as server:
        backend = make_backend(server.uri, ldap_timeout=0.4)
        for _ in range(2):
            assert list(backend.search("Alice", caller)) == [{"cn": "Alice"}]
            with assert_prompt(), pytest.raises(SourceUnavailable, match=f"{server.uri}.*timed out"):
                backend.search("Alice", caller)


@pytest.mark.parametrize("code", [TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, ADMIN_LIMIT_EXCEEDED])
def test_entries_found_before_a_limit_are_used(make_backend: MakeBackend, caller: Caller, code: int) -> None:
    with HostileLdap(ldap_faults.limit_exceeded(code, {"cn": [b"Alice"]})) as server:
        assert list(make_backend(server.uri).search("Alice", caller)) == [{"cn": "Alice"}]


def test_a_diagnostic_message_is_reduced_to_one_printable_line(
    make_backend: MakeBackend, caller: Caller
) -> None:
    message = b"bad\r\nday\x1b[31m" + b"!" * 10_000
    refusal = hostile_ldap.refuse_bind(message)
    with HostileLdap(refusal) as server, pytest.raises(SourceUnavailable) as raised:
        make_backend(server.uri).search("Alice", caller)
    assert "bad??day?[31m!!!" in raised.value.message
    assert len(raised.value.message) < 400


def test_empty_and_binary_values_are_omitted(make_backend: MakeBackend, caller: Caller) -> None:
    attributes = {
        "cn": [b"", b"Alice"],
        "sn": [b"\xff\xfe"],
        "givenName": [b""],
        "mail": [],
        "mobile": [b"%d" % number for number in range(10_000)],
        "description;lang-fr": ["déjà".encode()],
        "objectGUID": [GUID],
    }
    with HostileLdap(answer_attributes(attributes)) as server:
        backend = make_backend(server.uri, format_columns={"a": "{cn} {sn} {mobile} {description}"})
        assert list(backend.search("Alice", caller)) == [
            {"cn": "Alice", "mobile": "0", "description": "déjà"}
        ]
        assert set(match_all(backend, ["9999", "10000"], caller)) == {"9999"}


@pytest.mark.parametrize(
    ("value", "text"), [(GUID, "00010203-0405-0607-0809-0a0b0c0d0e0f"), (b"short", None), (b"", None)]
)
def test_a_binary_id_is_returned_only_if_it_is_a_uuid(
    make_backend: MakeBackend, caller: Caller, value: bytes, text: str | None
) -> None:
    with HostileLdap(answer_attributes({"objectGUID": [value], "cn": [b"Alice"]})) as server:
        backend = make_backend(server.uri, unique_column="objectGuid", unique_column_format="binary_uuid")
        (found,) = backend.search("Alice", caller)
        assert found.get("objectGuid") == text
        assert found["cn"] == "Alice"
