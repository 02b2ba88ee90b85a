"""The links in documents for phones: absolute URLs of the next step, built from the route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self
from urllib.parse import quote

Step = Literal["menu", "input", "lookup", "reverse"]

USER_PARAMETER = "xivo_user_uuid"


@dataclass(frozen=True, slots=True)
class PhoneLinks:
    """The links of one request.

    Attributes:
        root: Returns the URL of the API as the phone reaches it, without the version.
        proxy_url: Returns the URL of a gateway that replaces every link; None: links lead back to this daemon.
        vendor: The last segment of the path.
        profile: The profile.
        user_uuid: The user.
        names_user_in_path: Whether the path of the request names the user; otherwise only the query does.
    """

    root: Callable[[], str]
    proxy_url: Callable[[], str | None]
    vendor: str
    profile: str
    user_uuid: str
    names_user_in_path: bool

    def of_profile(self, profile: str) -> Self:
        """Return the links for another profile of the same user."""
        return replace(self, profile=profile)

    def step(self, step: Step, **query: object) -> str:
        """Return the URL of another document; it always has a query, so that a phone can append to it."""
        return f"{self.proxy_url() or self._path(step)}?{_encoded({USER_PARAMETER: self.user_uuid} | query)}"

    def _path(self, step: Step) -> str:
        user = (self.user_uuid,) if self.names_user_in_path else ()
        segments = ("0.1", "directories", step, self.profile, *user, self.vendor)
        return "/".join([self.root(), *(quote(segment, safe="") for segment in segments)])


def _encoded(query: Mapping[str, object]) -> str:
    """Return a query with every reserved character encoded (RFC 3986 section 2.1), blanks as `%20`."""
    return "&".join(
        f"{name}={quote(str(value).encode('utf-8', 'replace'), safe='')}" for name, value in query.items()
    )
