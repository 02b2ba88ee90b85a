"""The keys of a session, all derived from the value of its cookie, which is never stored (HKDF, RFC 5869).

Who reads the database can neither use a session nor read the credentials in it.
"""

import os
import secrets
from base64 import urlsafe_b64encode
from typing import NamedTuple

from xivo_dird.sessions.model import Credentials

MAX_SECRET_CHARACTERS = 128
"""Maximum length of the secret that a client may send."""

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Keys(NamedTuple):
    """The keys of a session.

    Attributes:
        digest: Identifies the session in the database.
        encryption: Encrypts its credentials.
        csrf_token: What its requests must repeat in a header.
    """

    digest: bytes
    encryption: bytes
    csrf_token: str


def new_secret() -> str:
    """Return a new secret of 256 random bits, which is valid in a cookie and in a URL."""
    return secrets.token_urlsafe(_KEY_BYTES)


def keys_of(secret: str) -> Keys:
    """Return the keys of the session with this secret."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - only for sessions
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    derivation = HKDF(algorithm=SHA256(), length=3 * _KEY_BYTES, salt=None, info=b"xivo-dird session")
    material = derivation.derive(secret.encode("utf-8", "surrogatepass"))
    digest, encryption, csrf = (material[start : start + _KEY_BYTES] for start in (0, 32, 64))
    return Keys(digest, encryption, urlsafe_b64encode(csrf).rstrip(b"=").decode())


def encrypt(keys: Keys, credentials: Credentials) -> bytes:
    """Return the encrypted credentials of a session (AES-256-GCM, after a random nonce)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only for sessions

    nonce = os.urandom(_NONCE_BYTES)
    text = credentials.model_dump_json().encode()
    return nonce + AESGCM(keys.encryption).encrypt(nonce, text, keys.digest)


def decrypt(keys: Keys, encrypted: bytes) -> Credentials | None:
    """Return the credentials of a session, None if the text was not encrypted for it."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only for sessions
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    nonce, text = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
    if len(nonce) < _NONCE_BYTES:
        return None
    try:
        return Credentials.model_validate_json(AESGCM(keys.encryption).decrypt(nonce, text, keys.digest))
    except InvalidTag:
        return None
