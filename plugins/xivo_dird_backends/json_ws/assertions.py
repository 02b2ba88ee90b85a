"""The JSON Web Tokens that a source signs: as a grant, or instead of the secret of a client (RFC 7523)."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from xivo_dird.backend import InvalidSource
from xivo_dird_backends._private_key import MAX_RSA_BITS, read_private_key
from xivo_dird_backends.json_ws.auth_options import JsonAuth

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ASSERTION = "secret.auth.assertion"
"""The variable of the token, in the request for an access token."""

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MIN_RSA_BITS = 2048
"""Minimum size of the key of RS256 (RFC 7518 section 3.3)."""

NEEDED_KEYS = {"RS256": f"an RSA key with at least {MIN_RSA_BITS} bits", "ES256": "a key of the curve P-256"}


class Assertion:
    """Signs a new token for each request; shared by threads."""

    def __init__(self, auth: JsonAuth, clock: Callable[[], float] = time.time) -> None:
        """Load the key.

        Args:
            auth: Options with `jwt`.
            clock: Returns the time, in seconds since 1970.

        Raises:
            InvalidSource: The key can't be used, or a claim is missing; the message does not quote the key.
        """
        if auth.jwt is None:
            raise InvalidSource("auth.jwt: it is needed for jwt_bearer")
        self._options = auth.jwt
        self._claims = {**_default_claims(auth), **auth.jwt.claims}
        issuer = self._claims.get("iss")
        if not isinstance(issuer, str) or not issuer:
            raise InvalidSource("auth.jwt.claims: iss is needed: the id of the client, or of the account")
        self._clock = clock
        self._key = load_key(self._options.key.get_secret_value(), self._options.algorithm)

    def signed(self) -> str:
        """Return a token that is valid from now on."""
        import jwt  # noqa: PLC0415 - only for sources of this kind

        now = int(self._clock())
        times = {"iat": now, "exp": now + self._options.lifetime_seconds, "jti": str(uuid4())}
        headers = {} if self._options.key_id is None else {"kid": self._options.key_id}
        return jwt.encode({**self._claims, **times}, self._key, self._options.algorithm, headers)


def assertion_form(auth: JsonAuth) -> Mapping[str, str]:
    """Return the parameters of a request for an access token that have the token of the source."""
    if auth.grant_type == "jwt_bearer":
        return {"grant_type": JWT_BEARER, "assertion": f"{{{ASSERTION}}}"}
    return {"client_assertion_type": CLIENT_ASSERTION_TYPE, "client_assertion": f"{{{ASSERTION}}}"}


def load_key(pem: str, algorithm: str) -> "RSAPrivateKey | EllipticCurvePrivateKey":
    """Return a private key.

    Raises:
        InvalidSource: It is none, or not one of this algorithm; the message does not quote it.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - only for sources of this kind
        SECP256R1,
        EllipticCurvePrivateKey,
    )
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415

    try:
        key = read_private_key(pem)
    except ValueError:
        raise InvalidSource(
            "auth.jwt.key: needs the PEM text of a private key without a password,"
            f" of RSA with up to {MAX_RSA_BITS} bits"
        ) from None  # the cause may quote the key
    if algorithm == "RS256" and isinstance(key, RSAPrivateKey) and key.key_size >= MIN_RSA_BITS:
        return key
    if algorithm == "ES256" and isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    raise InvalidSource(f"auth.jwt.key: {algorithm} needs {NEEDED_KEYS[algorithm]}")


def _default_claims(auth: JsonAuth) -> dict[str, object]:
    """Return the claims that follow from other options; the subject of a client assertion is the client."""
    claims: dict[str, object] = {"aud": auth.url}
    if auth.client_id:
        claims["iss"] = auth.client_id
        if auth.grant_type != "jwt_bearer":
            claims["sub"] = auth.client_id
    return claims
