"""Passwords: how they are prepared, and hashed with Argon2id (RFC 9106).

All hashes have the same parameters, so every check needs the same time and memory, also that of an unknown user. They
are a recommendation of OWASP: 19 MiB, and some 20 ms of a processor. The check lets other threads run.
"""

import os
import re
import unicodedata

MEMORY_KIB, ITERATIONS, LANES = 19456, 2, 1
SALT_BYTES, HASH_BYTES = 16, 32

MAX_PASSWORD_BYTES = 1000

PASSWORD_HASH = re.compile(
    rf"\$argon2id\$v=19\$m={MEMORY_KIB},t={ITERATIONS},p={LANES}"
    r"\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
)
"""What `hash_password` returns: a PHC string."""

NO_PASSWORD_HASH = f"$argon2id$v=19$m={MEMORY_KIB},t={ITERATIONS},p={LANES}${'A' * 22}${'A' * 43}"
"""A hash that no known password has; checking a password against it takes as long as against any other."""

_CONTROL_OR_SURROGATE = {"Cc", "Cs"}


class UnusablePassword(ValueError):
    """The text is no password; the message says why, without the text."""


def prepare_password(password: str) -> bytes:
    """Return the bytes of a password that are hashed: those of the profile OpaqueString (RFC 8265 section 4.2).

    Other spaces than the ASCII space become one, composed characters replace decomposed ones (NFC), and the encoding is
    UTF-8. Control characters are refused. Case and width are kept. Unlike in RFC 8265, code points are allowed that
    Unicode does not assign yet or discourages, so that no password becomes wrong with a version of Unicode.

    Raises:
        UnusablePassword: It is empty or too long, or has a control character.
    """
    if len(password) > MAX_PASSWORD_BYTES:
        raise UnusablePassword(f"is longer than {MAX_PASSWORD_BYTES} bytes")
    categories = set(map(unicodedata.category, password))
    if categories & _CONTROL_OR_SURROGATE:
        raise UnusablePassword("has a control character")
    if "Zs" in categories:
        password = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    prepared = unicodedata.normalize("NFC", password).encode()
    if not prepared:
        raise UnusablePassword("is empty")
    if len(prepared) > MAX_PASSWORD_BYTES:
        raise UnusablePassword(f"is longer than {MAX_PASSWORD_BYTES} bytes")
    return prepared


def hash_password(password: str) -> str:
    """Return the form in which a password may be stored in a file, with a new salt.

    Raises:
        UnusablePassword: It is empty or too long, or has a control character.
    """
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - only where passwords are

    prepared = prepare_password(password)
    salt = os.urandom(SALT_BYTES)
    kdf = Argon2id(salt=salt, length=HASH_BYTES, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(prepared)


def has_hash(prepared: bytes, password_hash: str) -> bool:
    """Return whether a prepared password has this hash; the duration does not reveal how they differ.

    Args:
        prepared: What `prepare_password` returned.
        password_hash: A text that matches `PASSWORD_HASH`.
    """
    from cryptography.exceptions import InvalidKey  # noqa: PLC0415 - only where passwords are
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

    try:
        Argon2id.verify_phc_encoded(prepared, password_hash)
    except InvalidKey:
        return False
    return True
