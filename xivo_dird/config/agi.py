"""The section `agi`: the FastAGI listener, which gives the names of callers to Asterisk."""

from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xivo_dird.bounds import (
    DEFAULT_CALLER_NAME_CHARACTERS,
    MAX_CALLER_NAME_CHARACTERS,
    NO_BOOLEAN,
    Seconds,
)
from xivo_dird.config.access import AuthorizedSubnets
from xivo_dird.config.section import Section
from xivo_dird.url_syntax import check_authority


class HostAndPort(NamedTuple):
    """Where to listen; an IPv6 address is without brackets."""

    host: str
    port: int


def _split(authority: str) -> HostAndPort:
    """Return host and port of a text such as `[::1]:4573`; the port is 0 if there is none."""
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


class AgiSection(Section):
    """The FastAGI listener.

    Attributes:
        listen: Host and port to listen on; None: there is no listener.
        authorized_subnets: The networks of the PBXs that may connect, of which the most specific one counts.
        profile: The profile of calls whose script names none.
        timeout: Seconds that a call takes at most.
        max_connections: Number of calls that each process handles at the same time; more are closed at once.
        max_name_characters: Maximum length of a name.
        ascii_names: Whether names are transliterated to ASCII.
    """

    listen: Annotated[
        Annotated[str, AfterValidator(_check_host_and_port)] | None, BeforeValidator(_empty_to_none)
    ] = None
    authorized_subnets: AuthorizedSubnets = ()
    profile: Annotated[str, Field(min_length=1)] = "default"
    timeout: Seconds = 1.0
    max_connections: Annotated[int, Field(ge=1, le=1000), NO_BOOLEAN] = 256
    max_name_characters: Annotated[int, Field(ge=1, le=MAX_CALLER_NAME_CHARACTERS), NO_BOOLEAN] = (
        DEFAULT_CALLER_NAME_CHARACTERS
    )
    ascii_names: bool = False

    @model_validator(mode="after")
    def _check_networks(self) -> Self:
        if self.listen is not None and not self.authorized_subnets:
            raise ValueError("authorized_subnets: listen needs the networks of the PBXs that may connect")
        return self

    @property
    def address(self) -> HostAndPort | None:
        """Return where to listen, None if there is no listener."""
        return None if self.listen is None else _split(self.listen)
