from collections.abc import Mapping, Sequence
from typing import Protocol

class _Response(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def raise_for_status(self) -> None: ...

class _HttpClient(Protocol):
    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Response: ...
    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> _Response: ...

class ConfidentialClientApplication:
    def __init__(
        self,
        client_id: str,
        client_credential: str | Mapping[str, str] | None = None,
        authority: str | None = None,
        validate_authority: bool = True,
        *,
        http_client: _HttpClient | None = None,
        instance_discovery: bool | None = None,
        enable_pii_log: bool | None = None,
    ) -> None: ...
    def acquire_token_for_client(self, scopes: Sequence[str]) -> Mapping[str, object]: ...
