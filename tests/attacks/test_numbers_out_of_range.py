"""Every number that a client or an administrator can set has a finite range; a new field can't forget it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import update

from api.conftest import Daemon, configuration
from api.rest import check_error, create
from api.source_bodies import MINIMAL
from xivo_dird.authenticator import Authenticator
from xivo_dird.bounds import MAX_INTEGER, MAX_SECONDS
from xivo_dird.config.schema import Config, EnabledPlugins
from xivo_dird.database.engine import Database
from xivo_dird.http.json_body import JsonBody
from xivo_dird.http.operation import OPERATIONS
from xivo_dird.http.query import Query
from xivo_dird.loader import installed_names, load_plugin
from xivo_dird.plugins import AUTHENTICATORS, load_backends, load_listeners
from xivo_dird.profiles.dao import ProfileServiceRow

OWN_MODULES = ("xivo_dird.", "xivo_dird_views.")
NO_NUMBERS = [math.nan, math.inf, -math.inf, "nan", "inf", "1e400", "", " ", [], {}, -(10**400), 1e300]
"""Values that no number of the daemon may have."""

HUGE = 10**400
"""A value that is an error, too, unless it is cut."""


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> set[type[BaseModel]]:
    """Collect the models of the configuration, of the options of sources, and of requests and events."""
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"))):  # declares the operations
        own = [
            declared for method, declared in OPERATIONS.items() if method.__module__.startswith(OWN_MODULES)
        ]
    backends, listeners = load_backends(EnabledPlugins()).loaded, load_listeners(EnabledPlugins()).loaded
    roots = {
        Config,
        *map(authenticator_settings, installed_names(AUTHENTICATORS)),
        *(kind.Settings for kind in backends.values()),
        *(kind.Options for kind in backends.values()),
        *(kind.Data for kind in listeners.values()),
        *(declared.signature.query for declared in own),
        *(body.schema for declared in own if isinstance(body := declared.signature.body, JsonBody)),
    }
    return {model for root in roots if root is not None for model in with_inner(root)}


def authenticator_settings(name: str) -> type[BaseModel]:
    kind = load_plugin(AUTHENTICATORS, name)
    assert isinstance(kind, type)
    assert issubclass(kind, Authenticator)
    return kind.Settings


def with_inner(kind: Any) -> Iterator[type[BaseModel]]:
    """Yield a model and all models in its fields; nothing for another type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from with_inner(field.annotation)
    for argument in get_args(kind):
        yield from with_inner(argument)


def numbers(model: type[BaseModel]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the name and the JSON schema of each field that is a number, also one beside null or a text."""
    for name, schema in model.model_json_schema().get("properties", {}).items():
        for branch in (schema, *schema.get("anyOf", ())):
            if branch.get("type") in {"integer", "number"}:
                yield name, branch


def bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    minimum = schema.get("minimum", schema.get("exclusiveMinimum", -math.inf))
    return minimum, schema.get("maximum", schema.get("exclusiveMaximum", math.inf))


def is_cut(model: type[BaseModel], name: str) -> bool:
    """Return whether a query reads a huge number as the largest integer."""
    if not issubclass(model, Query) or not accepts(model, name, HUGE):
        return False
    return bool(getattr(model.model_validate({"term": "", name: HUGE}), name) == MAX_INTEGER)


def accepts(model: type[BaseModel], name: str, value: object) -> bool:
    try:
        model.model_validate({name: value})
    except ValidationError as error:
        return not any(problem["loc"][:1] == (name,) for problem in error.errors())
    return True


def test_every_number_has_a_lower_and_an_upper_bound(models):
    found = [(model, name, *bounds(schema)) for model in models for name, schema in numbers(model)]
    assert len(found) > 40
    assert {(m.__name__, name) for m, name, minimum, _ in found if not math.isfinite(minimum)} == set()
    unbounded = [(model, name) for model, name, _, maximum in found if not math.isfinite(maximum)]
    assert {(model.__name__, name) for model, name in unbounded if not is_cut(model, name)} == set()
    assert {name for _, name in unbounded} == {"limit", "source_limit", "offset", "first", "count"}


def test_no_number_is_anything_else(models):
    accepted = []
    for model in models:
        for name, schema in numbers(model):
            minimum, maximum = bounds(schema)
            values = [*NO_NUMBERS, minimum - 1, maximum * 2 + 1]
            if not is_cut(model, name):
                values.append(HUGE)
            accepted += [(model, name, str(value)[:9]) for value in values if accepts(model, name, value)]
    assert accepted == []


def test_no_boolean_is_a_number(models):
    accepted = [
        (model.__name__, name)
        for model in models
        for name, _ in numbers(model)
        for value in ("true", "True", *(() if issubclass(model, Query) else (True, False)))
        if accepts(model, name, value)
    ]
    assert accepted == []


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.mark.parametrize("timeout", [1e10, "1e10", 1e300, 86_401, "1e308"])
def test_a_profile_with_such_a_timeout_is_a_400_that_names_the_range(daemon, timeout):
    services = {"lookup": {"options": {"timeout": timeout}}}
    response = daemon.request("POST", "/0.1/profiles", json={"name": "p", "services": services})
    details = check_error(response, 400, "invalid-data")
    (error,) = details["services"]["options"]["timeout"]
    assert (error["constraint_id"], error["constraint"]) == ("range", {"min": 0, "max": MAX_SECONDS})


@pytest.mark.parametrize(
    "field", ["ldap_timeout", "ldap_network_timeout", "cache_seconds", "ldap_size_limit"]
)
def test_a_source_with_such_a_number_is_a_400(daemon, field):
    for value in (1e10, -1, True, "nan", 2**63):
        body = {"name": "s", **MINIMAL["ldap"], field: value}
        response = daemon.request("POST", "/0.1/backends/ldap/sources", json=body)
        assert field in check_error(response, 400, "invalid-data"), value


PAGES = [
    "/displays?limit={}",
    "/displays?offset={}",
    "/phonebooks?limit={}",
    "/tenants/main/phonebooks?offset={}",
    "/personal?limit={}",
    "/personal?offset={}",
    "/backends?limit={}",
    "/directories/default/sources?limit={}",
    "/directories/lookup/default?term=ada&limit={}",
]
FEED = ["/events?after={}", "/events?limit={}", "/events?wait={}", "/directories/browse/default?limit={}"]


@pytest.mark.parametrize("path", [*PAGES, *FEED])
def test_a_query_with_such_a_number_is_a_400(daemon, path):
    for number in ("9" * 5000, "-1", "1e400", "nan", "inf", "-inf", "True", "\u0661e9"):
        response = daemon.request("GET", "/0.1" + path.format(number))
        assert response.status_code == 400, number


@pytest.mark.parametrize(("paths", "status"), [(PAGES, 200), (FEED, 400)])
def test_a_huge_part_of_a_list_is_all_of_it(daemon, paths, status):
    for path in paths:
        for number in (2**63, 2**64, 10**30, "9" * 4000):
            assert daemon.request("GET", "/0.1" + path.format(number)).status_code == status, path


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30, "9" * 5000, "-1", "0x1", "1e9"])
def test_a_phonebook_with_such_a_number_is_a_404(daemon, number):
    assert daemon.request("GET", f"/0.1/tenants/main/phonebooks/{number}").status_code == 404


def test_a_timeout_stored_by_an_earlier_release_is_cut(tmp_path, db_uri):
    config = configuration(tmp_path, db_uri=db_uri)
    with Daemon(config) as daemon:
        crew = daemon.get("/sources", name="crew").json["items"][0]["uuid"]
        service = {"sources": [{"uuid": crew}], "options": {"timeout": 1}}
        profile = create(
            daemon, "/profiles", {"name": "p", "services": {"lookup": service, "reverse": service}}
        )
    database = Database(db_uri)
    with database.changing() as session:
        session.execute(update(ProfileServiceRow).values(options={"timeout": 1e10}))
    database.close()
    with Daemon(config) as daemon:
        assert len(daemon.get("/directories/lookup/p", term="ada").json["results"]) == 2
        assert daemon.get("/directories/reverse/p/user", exten="2045").json["display"] == "Ada Stern"
        assert daemon.get(f"/profiles/{profile['uuid']}").json["services"]["lookup"]["options"] == {
            "timeout": 1e10
        }
