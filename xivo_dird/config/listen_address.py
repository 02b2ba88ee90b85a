"""The address of a listener besides the one of HTTP, such as `127.0.0.1:4573` or `[::1]:4573`."""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator

from xivo_dird.url_syntax import check_authority


class HostAndPort(NamedTuple):
    """Where to listen; an IPv6 address is without brackets."""

    host: str
    port: int


def split_address(listen: str | None) -> HostAndPort | None:
    """Return host and port of a `ListenAddress`, None if there is none."""
    return None if listen is None else _split(listen)


def _split(authority: str) -> HostAndPort:
    """Return host and port of a text; the port is 0 if there is none."""
    host, _, port = authority.rpartition(":")
    return HostAndPort(host.strip("[]"), int(port)) if port.isdecimal() else HostAndPort(authority, 0)


def _check_host_and_port(text: str) -> str:
    try:
        is_complete = _split(check_authority(text)).port > 0
    except ValueError:
        is_complete = False
    if not is_complete:
        raise ValueError(f"{text!r} is not host:port, such as 127.0.0.1:4573 or [::1]:4573")
    return text


def _empty_to_none(value: object) -> object:
    return None if value == "" else value


ListenAddress = Annotated[
    Annotated[str, AfterValidator(_check_host_and_port)] | None, BeforeValidator(_empty_to_none)
]
"""Host and port; None: there is no listener."""
