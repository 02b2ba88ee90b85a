"""A denial of one id holds for every spelling of it in a path, on every route, in both stores."""

import re
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from api.conftest import TENANT, USER, Daemon, configuration
from api.rest import create
from api.samples import MARK, all_resources, body_for, create_samples, path_value, routes
from databases import STORES, new_database
from xivo_dird.authenticator import canonical_uuid, hash_token

CHOSEN_ID = "id.of\U0010001fmine"
"""An id of a client, with a dot, and the private-use character that stores have for U+001F."""

FREE_TEXTS = frozenset({"user_uuid", "contact"})
"""Arguments that need not exist: what is no UUID is another user, and any text a favorite of its own."""

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
ARABIC_DIGITS = {ord("0") + digit: 0x660 + digit for digit in range(10)}


@dataclass(frozen=True)
class Target:
    """An operation, and the sample that its path leads to."""

    method: str
    path: str
    arguments: dict[str, str]
    body: dict[str, object]

    def url(self, **changes: str) -> str:
        arguments = {name: quote(text, safe="") for name, text in {**self.arguments, **changes}.items()}
        return "/0.1" + self.path.format_map(arguments)

    def acl(self, pattern: str) -> str:
        arguments = {"user_uuid": USER, **self.arguments}  # a phone may name the user in the query
        return pattern.format_map({name: text.replace(".", "_") for name, text in arguments.items()})


def spellings(text: str) -> set[str]:
    """Return other texts that a router, a parser or a database may take for `text`."""
    plain = text.replace("-", "")
    variants = {
        *(text.upper(), text.swapcase(), text.replace(".", "_"), text.translate(FULL_WIDTH)),
        *(plain, plain.upper(), "-".join(plain), f"{plain[:8]}_{plain[9:]}", text.translate(ARABIC_DIGITS)),
        *(f"{{{text}}}", f"{{{text}", f"urn:uuid:{text}", f"URN:UUID:{text.upper()}", f"uuid:{text}"),
        *(f"{text}.", f"{text} ", f" {text}", f"{text}\n", f"{text}\0", f"{text}/", f"{text}\u200b"),
        *(f"0{text}", f"+{text}", text.replace("\U0010001f", "\x1f"), quote(text)),
    }
    return variants - {text}


def targets(daemon, samples) -> list[tuple[Target, str]]:
    """Return each operation with arguments, and the pattern of the access that it requires."""
    values = {**samples, "user_uuid": USER}
    described = daemon.get("/api/openapi.json", token=None).json["paths"]
    found = []
    for path, method in routes(daemon):
        names = re.findall(r"\{(\w+)\}", path)
        arguments = {name: path_value(values, path, name) for name in names}
        if names and None not in arguments.values():
            _, acl, _ = described[path][method]["description"].split("`")
            found.append((Target(method.upper(), path, arguments, body_for(samples, path)), acl))
    return found


@pytest.fixture(scope="module", params=STORES)
def db_uri(request, tmp_path_factory):
    with new_database(request, tmp_path_factory.mktemp("store")) as uri:
        yield uri


@pytest.fixture(scope="module")
def samples_and_targets(tmp_path_factory, db_uri):
    """Create the samples, then close the daemon, so that a token can be configured by their ids.

    They are shared, because no request of these tests may change them.
    """
    with Daemon(configuration(tmp_path_factory.mktemp("samples"), db_uri=db_uri)) as daemon:
        samples = create_samples(daemon)
        samples["contact_id"] = create(daemon, "/personal", {"id": CHOSEN_ID, "firstname": MARK})["id"]
        return samples, targets(daemon, samples)


def with_denials(folder, db_uri, denied):
    config = configuration(folder, db_uri=db_uri)
    acl = ["#", *(f"!{access}" for access in denied)]
    token = {"hash": hash_token("denied"), "tenant_uuid": TENANT, "user_uuid": USER, "acl": acl}
    config["auth"]["tokens"].append(token)
    return Daemon(config)


def send(daemon, target, url):
    query = {"term": MARK, "exten": MARK, "xivo_user_uuid": USER}
    return daemon.request(target.method, url, token="denied", json=target.body, query_string=query)


def test_no_spelling_of_an_id_passes_a_denial(tmp_path, db_uri, samples_and_targets):
    _, operations = samples_and_targets
    passed = []
    with with_denials(tmp_path, db_uri, {target.acl(acl) for target, acl in operations}) as daemon:
        before = all_resources(daemon)
        for target, _ in operations:
            assert send(daemon, target, target.url()).status_code == 401, target
            for name in target.arguments.keys() - FREE_TEXTS:
                for text in spellings(target.arguments[name]):
                    response = send(daemon, target, target.url(**{name: text}))
                    if response.status_code not in {401, 404, 405}:
                        passed.append((target.method, target.path, text, response.status_code))
        assert passed == []
        assert all_resources(daemon) == before
    assert len(operations) > 40


def test_no_spelling_of_a_user_passes_a_denial(tmp_path, db_uri, samples_and_targets):
    _, operations = samples_and_targets
    of_users = [(target, acl) for target, acl in operations if "user_uuid" in target.arguments]
    with with_denials(tmp_path, db_uri, {target.acl(acl) for target, acl in of_users}) as daemon:
        for target, _ in of_users:
            for text in spellings(USER):
                response = send(daemon, target, target.url(user_uuid=text))
                assert f"{MARK} personal" not in response.text, text
                assert response.status_code == 401 or canonical_uuid(text) != USER, text


def test_another_spelling_of_a_contact_is_another_favorite(tmp_path, db_uri, samples_and_targets):
    samples, operations = samples_and_targets
    of_favorites = [(target, acl) for target, acl in operations if "contact" in target.arguments]
    assert {target.method for target, _ in of_favorites} == {"PUT", "DELETE"}
    with with_denials(tmp_path, db_uri, {target.acl(acl) for target, acl in of_favorites}) as daemon:
        for target, _ in of_favorites:
            if target.method == "DELETE":
                for text in spellings(samples["contact"]):
                    assert send(daemon, target, target.url(contact=text)).status_code in {401, 404}, text
        kept = daemon.request("PUT", f"/0.1/directories/favorites/crew/{samples['contact']}")
        assert kept.status_code == 409
