"""The section `agi`: the FastAGI listener, which gives the names of callers to Asterisk."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from xivo_dird.bounds import (
    DEFAULT_CALLER_NAME_CHARACTERS,
    MAX_CALLER_NAME_CHARACTERS,
    NO_BOOLEAN,
    Seconds,
)
from xivo_dird.config.access import AuthorizedSubnets
from xivo_dird.config.listen_address import HostAndPort, ListenAddress, split_address
from xivo_dird.config.section import Section


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

    listen: ListenAddress = None
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
        return split_address(self.listen)
