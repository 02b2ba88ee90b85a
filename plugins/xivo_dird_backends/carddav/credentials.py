"""The credentials of a source, in the scheme that a server wants."""

from xivo_dird.backend import basic_authorization, parse_url
from xivo_dird_backends.carddav.digest import DigestSession, find_session


class WebDavAccount:
    """A token, or a user name and password: Basic with the first request, Digest once a server asks for it."""

    def __init__(self, username: str | None, password: str, token: str | None) -> None:
        """Store them; all may be missing."""
        self._username = username
        self._password = password
        self._token = token
        self._sessions: dict[object, DigestSession] = {}

    @property
    def are_given(self) -> bool:
        """Return True if there are any."""
        return self._username is not None or self._token is not None

    def headers(self, method: str, url: str) -> dict[str, str]:
        """Return the header for a request, none without credentials."""
        if self._token is not None:
            return {"Authorization": f"Bearer {self._token}"}
        if self._username is None:
            return {}
        parsed = parse_url(url)
        session = self._sessions.get(parsed.origin)
        if session is None:
            return {"Authorization": basic_authorization(f"{self._username}:{self._password}")}
        target = parsed.request_target()
        return {"Authorization": session.authorization(self._username, self._password, method, target)}

    def learn(self, url: str, challenge: str) -> bool:
        """Return True if a refused request may succeed when it is repeated, with another scheme or nonce.

        Args:
            url: The URL of the request.
            challenge: The header `WWW-Authenticate` of its answer.
        """
        if self._username is None:
            return False
        origin = parse_url(url).origin
        known, offered = self._sessions.get(origin), find_session(challenge)
        if offered is None:
            return False
        self._sessions[origin] = offered
        was_accepted = known is not None and known.uses > 1
        return known is None or offered.is_stale or was_accepted
