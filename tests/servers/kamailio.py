"""Kamailio, a SIP proxy, as a child process on a free loopback port, and SIPp, which calls through it."""

import re
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

from servers.lifetime import ContextServer, end_process
from servers.ports import HOST
from waiting import TIMEOUT, wait_until

KAMAILIO = "/usr/sbin/kamailio"
SIPP = "/usr/bin/sipp"

CONFIGURATION = """\
#!KAMAILIO
children=2
disable_tcp=yes
auto_aliases=no
log_stderror=yes
listen=udp:{host}:{port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
import_file "{block}"
request_route {{
    if (is_method("OPTIONS")) {{
        sl_send_reply("200", "OK");
        exit;
    }}
    if (is_method("INVITE") && !has_totag()) {{
        route(CALLER_NAME);
    }}
    $du = "sip:{host}:{called}";
    t_relay();
}}
"""

OPTIONS = """\
OPTIONS sip:{host}:{port} SIP/2.0
Via: SIP/2.0/UDP {host}:{own};branch=z9hG4bK1;rport
From: <sip:test@{host}>;tag=1
To: <sip:{host}>
Call-ID: start
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: 0

"""

CALL = """\
<?xml version="1.0"?>
<scenario name="a call">
  <send retrans="500"><![CDATA[
{invite}

  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200"/>
  <send><![CDATA[
{ack}

  ]]></send>
  <send retrans="500"><![CDATA[
{bye}

  ]]></send>
  <recv response="200"/>
</scenario>
"""

REQUEST = """\
{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: {caller};tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to_tag}
Call-ID: [call_id]
CSeq: {number} {method}{headers}
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0"""


class Kamailio(ContextServer):
    """A proxy that calls the route CALLER_NAME for each call, and sends all calls to one SIPp."""

    def __init__(self, folder: Path, block: str) -> None:
        """Write the configuration.

        Args:
            folder: An existing folder that no other server uses.
            block: The part of the configuration with the route CALLER_NAME.
        """
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "kamailio.log"
        self.port, self._called_port = _free_port(), _free_port()
        (folder / "block.cfg").write_text(block)
        configuration = CONFIGURATION.format(
            host=HOST, port=self.port, called=self._called_port, block=folder / "block.cfg"
        )
        (folder / "kamailio.cfg").write_text(configuration)

    def start(self) -> None:
        """Start the proxy, and wait until it answers.

        Raises:
            RuntimeError: It has ended; the message is its log.
        """
        folder = str(self._folder)
        command = [KAMAILIO, "-f", f"{folder}/kamailio.cfg", "-DD", "-E", "-m", "16", "-M", "4"]
        command += ["-Y", folder, "-w", folder, "-P", f"{folder}/kamailio.pid"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until(self._answers)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the proxy and its children."""
        process, self._process = self._process, None
        if process is not None:
            end_process(process)

    def call(self, caller: str, *headers: str) -> dict[str, str]:
        """Call through the proxy; return the headers of the INVITE that is received, From without its tag.

        Args:
            caller: The value of From, without a tag.
            headers: Further headers of the call.

        Raises:
            RuntimeError: The call fails.
        """
        messages, scenario = self._folder / "messages", self._folder / "call.xml"
        messages.unlink(missing_ok=True)
        scenario.write_text(_scenario(caller, headers))
        called = ["-sn", "uas", "-p", str(self._called_port), "-trace_msg", "-message_file", str(messages)]
        with _sipp(*called) as callee:
            try:
                wait_until(lambda: _is_bound(self._called_port) or callee.poll() is not None)
                if callee.poll() is not None:
                    _wait(callee)
                with _sipp("-sf", str(scenario), "-s", "101", f"{HOST}:{self.port}") as calling:
                    _wait(calling)
            finally:
                end_process(callee)
        _, invite, received = messages.read_text().partition("\nINVITE ")
        if not invite:
            raise RuntimeError(f"no INVITE arrived: {self._log.read_text()}")
        head, _, _ = received.partition("\n\n")
        return dict(re.findall(r"^([\w-]+): (.*?)(?:;tag=.*)?$", head, re.MULTILINE))

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"Kamailio did not start: {self._log.read_text()}")
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            probe.connect((HOST, self.port))
            probe.settimeout(0.1)
            request = OPTIONS.format(host=HOST, port=self.port, own=probe.getsockname()[1])
            try:
                probe.send(request.replace("\n", "\r\n").encode())
                return probe.recv(1000).startswith(b"SIP/2.0 200")
            except OSError:
                return False


def _scenario(caller: str, headers: Iterable[str]) -> str:
    """Return the scenario of a call."""
    tag, further = "[peer_tag_param]", "".join(f"\n{header}" for header in headers)
    requests = {
        name: REQUEST.format(
            method=name.upper(), caller=caller, number=number, to_tag=to_tag, headers=further
        )
        for name, number, to_tag in (("invite", 1, ""), ("ack", 1, tag), ("bye", 2, tag))
    }
    return CALL.format(**requests)


def _sipp(*arguments: str) -> subprocess.Popen[bytes]:
    """Start SIPp for one call."""
    command = [SIPP, *arguments, "-i", HOST, "-m", "1", "-nostdin", "-timeout", f"{TIMEOUT:.0f}s"]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait until SIPp ends with success."""
    _, errors = process.communicate(timeout=2 * TIMEOUT)
    if process.returncode:
        raise RuntimeError(f"SIPp: {errors.decode(errors='replace')}")


def _free_port() -> int:
    """Return a free UDP port; SIP servers do not share one, so it can't be reserved."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_bound(port: int) -> bool:
    """Return whether a process has a UDP port, without a try to bind it, which could keep that process from it."""
    sockets = Path("/proc/net/udp").read_text().splitlines()[1:]
    return f"{port:04X}" in {line.split()[1].partition(":")[2] for line in sockets}
