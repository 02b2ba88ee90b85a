"""The protocol of FastAGI: the variables that Asterisk sends, then commands, each with its reply.

The next command is sent after the reply to the one before: Asterisk waits for its socket between two commands, and
would not notice a command that it has already read into a buffer.
"""

import re
from collections.abc import Callable, Generator, Mapping

from xivo_dird.exceptions import DirdError

MAX_LINE_BYTES = 8 * 1024
MAX_LINES = 512
"""Asterisk sends some 25 variables, and one for each argument of `AGI()`, 128 at most."""

MAX_BYTES = 64 * 1024
"""Maximum size of everything that Asterisk sends."""

RECEIVE_BYTES = 16 * 1024
"""How much is read at once; everything that Asterisk sends first is about 700 bytes."""

HANGUP = "HANGUP"
"""A line between the others: the caller has hung up. The reply to the current command follows."""

ACCEPTED = "200 result=1"

SCRIPT_VARIABLE = "agi_network_script"
"""The script; Asterisk sends it among the first variables, and not at all if the dialplan names none."""

NUMBER_VARIABLE = "agi_callerid"
"""The number of the caller, the first variable whose text the caller chooses."""

_VARIABLE = re.compile(r"(agi_[a-z0-9_]+):(.*)")
_REPLY = re.compile(r"([0-9]{3})([ -]).*")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_UNQUOTABLE = re.compile('["\\\\\x00-\x1f\x7f]')


class InvalidAgi(DirdError):
    """The client does not speak AGI."""


class ConnectionEnded(DirdError):
    """The client, or the deadline of the call, has ended the connection."""


class CommandRefused(DirdError):
    """Asterisk does not carry out a command; the message is its reply."""

    @property
    def is_hangup(self) -> bool:
        """Return whether the channel has ended."""
        return self.message.startswith("511")


class AgiChannel:
    """The server's side of one connection.

    What reads is a generator: it yields whenever the client has to send more before it can go on. A caller that waits
    for the client in between may have any number of connections in one thread.
    """

    def __init__(self, receive: Callable[[int], bytes | None], send: Callable[[bytes], object]) -> None:
        """Initialize with the connection.

        Args:
            receive: Receives up to so many bytes, None if there are none yet, b"" if the client sends no more.
            send: Sends bytes; raises `OSError` if the connection has ended.
        """
        self._receive = receive
        self._send = send
        self._buffer = bytearray()
        self._lines = 0
        self._bytes = 0

    def read_variables(self) -> Generator[None, None, Mapping[str, str]]:
        """Return the variables that Asterisk sends first.

        Number and name of a caller may have line ends: of two variables with one name the first counts, and no script
        behind the number.

        Raises:
            InvalidAgi: A line is none of a variable, or there are too many.
            ConnectionEnded: There is no empty line at the end.
        """
        variables: dict[str, str] = {}
        while line := (yield from self._next_line()):
            matched = _VARIABLE.fullmatch(line)
            if matched is None:
                raise InvalidAgi("a line that is no variable of AGI")
            if matched[1] != SCRIPT_VARIABLE or NUMBER_VARIABLE not in variables:
                variables.setdefault(matched[1], matched[2].strip())
        if not variables:
            raise InvalidAgi("no variables")
        return variables

    def set_variable(self, name: str, value: str) -> Generator[None]:
        """Set a variable or a function of the channel.

        Args:
            name: The variable, or a function such as `CALLERID(name)`.
            value: Text without quotation marks, backslashes and control characters.

        Raises:
            CommandRefused: Asterisk does not set it.
            InvalidAgi: What the client sends is no reply.
            ConnectionEnded: There is no reply.
        """
        self._send(set_variable_command(name, value))
        reply = yield from self._read_reply()
        if reply != ACCEPTED:
            raise CommandRefused(reply)

    def _read_reply(self) -> Generator[None, None, str]:
        """Return the only or first line of a reply."""
        while (reply := (yield from self._next_line())) == HANGUP:
            continue
        matched = _REPLY.fullmatch(reply)
        if matched is None:
            raise InvalidAgi("a line that is no reply of AGI")
        code, separator = matched.groups()
        if separator == "-":  # the usage of the command follows
            while not (yield from self._next_line()).startswith(f"{code} "):
                continue
        return reply

    def _next_line(self) -> Generator[None, None, str]:
        """Return the next line without its end and without control characters; bytes that are no UTF-8 are replaced."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > MAX_LINE_BYTES:
                raise InvalidAgi("more than Asterisk sends")
            yield
            self._receive_more()
        line = self._buffer[:end]
        del self._buffer[: end + 1]
        self._lines += 1
        if end >= MAX_LINE_BYTES or self._lines > MAX_LINES:
            raise InvalidAgi("more than Asterisk sends")
        return _CONTROLS.sub("", line.decode(errors="replace"))

    def _receive_more(self) -> None:
        received = self._receive(RECEIVE_BYTES)
        if received is None:
            return
        if not received:
            raise ConnectionEnded("the connection has ended")
        self._buffer += received
        self._bytes += len(received)
        if self._bytes > MAX_BYTES:
            raise InvalidAgi("more than Asterisk sends")


def set_variable_command(name: str, value: str) -> bytes:
    """Return the command that sets a variable; see `AgiChannel.set_variable`."""
    if _UNQUOTABLE.search(value):
        raise ValueError("a value with quotation marks, backslashes or control characters")
    return f'SET VARIABLE {name} "{value}"\n'.encode()
