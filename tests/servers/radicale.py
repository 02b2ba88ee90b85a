"""A Radicale server as a child process, on a free loopback port, with its address books in a folder.

with RadicaleServer(folder) as server:
    book = server.create_book("contacts", "Contacts")
    book.put("ada.vcf", b"BEGIN:VCARD...")
    ... server.url, server.username, server.password
    server.stop(); server.start()            # gone and back, on the same port
"""

import socket
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from types import TracebackType
from typing import Self

import trustme

from servers.ports import HOST, ReservedPort
from waiting import TIMEOUT

CONFIGURATION = """\
[server]
hosts = {host}:{port}
{tls}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[web]
type = none
[logging]
level = warning
mask_passwords = True
"""

TLS_CONFIGURATION = """\
ssl = True
certificate = {folder}/server.pem
key = {folder}/server.key
"""

NEW_BOOK = """<?xml version="1.0" encoding="utf-8"?>
<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>
<resourcetype><collection/><C:addressbook/></resourcetype><displayname>{name}</displayname>
</prop></set></mkcol>"""


class RadicaleBook:
    """An address book of the server."""

    def __init__(self, server: "RadicaleServer", folder: str) -> None:
        self._server = server
        self.path = f"/{server.username}/{folder}/"
        self.url = f"{server.url}{self.path}"

    def put(self, name: str, card: bytes) -> None:
        """Add or replace a card."""
        self._server.send("PUT", f"{self.path}{name}", card, {"Content-Type": "text/vcard"})

    def put_all(self, cards: bytes) -> None:
        """Replace the whole book by these cards."""
        self._server.send("PUT", self.path, cards, {"Content-Type": "text/vcard"})

    def remove(self, name: str) -> None:
        """Remove a card."""
        self._server.send("DELETE", f"{self.path}{name}")

    def remove_all(self) -> None:
        """Remove the book."""
        self._server.send("DELETE", self.path)

    def forget_tokens(self) -> None:
        """Let the server forget the sync tokens of its clients, as after thirty days."""
        tokens = self._server.folder / "collections" / "collection-root" / self.path.strip("/")
        for file in (tokens / ".Radicale.cache" / "sync-token").iterdir():
            file.unlink()


class RadicaleServer:
    """The server, with one user; `stop` and `start` keep port and data."""

    username = "ada"
    password = "s3cret-enough"

    def __init__(self, folder: Path, authority: trustme.CA | None = None) -> None:
        """Write the configuration.

        Args:
            folder: An existing folder that no other server uses.
            authority: Who signs the certificate; None: no TLS.
        """
        self.folder = folder
        self._authority = authority
        self._reserved = ReservedPort()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = self._reserved.number
        self.url = f"{'http' if authority is None else 'https'}://{HOST}:{self.port}"
        (folder / "users").write_text(f"{self.username}:{self.password}\n")
        tls = "" if authority is None else TLS_CONFIGURATION.format(folder=folder)
        text = CONFIGURATION.format(folder=folder, host=HOST, port=self.port, tls=tls)
        (folder / "config").write_text(text)
        if authority is not None:
            certificate = authority.issue_cert(HOST)
            certificate.private_key_pem.write_to_path(str(folder / "server.key"))
            certificate.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and release its port."""
        self.stop()
        self._reserved.release()

    @property
    def options(self) -> dict[str, object]:
        """Return the options of a source that logs in."""
        return {"url": self.url, "username": self.username, "password": self.password}

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        command = [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")]
        with (self.folder / "radicale.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server; its port then refuses connections."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def create_book(self, folder: str, name: str) -> RadicaleBook:
        """Create an address book."""
        book = RadicaleBook(self, folder)
        self.send(
            "MKCOL", book.path, NEW_BOOK.format(name=name).encode(), {"Content-Type": "application/xml"}
        )
        return book

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Send a request of the user; return the body of the answer, which must be a success."""
        if self._authority is None:
            connection = HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        else:
            context = ssl.create_default_context()
            self._authority.configure_trust(context)
            connection = HTTPSConnection(HOST, self.port, timeout=TIMEOUT, context=context)
        account = b64encode(f"{self.username}:{self.password}".encode()).decode()
        try:
            connection.request(method, path, body, {"Authorization": f"Basic {account}", **(headers or {})})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        assert 200 <= response.status < 300, f"{method} {path}: {response.status} {content!r}"
        return content

    def _wait(self) -> None:
        pause = threading.Event()
        for _ in range(int(TIMEOUT / 0.02)):
            if self._process is None or self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            pause.wait(0.02)
        raise RuntimeError(f"Radicale did not start: {(self.folder / 'radicale.log').read_text()}")
