from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

class _Response(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def data(self) -> bytes: ...

class _Request(Protocol):
    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> _Response: ...

class Credentials:
    token: str | None
    expiry: datetime | None
    @classmethod
    def from_service_account_info(
        cls, info: Mapping[str, str], *, scopes: Sequence[str] | None = None, subject: str | None = None
    ) -> Self: ...
    def refresh(self, request: _Request) -> None: ...
