"""An OpenLDAP server (slapd) as a child process, on free loopback ports, with its data in a folder."""

import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ldap3
import trustme

from servers.freezing import freeze
from servers.ldap_people import BASE_DN, LdapEntry, ldif, people, referral, roots
from servers.lifetime import ContextServer, end_process
from servers.ports import HOST, ReservedPort
from waiting import TIMEOUT

SLAPD = "/usr/sbin/slapd"
SLAPADD = "/usr/sbin/slapadd"

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.4203.666.1.1 NAME 'guid' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.3.1 NAME 'guidHolder' SUP top AUXILIARY MAY guid )
{schemas}
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
{module}
sizelimit {size_limit}
{tls}
{access}
database mdb
maxsize 268435456
suffix "{base_dn}"
rootdn "{bind_dn}"
rootpw {password}
directory {folder}/data
{limits}
index objectClass,guid eq
index uid,cn,sn,givenName,mail,telephoneNumber,mobile eq,sub
{overlay}
"""

TLS_CONFIGURATION = """\
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSVerifyClient never
"""


class Slapd(ContextServer):
    """A server whose entries below `base_dn` every client may read; `stop` and `start` keep ports and data."""

    base_dn = BASE_DN
    bind_dn = f"cn=admin,{BASE_DN}"
    password = "s3cret-enough"

    def __init__(
        self,
        folder: Path,
        entries: Sequence[LdapEntry] | None = None,
        *,
        size_limit: int = 500,
        unchecked_limit: int | None = None,
        tls: bool = True,
        certificate_host: str = HOST,
        access: str = "",
        schemas: Sequence[str] = (),
        limits: str = "",
        overlay: str = "",
    ) -> None:
        """Write configuration, certificates and data.

        Args:
            folder: An existing folder that no other server uses.
            entries: Entries to add below the base (default: `people()`).
            size_limit: How many entries one search may return.
            unchecked_limit: How many candidates a search may have; more are adminLimitExceeded.
            tls: Whether the server supports StartTLS and LDAPS.
            certificate_host: The host name of the certificate.
            access: Access control of the server's own entries, such as its schema; default: readable.
            schemas: Files of this folder with further attributes and object classes.
            limits: A line with other limits of some clients, such as `limits dn.exact=... size=unlimited`.
            overlay: The name of a module that adds to the database, such as `syncprov`.
        """
        self._folder = folder
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None
        self._reserved = [ReservedPort() for _ in range(2)]
        self.port, self.ldaps_port = [reserved.number for reserved in self._reserved]
        self.uri = f"ldap://{HOST}:{self.port}"
        self.ldaps_uri = f"ldaps://{HOST}:{self.ldaps_port}"
        self.ca_file = folder / "ca.pem"
        (folder / "data").mkdir()
        if tls:
            self._write_certificates(certificate_host)
        if unchecked_limit is not None:
            limits = f"limits * size.unchecked={unchecked_limit}"
        self._write_configuration(
            size_limit=size_limit,
            limits=limits,
            access=access,
            schemas="\n".join(f"include {Path(__file__).with_name(name)}" for name in schemas),
            module=f"moduleload {overlay}" if overlay else "",
            overlay=f"overlay {overlay}" if overlay else "",
        )
        self._load([*roots(), referral(self.uri), *(people() if entries is None else entries)])

    def close(self) -> None:
        """Stop the server and release its ports."""
        self.stop()
        for reserved in self._reserved:
            reserved.release()

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        urls = f"{self.uri} {self.ldaps_uri}" if self._tls else self.uri
        command = [SLAPD, "-f", str(self._configuration), "-h", urls, "-d", "0"]
        with (self._folder / "slapd.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait_for(self.port)
            if self._tls:
                self._wait_for(self.ldaps_port)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, also a paused one; its ports then refuse connections."""
        process, self._process = self._process, None
        if process is not None:
            end_process(process)

    def change(self, *operations: tuple[str, str, object]) -> None:
        """Change entries as the administrator: operations (`add`, `delete`, `modify`, `move`), a DN and its values.

        Raises:
            RuntimeError: The server refuses a change.
        """
        with ldap3.Connection(self.uri, self.bind_dn, self.password) as connection:
            for operation, entry_dn, values in operations:
                _change(connection, operation, entry_dn, values)
                if connection.result["result"]:
                    raise RuntimeError(f"{operation} {entry_dn}: {connection.result}")

    def pause(self) -> None:
        """Suspend the server: it still accepts connections, but answers no requests."""
        freeze(self._running().pid)

    def resume(self) -> None:
        """Resume a paused server."""
        self._running().send_signal(signal.SIGCONT)

    @property
    def _configuration(self) -> Path:
        return self._folder / "slapd.conf"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("slapd is not running")
        return self._process

    def _wait_for(self, port: int) -> None:
        """Poll until the port accepts connections.

        Raises:
            RuntimeError: The server has ended, or `TIMEOUT` seconds have passed; the message is its log.
        """
        pause = threading.Event()
        for _ in range(int(TIMEOUT / 0.02)):
            if self._running().poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return
            pause.wait(0.02)
        raise RuntimeError(f"slapd did not start: {(self._folder / 'slapd.log').read_text()}")

    def _write_certificates(self, host: str) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert(host)
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate.private_key_pem.write_to_path(str(self._folder / "server.key"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(self._folder / "server.pem"), append=True)

    def _write_configuration(self, **settings: object) -> None:
        text = CONFIGURATION.format(
            folder=self._folder,
            tls=TLS_CONFIGURATION.format(folder=self._folder) if self._tls else "",
            base_dn=self.base_dn,
            bind_dn=self.bind_dn,
            password=self.password,
            **settings,
        )
        self._configuration.write_text(text)

    def _load(self, entries: Sequence[LdapEntry]) -> None:
        command = [SLAPADD, "-q", "-f", str(self._configuration)]
        loaded = subprocess.run(command, input=ldif(entries).encode(), capture_output=True, check=False)
        if loaded.returncode:
            raise RuntimeError(f"slapadd failed: {loaded.stderr.decode(errors='replace')}")


def _change(connection: ldap3.Connection, operation: str, entry_dn: str, values: Any) -> None:
    """Add an entry, delete one, replace values, or move it below another one."""
    if operation == "add":
        connection.add(entry_dn, attributes={name: each for name, each in values.items() if each})
    elif operation == "modify":
        connection.modify(entry_dn, {name: [(ldap3.MODIFY_REPLACE, each)] for name, each in values.items()})
    elif operation == "move":
        connection.modify_dn(entry_dn, entry_dn.partition(",")[0], new_superior=values)
    else:
        connection.delete(entry_dn)
