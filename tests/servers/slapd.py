"""A private OpenLDAP server: a real slapd as a child process, on free loopback ports, with its data in a folder."""

import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from servers.freezing import freeze
from servers.ldap_people import BASE_DN, LdapEntry, ldif, people, referral, roots
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
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit {size_limit}
{tls}
database mdb
maxsize 67108864
suffix "{base_dn}"
rootdn "{bind_dn}"
rootpw {password}
directory {folder}/data
{limits}
index objectClass,guid eq
index uid,cn,sn,givenName,mail,telephoneNumber,mobile eq,sub
"""

TLS_CONFIGURATION = """\
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSVerifyClient never
"""


class Slapd:
    """A directory below `base_dn` that anybody may read; `stop` and `start` keep ports and data.

    The folder must exist and be this server's alone. `size_limit` is how many entries one search may return,
    `unchecked_limit` how many candidates it may have (more are adminLimitExceeded);
    without `tls` the server refuses StartTLS; `certificate_host` is the name that its certificate is for.
    """

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
    ) -> None:
        """Write configuration, certificates and data; `entries` are added to the base (default: `people()`)."""
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
        self._write_configuration(
            size_limit, "" if unchecked_limit is None else f"limits * size.unchecked={unchecked_limit}"
        )
        self._load([*roots(), referral(self.uri), *(people() if entries is None else entries)])

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and give the ports back."""
        self.stop()
        for reserved in self._reserved:
            reserved.release()

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        urls = f"{self.uri} {self.ldaps_uri}" if self._tls else self.uri
        command = [SLAPD, "-f", str(self._configuration), "-h", urls, "-d", "0"]
        with (self._folder / "slapd.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._await(self.port)
            if self._tls:
                self._await(self.ldaps_port)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, also a paused one; its ports refuse connections from now on."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def pause(self) -> None:
        """Freeze the server: it still takes connections, and answers nothing."""
        freeze(self._running().pid)

    def resume(self) -> None:
        """Let a paused server go on."""
        self._running().send_signal(signal.SIGCONT)

    @property
    def _configuration(self) -> Path:
        return self._folder / "slapd.conf"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("slapd is not running")
        return self._process

    def _await(self, port: int) -> None:
        """Poll until the port takes connections; raise what the server said when it ends or takes too long."""
        timeout = threading.Event()
        for _ in range(int(TIMEOUT / 0.02)):
            if self._running().poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return
            timeout.wait(0.02)
        raise RuntimeError(f"slapd did not start: {(self._folder / 'slapd.log').read_text()}")

    def _write_certificates(self, host: str) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert(host)
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate.private_key_pem.write_to_path(str(self._folder / "server.key"))
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(str(self._folder / "server.pem"), append=True)

    def _write_configuration(self, size_limit: int, limits: str) -> None:
        tls = TLS_CONFIGURATION.format(folder=self._folder) if self._tls else ""
        text = CONFIGURATION.format(
            folder=self._folder,
            size_limit=size_limit,
            limits=limits,
            tls=tls,
            base_dn=self.base_dn,
            bind_dn=self.bind_dn,
            password=self.password,
        )
        self._configuration.write_text(text)

    def _load(self, entries: Sequence[LdapEntry]) -> None:
        command = [SLAPADD, "-q", "-f", str(self._configuration)]
        loaded = subprocess.run(command, input=ldif(entries).encode(), capture_output=True, check=False)
        if loaded.returncode:
            raise RuntimeError(f"slapadd failed: {loaded.stderr.decode(errors='replace')}")
