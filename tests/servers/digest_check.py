"""Checks the Digest authentication of clients (RFC 7616), as a server does."""

import hashlib
from urllib.request import parse_http_list, parse_keqv_list

ALGORITHMS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class DigestCheck:
    """A server's memory of its nonces.

    Attributes:
        uses: Number of times that each nonce was used.
        username: The user name.
        realm: The realm, as it is sent and hashed.
        is_expired: Whether the current nonce is refused once, with `stale` if `says_stale`.
    """

    def __init__(self, algorithm: str = "MD5", other_challenges: str = "", says_stale: bool = True) -> None:
        self.algorithm = algorithm
        self.other_challenges = other_challenges
        self.says_stale = says_stale
        self.username = "ada"
        self.realm = b'the "cards"'
        self.is_expired = False
        self.uses: dict[str, int] = {"nonce-1": 0}

    @property
    def nonce(self) -> str:
        return [*self.uses][-1]

    def check(self, method: str, target: str, authorization: str) -> str | None:
        """Return the header `WWW-Authenticate` of a refusal, None if the credentials are right."""
        if not authorization.startswith("Digest "):
            return self._challenge()
        parts = parse_keqv_list(parse_http_list(authorization.removeprefix("Digest ")))
        if self.is_expired:
            self.is_expired = False
            self.uses[f"nonce-{len(self.uses) + 1}"] = 0
            return self._challenge(", stale=true" if self.says_stale else "")
        self.uses[self.nonce] += 1
        is_right = (
            parts["nonce"] == self.nonce
            and parts["uri"] == target
            and parts["username"].encode("latin-1").decode() == self.username
            and int(parts["nc"], 16) == self.uses[self.nonce]
            and parts["opaque"] == "o,p"
            and parts["response"] == self._response(parts, method, target)
        )
        return None if is_right else self._challenge()

    def _challenge(self, suffix: str = "") -> str:
        realm = self.realm.decode("latin-1").replace('"', '\\"')
        digest = (
            f'Digest realm="{realm}", qop="auth-int, auth", algorithm={self.algorithm}, '
            f'nonce="{self.nonce}", opaque="o,p"{suffix}'
        )
        return f"{self.other_challenges}{digest}"

    def _response(self, parts: dict[str, str], method: str, target: str) -> str:
        def hashed(data: str | bytes) -> str:
            content = data.encode() if isinstance(data, str) else data
            return ALGORITHMS[self.algorithm.removesuffix("-sess")](content).hexdigest()

        account = hashed(b"%b:%b:s3cret-enough" % (self.username.encode(), self.realm))
        if self.algorithm.endswith("-sess"):
            account = hashed(f"{account}:{parts['nonce']}:{parts['cnonce']}")
        middle = f"{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:auth"
        return hashed(f"{account}:{middle}:{hashed(f'{method}:{target}')}")
