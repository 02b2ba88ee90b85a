"""Reads private keys, whose check blocks all threads: for numbers with tens of thousands of bits it takes minutes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

MAX_RSA_BITS = 4096
"""Maximum size of an RSA key; the check of one with 8192 bits takes four seconds."""


def read_private_key(pem: str) -> "PrivateKeyTypes":
    """Return the private key of a PEM text without a password.

    Raises:
        ValueError: There is none, or it is broken, or larger than `MAX_RSA_BITS`; the message may quote it.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only for sources with a key
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        unchecked = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
        if isinstance(unchecked, RSAPrivateKey):
            numbers = unchecked.private_numbers()
            largest = max(numbers.public_numbers.n, numbers.d, numbers.p, numbers.q)
            if largest.bit_length() > MAX_RSA_BITS:
                raise ValueError(f"an RSA key with more than {MAX_RSA_BITS} bits")
        return load_pem_private_key(pem.encode(), None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("a private key with a password, or of an unknown kind") from error
