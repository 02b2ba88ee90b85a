"""A Radicale server as a child process, on a free loopback port, with its address books in a folder.

with RadicaleServer(folder) as server:
    book = server.create_book("contacts", "Contacts")
    book.put("ada.vcf", b"BEGIN:VCARD...")
    ... server.url, server.username, server.password
    server.stop(); server.start()            # gone and back, on the same port
"""

import json
import socket
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import trustme

from servers.lifetime import ContextServer
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


PROGRAM = "import os, radicale.__main__; os.fsync = lambda _: None; radicale.__main__.run()"
"""Radicale without waiting for the disk after each of hundreds of files; its option for this is not public."""


class RadicaleBook:
    """An address book of the server."""

    def __init__(self, server: "RadicaleServer", folder: str) -> None:
        self._server = server
        self.path = f"/{server.username}/{folder}/"
        self.url = f"{server.url}{self.path}"

    def put(self, name: str, card: bytes) -> None:
        """Add or replace a card."""
        self._server.send("PUT", f"{self.path}{name}", card, {"Content-Type": "text/vcard"})

    def remove(self, name: str) -> None:
        """Remove a card."""
        self._server.send("DELETE", f"{self.path}{name}")

    def remove_all(self) -> None:
        """Remove the book."""
        self._server.send("DELETE", self.path)

    def forget_tokens(self) -> None:
        """Remove the sync tokens of the clients, as the server does after thirty days."""
        tokens = self._server.folder / "collections" / "collection-root" / self.path.strip("/")
        for file in (tokens / ".Radicale.cache" / "sync-token").iterdir():
            file.unlink()


class RadicaleServer(ContextServer):
    """The server, with two users; `stop` and `start` keep port and data.

    `reader` has a large book, which takes Radicale seconds whenever it is asked for all books of the user.
    """

    username = "ada"
    reader = "bea"
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
        (folder / "users").write_text(
            "".join(f"{user}:{self.password}\n" for user in (self.username, self.reader))
        )
        tls = "" if authority is None else TLS_CONFIGURATION.format(folder=folder)
        text = CONFIGURATION.format(folder=folder, host=HOST, port=self.port, tls=tls)
        (folder / "config").write_text(text)
        if authority is not None:
            certificate = authority.issue_cert(HOST)
            certificate.private_key_pem.write_to_path(str(folder / "server.key"))
            certificate.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))

    def close(self) -> None:
        """Stop the server and release its port."""
        self.stop()
        self._reserved.release()

    @property
    def options(self) -> dict[str, object]:
        """Return the options of a source that logs in."""
        return {"url": self.url, "username": self.username, "password": self.password}

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        command = [sys.executable, "-c", PROGRAM, "--config", str(self.folder / "config")]
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

    @property
    def reader_options(self) -> dict[str, object]:
        """Return the options of a source of the large book."""
        return {**self.options, "username": self.reader, "timeout": TIMEOUT}

    def load(self, user: str, folder: str, name: str, cards: Iterable[bytes]) -> None:
        """Write an address book into the folder of the stopped server, which is faster than requests."""
        book = self.folder / "collections" / "collection-root" / user / folder
        book.mkdir(parents=True)
        (book / ".Radicale.props").write_text(json.dumps({"tag": "VADDRESSBOOK", "D:displayname": name}))
        for number, card in enumerate(cards):
            (book / f"{number}.vcf").write_bytes(card)

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


PHOTO = "\r\n ".join(
    ["PHOTO;ENCODING=b;TYPE=JPEG:", *["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq"] * 40]
)


def crew_cards() -> list[bytes]:
    """Return the cards of 520 people, old ones and some with labels and photos among them, and of ten groups."""
    return [
        *(_current_card(number) for number in range(490)),
        *(_labelled_card(number) for number in range(10)),
        *(_old_card(number) for number in range(20)),
        *(_group(number) for number in range(10)),
    ]


def _card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode()


def _current_card(number: int) -> bytes:
    return _card(
        "VERSION:3.0",
        f"UID:crew-{number}",
        f"FN:Person Crew{number}",
        f"N:Crew{number};Person;;;",
        f"TEL;TYPE=WORK:+49 30 1{number:07}",
        f"TEL;TYPE=CELL:+49 170 1{number:07}",
        f"TEL;TYPE=WORK,FAX:030 {number}",
        "CATEGORIES:Crew",
        *([PHOTO] if number % 10 == 0 else []),
    )


def _labelled_card(number: int) -> bytes:
    return _card(
        "VERSION:3.0",
        f"UID:labelled-{number}",
        f"FN:Labelled {number}",
        f"N:{number};Labelled;;;",
        f"item1.TEL:200{number}",
        "item1.X-ABLabel:Werkstatt",
        f"item2.TEL:0170 {number}",
        "item2.X-ABLabel:_$!<Mobile>!$_",
    )


def _old_card(number: int) -> bytes:
    name = f"=4A=C3=B6=72=67=20={0x30 + number // 10:X}={0x30 + number % 10:X}" if number > 9 else ""
    name = name or f"=4A=C3=B6=72=67=20={0x30 + number:X}"
    return _card(
        "VERSION:2.1",
        f"UID:old-{number}",
        f"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{name};;;",
        f"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{name}",
        f"TEL;CELL:0171 {number}",
    )


def _group(number: int) -> bytes:
    return _card(
        "VERSION:3.0",
        f"UID:group-{number}",
        f"FN:Group {number}",
        f"N:Group {number};;;;",
        "X-ADDRESSBOOKSERVER-KIND:group",
        f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:crew-{number}",
    )
