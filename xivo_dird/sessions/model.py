"""A session, and what it stores."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

Method = Literal["password", "token"]
"""How people can sign in, besides with a one-use code."""


class Credentials(BaseModel):
    """What a session authenticates its requests with. It is stored encrypted, and no client ever gets it.

    Attributes:
        text: A token, or what `Authenticator.sign_in` returned.
        is_token: Which of them it is.
        user_uuid: The user who has signed in; None for a token without a user.
        tenant_uuid: The user's own tenant; None for a token without a tenant.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    text: str
    is_token: bool
    user_uuid: str | None
    tenant_uuid: str | None

    @property
    def owner(self) -> str:
        """Return whose sessions are limited together: those of a user, or of a token or account without one.

        Of the latter it has 16 bits of a digest, too few to find a token by trying.
        """
        if self.user_uuid:
            return self.user_uuid
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.tenant_uuid} {digest[:4]}"

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Return the parts of a text without the credentials."""
        return [("user_uuid", self.user_uuid), ("tenant_uuid", self.tenant_uuid)]


class BrowserSession(BaseModel):
    """A session of a browser.

    Attributes:
        secret: The value of its cookie.
        csrf_token: What each of its requests must repeat in a header, which no page of another site knows.
        credentials: What its requests are authenticated with.
        expires_at: When it ends, in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    secret: str
    csrf_token: str
    credentials: Credentials
    expires_at: float

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        """Return the parts of a text without the secrets."""
        return [("credentials", self.credentials), ("expires_at", self.expires_at)]
