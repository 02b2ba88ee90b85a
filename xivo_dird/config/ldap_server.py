"""The section `ldap_server`: the LDAP front end, for phones and mail clients."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xivo_dird.bounds import NO_BOOLEAN, Seconds
from xivo_dird.config.access import AuthorizedSubnet, check_unique
from xivo_dird.config.listen_address import HostAndPort, ListenAddress, split_address
from xivo_dird.config.section import Section, Uuid, none_to_empty
from xivo_dird.distinguished_names import check_name

ProfileName = Annotated[str, Field(min_length=1, max_length=512)]


class AnonymousNetwork(AuthorizedSubnet):
    """A network whose hosts may search one profile without a password.

    Attributes:
        subnet: The network.
        tenant_uuid: The tenant.
        profile: The profile.
    """

    tenant_uuid: Uuid
    profile: ProfileName = "default"


class LdapServerSection(Section):
    """The LDAP front end.

    Attributes:
        listen: Host and port of LDAP and StartTLS; None: no such listener.
        listen_tls: Host and port of LDAPS; None: no such listener.
        certificate: PEM file; None: that of `rest_api`.
        private_key: PEM file; None: that of `rest_api`.
        base_dn: The name above all profiles.
        profile: The profile of searches that name none.
        require_tls: Whether passwords and tokens are only accepted over TLS.
        anonymous: The networks whose hosts need no password, of which the most specific one counts.
        attributes: The fields of each attribute, in place of the columns of a display.
        late_sources: How a search ends without the entries of a source that is late.
        max_entries: Maximum number of entries of a search.
        max_connections: Number of connections that each process keeps open.
        idle_timeout: Seconds that a connection may be idle.
    """

    listen: ListenAddress = None
    listen_tls: ListenAddress = None
    certificate: Path | None = None
    private_key: Path | None = None
    base_dn: Annotated[str, Field(max_length=512), AfterValidator(check_name)] = "dc=directory"
    profile: ProfileName = "default"
    require_tls: bool = True
    anonymous: Annotated[tuple[AnonymousNetwork, ...], AfterValidator(check_unique)] = ()
    attributes: Annotated[dict[str, tuple[str, ...]], BeforeValidator(none_to_empty)] = Field(
        default_factory=dict
    )
    late_sources: Literal["success", "time_limit_exceeded"] = "success"
    max_entries: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN] = 1000
    max_connections: Annotated[int, Field(ge=1, le=100_000), NO_BOOLEAN] = 4096
    idle_timeout: Seconds = 3600.0

    @model_validator(mode="after")
    def _check_pair(self) -> Self:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("certificate and private_key are given together or not at all")
        return self

    @property
    def address(self) -> HostAndPort | None:
        """Return where to listen for LDAP and StartTLS, None if there is no such listener."""
        return split_address(self.listen)

    @property
    def tls_address(self) -> HostAndPort | None:
        """Return where to listen for LDAPS, None if there is no such listener."""
        return split_address(self.listen_tls)
