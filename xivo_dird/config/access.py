"""The section `access`: who may use the views for phones and PBXs, which can't send a token in a header."""

from collections import Counter
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xivo_dird.bounds import NO_BOOLEAN
from xivo_dird.config.networks import Network
from xivo_dird.config.section import Section, Uuid, none_to_empty

AccessMethod = Literal["token", "basic", "query_token", "network"]

CREDENTIALS = ("token", "basic", "query_token")
"""The methods that say who the caller is."""

QUERY_TOKEN = "token"  # noqa: S105 - a name
"""The query parameter of the method `query_token`."""


def _subnet_of_text(value: object) -> object:
    return {"subnet": value} if isinstance(value, str) else value


class AuthorizedSubnet(Section):
    """A network whose hosts are phones or PBXs.

    Attributes:
        subnet: The network.
        tenant_uuid: The tenant of all its users; None: they may be of any tenant.
    """

    subnet: Network
    tenant_uuid: Uuid | None = None


SubnetT = TypeVar("SubnetT", bound=AuthorizedSubnet)


def check_unique(subnets: tuple[SubnetT, ...]) -> tuple[SubnetT, ...]:
    """Return the networks; raise `ValueError` if one is given twice."""
    counts = Counter(authorized.subnet for authorized in subnets)
    for subnet, count in counts.items():
        if count > 1:
            raise ValueError(f"{subnet} is given twice")
    return subnets


AuthorizedSubnets = Annotated[
    tuple[Annotated[AuthorizedSubnet, BeforeValidator(_subnet_of_text)], ...], AfterValidator(check_unique)
]


def _combination_of_text(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _check_combination(methods: tuple[AccessMethod, ...]) -> tuple[AccessMethod, ...]:
    if not methods:
        raise ValueError("an empty combination would allow everyone; name at least one method")
    if len(set(methods)) < len(methods):
        raise ValueError("a method is given twice")
    credentials = [method for method in CREDENTIALS if method in methods]
    if len(credentials) > 1:
        named = " and ".join(credentials[:2])
        raise ValueError(f"{named} both say who the caller is; a combination has one of them")
    return methods


Combination = Annotated[
    tuple[AccessMethod, ...], BeforeValidator(_combination_of_text), AfterValidator(_check_combination)
]


class ViewAccess(Section):
    """Who may use a view.

    Attributes:
        methods: The alternatives in the order of the attempts. Each is a method, or several that must all hold.
        authorized_subnets: The networks of the method `network`, of which the most specific one counts.
    """

    methods: Annotated[tuple[Combination, ...], Field(min_length=1)] = (("token",),)
    authorized_subnets: AuthorizedSubnets = ()

    @model_validator(mode="after")
    def _check_subnets(self) -> Self:
        has_network = any("network" in combination for combination in self.methods)
        if has_network and not self.authorized_subnets:
            raise ValueError("authorized_subnets: the method network needs at least one")
        if self.authorized_subnets and not has_network:
            raise ValueError("authorized_subnets: without the method network they restrict nothing")
        return self


class AccessSection(Section):
    """Who may use the views for phones and PBXs; all other resources require a token.

    Attributes:
        max_failures_per_minute: Number of requests with wrong credentials from one address (IPv6: one /64 network)
            after which its next ones are refused.
        default: The rules of views without rules of their own.
        views: The rules of a view, by the name of its entry point.
    """

    max_failures_per_minute: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 20
    default: Annotated[ViewAccess, BeforeValidator(none_to_empty)] = ViewAccess()
    views: Annotated[dict[str, ViewAccess], BeforeValidator(none_to_empty)] = Field(default_factory=dict)

    def rules_of(self, view: str) -> ViewAccess:
        """Return the rules of a view."""
        return self.views.get(view, self.default)
