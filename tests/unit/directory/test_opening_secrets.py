"""A backend gets the secrets that its options refer to, and none of its errors has one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import pytest
from typing_extensions import override

from xivo_dird.backend import (
    HIDDEN,
    HIDDEN_PASSWORD,
    Caller,
    Entry,
    Environment,
    InvalidSource,
    Secret,
    SnapshotBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.exceptions import SourceError
from xivo_dird.sources.model import Source

TENANT = "11111111-1111-4111-8111-111111111111"
SECRET = "s3cret pass/word"


class QuotingOptions(SourceOptions):
    password: Annotated[Secret[str], HIDDEN] | None = None
    uri: Annotated[str, HIDDEN_PASSWORD] = ""
    error: str = ""


class Quoting(SnapshotBackend[QuotingOptions]):
    """Quotes its secrets in the error that its options name."""

    Options = QuotingOptions

    def __init__(self, options: QuotingOptions, environment: Environment) -> None:
        super().__init__(options, environment)
        password = options.password.get_secret_value() if options.password else ""
        text = f"password: {password}, {password.split()}, {options.uri}, {options.uri!r}"
        errors: dict[str, Exception] = {
            "invalid": InvalidSource(text),
            "unavailable": SourceUnavailable(text),
            "bug": RuntimeError(text),
        }
        if options.error:
            raise errors[options.error]

    @override
    def version(self, caller: Caller | None) -> str:
        return "1"

    @override
    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        return ()


@pytest.fixture
def opener(tmp_path: Path) -> SourceOpener:
    (tmp_path / "secrets" / TENANT).mkdir(parents=True)
    (tmp_path / "secrets" / TENANT / "password").write_text(SECRET, encoding="utf-8")
    quoting = InstalledBackend(Quoting, Quoting.Settings())
    return SourceOpener({"quoting": quoting}, tmp_path / "state", secrets_folder=tmp_path / "secrets")


def create(opener: SourceOpener, *, is_declared: bool = False, **options: str) -> Quoting:
    source = Source("uuid", TENANT, "crew", "quoting", options, provisioned=is_declared)
    backend = opener.create_backend(source)
    assert isinstance(backend, Quoting)
    return backend


def test_a_backend_gets_the_secrets_themselves(opener: SourceOpener) -> None:
    backend = create(opener, password="${file:password}", uri="http://u:${file:password}@host")
    assert backend.options.password is not None
    assert backend.options.password.get_secret_value() == SECRET
    assert backend.options.uri == "http://u:s3cret%20pass%2Fword@host"


def test_only_a_declared_source_may_use_the_environment(
    opener: SourceOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIRD_PASSWORD", SECRET)
    backend = create(opener, password="${env:DIRD_PASSWORD}", is_declared=True)
    assert backend.options.password is not None
    assert backend.options.password.get_secret_value() == SECRET
    with pytest.raises(InvalidSource, match=r"^option password: \$\{env:DIRD_PASSWORD\}: only a source"):
        create(opener, password="${env:DIRD_PASSWORD}")


@pytest.mark.parametrize(
    ("error", "kind"),
    [("invalid", InvalidSource), ("unavailable", SourceUnavailable), ("bug", SourceUnavailable)],
)
def test_an_error_that_quotes_a_secret_has_an_ellipsis(
    opener: SourceOpener, error: str, kind: type[SourceError]
) -> None:
    with pytest.raises(kind) as error_info:
        create(opener, error=error, password="${file:password}", uri="http://u:${file:password}@host")
    message = str(error_info.value)
    assert "password: " in message or "…: " in message
    assert "…" in message
    assert not any(part in message for part in ("s3cret", "pass/word", "pass%2Fword"))
    assert error_info.value.__suppress_context__, "the traceback has no cause that quotes it"
