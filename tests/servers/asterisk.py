"""Asterisk's side of FastAGI: a channel whose dialplan executes `AGI(agi://127.0.0.1:PORT/SCRIPT)`.

Written from Asterisk's documentation of AGI: the variables `agi_*` one per line and an empty line, then for each
command of the server one reply, until the server closes the connection.
"""

import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

from servers.ports import HOST
from waiting import TIMEOUT

ACCEPTED = b"200 result=1\n"
UNKNOWN_COMMAND = b"510 Invalid or unknown command\n"
DEAD_CHANNEL = b"511 Command Not Permitted on a dead channel\n"
HANGUP = b"HANGUP\n"
USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\n"
    b"Usage: SET VARIABLE <variablename> <value>\n"
    b" Sets a variable to the current channel.\n"
    b"520 End of proper usage.\n"
)

_SET_VARIABLE = re.compile(r'SET VARIABLE (\S+) "([^"\\]*)"')

Reply = Callable[[str], bytes]
"""Returns what Asterisk sends for a command."""


class Channel:
    """A channel with an incoming call.

    Attributes:
        variables: What the server has set, by name.
        commands: The commands of the server.
    """

    def __init__(
        self,
        port: int,
        number: str = "unknown",
        name: str = "unknown",
        address: str = HOST,
        presentation: str = "0",
    ) -> None:
        """Create a channel.

        Args:
            port: The port of the server.
            number: The number of the caller.
            name: The name of the caller.
            address: The address of this Asterisk, any of 127.0.0.0/8.
            presentation: Whether the number may be shown, as `agi_callingpres` has it.
        """
        self.variables: dict[str, str] = {}
        self.commands: list[str] = []
        self._port = port
        self._number = number
        self._name = name
        self._address = address
        self._presentation = presentation

    def agi(self, script: str = "", arguments: Sequence[str] = (), reply: Reply | None = None) -> str:
        """Execute a script to its end.

        Args:
            script: What follows `agi://HOST:PORT/`.
            arguments: The arguments of the script.
            reply: Replies to the commands; None: as a channel that still exists does.

        Returns:
            The status that the server has set; "" if it has set none.
        """
        with self.connected() as connection:
            self.send_variables(connection, script, arguments)
            self.carry_out(connection, reply)
        return self.status

    @property
    def status(self) -> str:
        """Return the status that the server has set, "" if it has set none."""
        return self.variables.get("XIVO_DIRD_STATUS", "")

    @property
    def name(self) -> str | None:
        """Return the name that the server has set, None if it has set none."""
        return self.variables.get("CALLERID(name)")

    def connected(self) -> socket.socket:
        """Return a new connection to the server."""
        return socket.create_connection((HOST, self._port), TIMEOUT, (self._address, 0))

    def send_variables(
        self, connection: socket.socket, script: str = "", arguments: Sequence[str] = ()
    ) -> None:
        """Send the variables line by line, as Asterisk does."""
        with suppress(ConnectionError):  # the server has closed the connection
            for line in (*self.variable_lines(script, arguments), ""):
                connection.sendall(f"{line}\n".encode())

    def variable_lines(self, script: str = "", arguments: Sequence[str] = ()) -> list[str]:
        """Return the lines of all variables."""
        return [
            "agi_network: yes",
            *([f"agi_network_script: {script}"] if script else []),
            f"agi_request: agi://{HOST}:{self._port}/{script}",
            "agi_channel: PJSIP/trunk-00000001",
            "agi_language: en",
            "agi_type: PJSIP",
            "agi_uniqueid: 1700000000.1",
            "agi_version: 20.5.0",
            f"agi_callerid: {self._number}",
            f"agi_calleridname: {self._name}",
            f"agi_callingpres: {self._presentation}",
            "agi_callingani2: 0",
            "agi_callington: 0",
            "agi_callingtns: 0",
            "agi_dnid: 100",
            "agi_rdnis: unknown",
            "agi_context: from-trunk",
            "agi_extension: 100",
            "agi_priority: 1",
            "agi_enhanced: 0.0",
            "agi_accountcode: ",
            "agi_threadid: 139900000000000",
            *(f"agi_arg_{number}: {text}" for number, text in enumerate(arguments, 1)),
        ]

    def carry_out(self, connection: socket.socket, reply: Reply | None = None) -> None:
        """Carry out the commands of the server until it closes the connection."""
        with connection.makefile("rb") as stream, suppress(ConnectionError):
            for line in stream:
                command = line.decode().removesuffix("\n")
                self.commands.append(command)
                connection.sendall((reply or self.reply)(command))

    def reply(self, command: str) -> bytes:
        """Carry out a command, and return the reply to it."""
        if not command.startswith("SET VARIABLE "):
            return UNKNOWN_COMMAND
        matched = _SET_VARIABLE.fullmatch(command)
        if matched is None:
            return USAGE
        self.variables[matched[1]] = matched[2]
        return ACCEPTED
