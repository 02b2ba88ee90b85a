"""The token of an account with a server."""

import time
from abc import abstractmethod
from collections.abc import Callable

from typing_extensions import override

from xivo_dird.backend import Deadline, SourceUnavailable
from xivo_dird_backends._renewed_value import IssuedValue, RenewedValue


class RenewedToken(RenewedValue[str]):
    """Requests the token when it is needed, and before it ends; shared by threads."""

    def __init__(self, server: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without a token.

        Args:
            server: Who issues tokens, for errors.
            clock: Returns the time in seconds.
        """
        super().__init__(f"token of {server}", clock)
        self._server = server

    @override
    def request(self, deadline: Deadline) -> IssuedValue[str]:
        """Return a new token that can be the value of a header."""
        issued = self.request_token(deadline)
        if not (issued.value.isascii() and issued.value.isprintable()) or not issued.value.strip():
            raise SourceUnavailable(f"{self._server} answered no token that can be used")
        return issued

    @abstractmethod
    def request_token(self, deadline: Deadline) -> IssuedValue[str]:
        """Return a new token, which need not be usable.

        Raises:
            SourceUnavailable: There is none; the message has neither a token nor a password.
            InvalidSource: The account may not be read.
        """
