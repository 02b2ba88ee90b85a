"""Mutated requests of LDAP: each complete one is answered once, or the connection ends with a notice."""

import socket
from collections import Counter
from contextlib import ExitStack
from random import Random

import pytest

from api.conftest import OTHER, TENANT, Daemon, configuration
from fuzz.target import first_defect, target_configuration
from ldap_requests import (
    ABANDON,
    AND,
    APPROXIMATE,
    AT_LEAST,
    COMPARE,
    DONE,
    ENTRY,
    EXTENSIBLE,
    FINAL,
    INITIAL,
    MIDDLE,
    OR,
    START_TLS,
    UNBIND,
    WHO_AM_I,
    LdapClient,
    abandon,
    bind,
    contains,
    control,
    entries_of,
    equal,
    extended,
    integer,
    negation,
    present,
    request,
    search,
    split_responses,
    substrings,
    unbind,
)
from servers.daemon import TOKEN, DaemonProcess
from servers.ldap_messages import octet_string, tlv
from servers.ports import HOST, ReservedPort
from servers.usage import usage_of
from waiting import TIMEOUT
from xivo_dird.ldap_server.ber import InvalidBer, message_size, read_integer
from xivo_dird.ldap_server.model import RESPONSES
from xivo_dird.ldap_server.requests import decode_message
from xivo_dird.ldap_server.session import MAX_MESSAGE_BYTES, LdapSession

CASES = 12_000
CASES_OF_PROCESS = 400
SPARE_BYTES = 32_000_000
"""Caches, and memory that Python keeps for itself."""

MAX_STEPS = 500
"""Steps of a session within which all of its requests end."""

PAGED, SORTED, VIEW = b"1.2.840.113556.1.4.319", b"1.2.840.113556.1.4.473", b"2.16.840.1.113730.3.4.9"
SORT = control(SORTED, value=tlv(0x30, tlv(0x30, octet_string(b"sn"))))
VIEWED = tlv(0x30, integer(0), integer(1), tlv(0xA0, integer(1), integer(0)))
PHONE = tlv(OR, contains(b"cn", b"st"), contains(b"sn", b"st", INITIAL), contains(b"telephoneNumber", b"20"))
PEOPLE = b"ou=default,dc=directory"

CAPTURES = [
    # ldapsearch 2.5 with -D uid=ada,dc=directory -w secret, and with -E pr=2/noprompt -E sss=sn
    bytes.fromhex(
        "3026020101602102010304147569643d6164612c64633d6469726563746f727980067365637265743081aa0201"
        "026381a404176f753d64656661756c742c64633d6469726563746f72790a01020a0100020100020100010100a0"
        "63a315040b6f626a656374436c6173730406706572736f6ea14aa40a0402636e300481027374a417040f74656c"
        "6570686f6e654e756d626572300480023230a209a5070402736e04016da918810f6361736549676e6f72654d61"
        "7463688202636e83017830150402636e040f74656c6570686f6e654e756d62657230050201034200"
    ),
    bytes.fromhex(
        "300c0201016007020103040080003081f30201026381a404176f753d64656661756c742c64633d646972656374"
        "6f72790a01020a0100020100020100010100a063a315040b6f626a656374436c6173730406706572736f6ea14a"
        "a40a0402636e300481027374a417040f74656c6570686f6e654e756d626572300480023230a209a5070402736e"
        "04016da918810f6361736549676e6f72654d617463688202636e83017830150402636e040f74656c6570686f6e"
        "654e756d626572a04730210416312e322e3834302e3131333535362e312e342e33313904073005020102040030"
        "220416312e322e3834302e3131333535362e312e342e3437330408300630040402736e30050201034200"
    ),
    bind(1, b"token", b"admin")
    + search(2, PHONE, PEOPLE, attributes=[b"cn", b"telephoneNumber"])
    + unbind(3),
    bind(1, b"uid=ada,ou=default,dc=directory", b"wrong"),
    bind(1) + search(2, equal(b"telephoneNumber", b"+33 1 44 55"), size_limit=1),
    search(1, tlv(AND, equal(b"objectClass", b"person"), negation(equal(b"cn", b"ada")), present(b"mobile"))),
    search(1, substrings(b"cn", (INITIAL, b"a"), (MIDDLE, b"d"), (FINAL, b"n"))),
    search(1, tlv(OR, equal(b"sn", b"m", AT_LEAST), equal(b"sn", b"muller", APPROXIMATE))),
    search(
        1, tlv(EXTENSIBLE, tlv(0x81, b"2.5.13.2"), tlv(0x82, b"sn"), tlv(0x83, b"Stern"), tlv(0x84, b"\xff"))
    ),
    search(1, present(b"objectClass"), b"", scope=0, attributes=[b"+"]),
    search(1, present(b"objectClass"), b"cn=Subschema", scope=0),
    search(1, present(b"objectClass"), b"uid=crew:17," + PEOPLE, scope=0),
    search(1, present(b"cn"), f"ou=default,o={OTHER},dc=directory".encode()),
    search(1, present(b"cn"), scope=1),
    search(1, present(b"cn"), controls=[control(PAGED, value=tlv(0x30, integer(2), octet_string(b"")))]),
    search(1, present(b"cn"), controls=[SORT, control(VIEW, is_critical=True, value=VIEWED)]),
    search(1, present(b"cn")) + abandon(2, 1) + search(3, present(b"sn")),
    b"".join(search(number, contains(b"cn", b"a")) for number in range(1, 20)),
    extended(1, WHO_AM_I) + extended(2, START_TLS),
    request(1, tlv(COMPARE, octet_string(PEOPLE), tlv(0x30, octet_string(b"cn"), octet_string(b"x")))),
]


def mutate(rng):
    """Return a capture with one to four changes, of bytes or of lengths."""
    data = bytearray(rng.choice(CAPTURES))
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((1, 1, 2, 4, 16, 64)))
        kind = rng.randrange(7)
        if kind < 2 and start < len(data):
            data[start] ^= 1 << rng.randrange(8)
        elif kind == 2:
            data[start:end] = b""
        elif kind == 3:
            data[start:start] = rng.randbytes(rng.choice((1, 2, 8)))
        elif kind == 4:
            data[start:start] = data[start:end] * rng.choice((1, 1, 50))
        elif kind == 5 and start < len(data):
            data[start] = rng.choice((0, 1, 0x30, 0x7F, 0x80, 0x84, 0xA0, 0xA2, 0xFF))
        else:
            data[start:end] = rng.choice(CAPTURES)[: end - start]
    return bytes(data)


class Expected:
    """What a session must do with some bytes.

    Attributes:
        ids: The identifiers of the requests with an answer, in their order.
        abandoned: The identifiers of abandoned requests.
        has_notice: Whether a notice ends the session.
        has_unbind: Whether the client ends it.
    """

    def __init__(self, data):
        """Read all complete requests."""
        self.ids = []
        self.abandoned = set()
        self.has_notice = self.has_unbind = False
        try:
            while not self.has_unbind and (size := self._size(data)) is not None:
                self._add(decode_message(data[:size]))
                data = data[size:]
        except InvalidBer:
            self.has_notice = True

    def _size(self, data):
        size = message_size(data)
        if size is not None and size > MAX_MESSAGE_BYTES:
            raise InvalidBer("too large")
        return None if size is None or size > len(data) else size

    def _add(self, message):
        if message.tag == UNBIND:
            self.has_unbind = True
        elif message.tag == ABANDON:
            self.abandoned.add(read_integer(message.content))
        elif message.tag in RESPONSES:
            self.ids.append(message.message_id)
        else:
            raise InvalidBer("unknown")


def converse(session, data):
    """Return everything that a session sends after some bytes, once nothing is to be done."""
    sent = session.receive(data)
    for _ in range(MAX_STEPS):
        if not session.has_work:
            return split_responses(sent)
        sent += session.advance()
    raise AssertionError("requests that do not end")


def judge(session, data):
    """Check that each request has one final response, or that the session has ended, with a notice if it must."""
    responses = converse(session, data)
    expected = Expected(data)
    assert session.is_ended == (expected.has_notice or expected.has_unbind)
    answered = Counter(response.message_id for response in responses if response.is_final)
    assert answered.pop(0, 0) == expected.has_notice
    wanted = Counter(expected.ids)
    assert answered <= wanted
    assert {response.message_id for response in responses if response.kind == ENTRY} <= wanted.keys()
    if not session.is_ended:
        assert all(answered[number] == wanted[number] for number in wanted.keys() - expected.abandoned)


def ldap_settings(**keys):
    network = {"subnet": "127.0.0.0/8", "tenant_uuid": TENANT, "profile": "default"}
    return {"anonymous": [network], "require_tls": False, **keys}


def test_each_capture_is_answered(tmp_path):
    with Daemon(configuration(tmp_path, ldap_server=ldap_settings())) as daemon:
        for capture in CAPTURES:
            session = LdapSession(daemon.controller.ldap, HOST, is_encrypted=False)
            judge(session, capture)


@pytest.mark.timeout(600)
def test_mutated_requests_are_answered_once_or_end_the_session(tmp_path, caplog):
    rng = Random(43)
    with Daemon(configuration(tmp_path, ldap_server=ldap_settings())) as daemon:
        for number in range(CASES):
            data = mutate(rng)
            session = LdapSession(daemon.controller.ldap, HOST, is_encrypted=False)
            try:
                judge(session, data)
            except Exception as error:
                raise AssertionError(f"case {number}: {data.hex()}") from error
            session.close()
        assert "An LDAP operation failed" not in caplog.text
        session = LdapSession(daemon.controller.ldap, HOST, is_encrypted=False)
        responses = converse(session, search(1, contains(b"cn", b"stern")))
        assert [response.kind for response in responses] == [ENTRY, DONE]


def send_and_leave(port, data, rng):
    """Send bytes to a daemon and read what it answers, or not."""
    with socket.create_connection((HOST, port), timeout=TIMEOUT) as connection:
        connection.sendall(data)
        if rng.random() < 0.5:
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


@pytest.mark.timeout(600)
def test_mutated_requests_leave_nothing_in_a_daemon(tmp_path):
    rng = Random(44)
    with ExitStack() as opened:
        port = ReservedPort()
        opened.callback(port.release)
        keys = ldap_settings(listen=f"{HOST}:{port.number}")
        settings = {**target_configuration(tmp_path), "ldap_server": keys}
        daemon = opened.enter_context(DaemonProcess(tmp_path, settings))
        for capture in CAPTURES * 5:
            send_and_leave(port.number, capture, rng)
        before = usage_of(daemon.pid)
        for _ in range(CASES_OF_PROCESS):
            try:
                send_and_leave(port.number, mutate(rng), rng)
            except ConnectionError:
                continue
        with LdapClient(port.number) as client:
            assert client.code(bind(1, b"token", TOKEN.encode())) in {0, 51}
            assert entries_of(client.ask(search(2, contains(b"cn", b"stern")))) == ["Ada Stern"]
        assert usage_of(daemon.pid).memory < before.memory + SPARE_BYTES
        assert not first_defect(daemon.log_file.read_text(encoding="utf-8"))
