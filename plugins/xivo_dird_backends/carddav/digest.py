"""HTTP Digest authentication (RFC 7616), with `qop=auth`."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_ALGORITHMS = {"SHA-256": "sha256", "MD5": "md5"}
"""The supported algorithms, the best first."""

_PARTS = re.compile(r'([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+)|([\w-]+)')
_ESCAPED = re.compile(r"\\(.)")


class Challenge(NamedTuple):
    """A challenge of a header `WWW-Authenticate`: the scheme in lower case, and its parameters."""

    scheme: str
    parameters: dict[str, str]


def challenges(header: str) -> Iterator[Challenge]:
    """Yield the challenges of a header; several headers are joined by commas."""
    current: Challenge | None = None
    for name, value, scheme in _PARTS.findall(header):
        if scheme:
            if current is not None:
                yield current
            current = Challenge(scheme.lower(), {})
        elif current is not None:
            text = _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value
            current.parameters.setdefault(name.lower(), text)
    if current is not None:
        yield current


@dataclass(slots=True)
class DigestSession:
    """What is needed to answer a challenge, again and again until the server sends another nonce.

    Texts have one character per byte, as headers have: what is hashed are the bytes that the server has sent.
    """

    realm: str
    nonce: str
    algorithm: str
    is_session_bound: bool
    has_qop: bool
    opaque: str | None
    is_stale: bool
    uses: int = 0

    def authorization(self, username: str, password: str, method: str, target: str) -> str:
        """Return the header `Authorization` of a request for a path with its query."""
        self.uses += 1
        count, client_nonce = f"{self.uses:08x}", secrets.token_hex(16)
        account = self._hash(f"{_as_utf8(username)}:{self.realm}:{_as_utf8(password)}")
        if self.is_session_bound:
            account = self._hash(f"{account}:{self.nonce}:{client_nonce}")
        middle = f"{self.nonce}:{count}:{client_nonce}:auth" if self.has_qop else self.nonce
        parts = {
            "username": _quoted(_as_utf8(username)),
            "realm": _quoted(self.realm),
            "nonce": _quoted(self.nonce),
            "uri": _quoted(target),
            "response": _quoted(self._hash(f"{account}:{middle}:{self._hash(f'{method}:{target}')}")),
            "algorithm": f"{self.algorithm}{'-sess' if self.is_session_bound else ''}",
        }
        if self.has_qop:
            parts.update(qop="auth", nc=count, cnonce=_quoted(client_nonce))
        if self.opaque is not None:
            parts["opaque"] = _quoted(self.opaque)
        return "Digest " + ", ".join(f"{name}={text}" for name, text in parts.items())

    def _hash(self, text: str) -> str:
        return hashlib.new(_ALGORITHMS[self.algorithm], text.encode("latin-1", "replace")).hexdigest()


def find_session(header: str) -> DigestSession | None:
    """Return the session of the best Digest challenge in a header, None if there is none that is supported."""
    found = [session for challenge in challenges(header) if (session := _session(challenge)) is not None]
    return min(found, key=lambda session: [*_ALGORITHMS].index(session.algorithm), default=None)


def _session(challenge: Challenge) -> DigestSession | None:
    parameters = challenge.parameters
    algorithm = parameters.get("algorithm", "MD5").upper()
    base = algorithm.removesuffix("-SESS")
    qops = [text.strip().lower() for text in parameters.get("qop", "").split(",") if text.strip()]
    is_supported = base in _ALGORITHMS and (not qops or "auth" in qops)
    if challenge.scheme != "digest" or "nonce" not in parameters or not is_supported:
        return None
    return DigestSession(
        parameters.get("realm", ""),
        parameters["nonce"],
        base,
        algorithm != base,
        bool(qops),
        parameters.get("opaque"),
        parameters.get("stale", "").lower() == "true",
    )


def _as_utf8(text: str) -> str:
    """Return a text with one character per byte of its UTF-8, as it is sent and hashed."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
