"""A token endpoint that verifies JSON Web Tokens (RFC 7523), and keys to sign them.

endpoint = JwtEndpoint(log_in, rsa_key().public_key(), audience="https://login.example.org")
answer = endpoint.answer({"grant_type": JWT_BEARER, "assertion": "eyJ…"})
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ISSUER, SUBJECT, KEY_ID = "3MVG9.client", "dird@example.org", "key-7"
MAX_LIFETIME_SECONDS = 300

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a key of RS256."""
    return rsa.generate_private_key(65537, bits)


@cache
def huge_rsa_key() -> rsa.RSAPrivateKey:
    """Return a key of 84,000 bits in 64 KB of text; such a key with better numbers takes minutes to check."""
    p, q = 2**42_000 + 1, 2**42_000 + 3
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


@cache
def curve_key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    """Return a key of ES256."""
    return ec.generate_private_key(curve())


def pem_of(key: PrivateKey, password: bytes | None = None) -> str:
    """Return the PEM text of a key."""
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


class JwtEndpoint:
    """The endpoint: it accepts each token once, from one issuer, for one user.

    Attributes:
        public_key: The key of the issuer.
        audience: The accepted `aud`.
        issuer: The accepted `iss`.
        key_id: The name of the key, None if tokens have none.
        subject: The user of the grant, who has approved the issuer.
        tokens: The claims of the tokens that were accepted.
    """

    def __init__(self, log_in: Callable[[], str], public_key: PublicKey, audience: str) -> None:
        """Accept tokens that are signed with a key; `log_in` returns a new access token."""
        self.public_key = public_key
        self.audience = audience
        self.issuer = ISSUER
        self.key_id: str | None = KEY_ID
        self.subject = SUBJECT
        self.tokens: list[Mapping[str, Any]] = []
        self._log_in = log_in

    def answer(self, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        """Return status and content of the answer to a request for an access token."""
        is_grant = form.get("grant_type") == JWT_BEARER
        if not is_grant and (form.get("grant_type"), form.get("client_assertion_type")) != (
            "client_credentials",
            CLIENT_ASSERTION,
        ):
            return 400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
        token = form["assertion" if is_grant else "client_assertion"]
        refused = "invalid_grant" if is_grant else "invalid_client"
        try:
            claims = self._verified(token)
        except jwt.InvalidTokenError as error:
            return 400, {"error": refused, "error_description": f"{error}"}
        if claims["sub"] != (self.subject if is_grant else self.issuer):
            return 400, {"error": refused, "error_description": "user hasn't approved this consumer"}
        self.tokens.append(claims)
        return 200, {"access_token": self._log_in(), "token_type": "Bearer"}

    def _verified(self, token: str) -> Mapping[str, Any]:
        algorithm = "RS256" if isinstance(self.public_key, rsa.RSAPublicKey) else "ES256"
        if jwt.get_unverified_header(token).get("kid") != self.key_id:
            raise jwt.InvalidTokenError("unknown key")
        claims: Mapping[str, Any] = jwt.decode(
            token,
            self.public_key,
            algorithms=[algorithm],
            audience=self.audience,
            issuer=self.issuer,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
        )
        if claims["exp"] - claims["iat"] > MAX_LIFETIME_SECONDS:
            raise jwt.InvalidTokenError("the token lives too long")
        if claims["jti"] in [known["jti"] for known in self.tokens]:
            raise jwt.InvalidTokenError("the token was used before")
        return claims
