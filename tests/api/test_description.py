"""GET /api/api.yml, /api/openapi.yml and /api/openapi.json (contract section 2.14)."""

import re
from functools import cache

import pytest
import yaml
from jsonschema_rs import Draft4Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

SWAGGER, OPENAPI, OPENAPI_JSON = "/api/api.yml", "/api/openapi.yml", "/api/openapi.json"
YAML_ALIAS = re.compile(r"(?:^|[:\-] )[&*]\w+\s*$", re.MULTILINE)
PROXIES = [
    ("/api/dird", "/api/dird/0.1"),
    ("/api/dird/", "/api/dird/0.1"),
    ('"><script>', "/0.1"),
    ("//evil.example", "/0.1"),
]


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def described(daemon, path, **headers):
    response = daemon.get(path, token=None, headers=headers)
    assert response.status_code == 200
    if path == OPENAPI_JSON:
        assert response.content_type == "application/json"
        return response.json
    assert response.content_type.startswith("application/x-yaml")
    return parsed_yaml(response.text)


@cache
def parsed_yaml(text):
    """Parse a document only once, with libyaml, since it is long; no test changes it."""
    return yaml.load(text, yaml.CSafeLoader)


def methods_of_routes(daemon):
    rules = [
        rule
        for rule in daemon.controller.application.app.url_map.iter_rules()
        if rule.rule.startswith("/0.1/")
    ]
    paths = {}
    for rule in rules:
        path = re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule).removeprefix("/0.1")
        paths[path] = {method.lower() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert len(paths) == len({rule.rule for rule in rules})
    return paths


@pytest.mark.parametrize("path", [SWAGGER, OPENAPI, OPENAPI_JSON])
def test_every_method_of_every_route_is_described(shared_daemon, path):
    paths = described(shared_daemon, path)["paths"]
    assert {path: set(methods) for path, methods in paths.items()} == methods_of_routes(shared_daemon)


def test_the_contracts_document_is_valid_swagger_2(shared_daemon):
    document = described(shared_daemon, SWAGGER)
    OpenAPIV2SpecValidator(document).validate()
    assert (document["swagger"], document["basePath"]) == ("2.0", "/0.1")
    assert document["info"]["title"] == "xivo-dird"
    assert {"info", "paths", "definitions", "securityDefinitions"} <= set(document)
    assert document["securityDefinitions"]["token"] == {
        "type": "apiKey",
        "in": "header",
        "name": "X-Auth-Token",
    }
    assert "schemes" not in document


@pytest.mark.parametrize("path", [OPENAPI, OPENAPI_JSON])
def test_the_other_documents_are_valid_openapi_3_1(shared_daemon, path):
    document = described(shared_daemon, path)
    OpenAPIV31SpecValidator(document).validate()
    assert document["servers"] == [{"url": "/0.1"}]
    assert document == described(shared_daemon, OPENAPI)


@pytest.mark.parametrize(
    ("path", "schemas"), [(SWAGGER, ["definitions"]), (OPENAPI, ["components", "schemas"])]
)
def test_an_option_of_a_source_is_described(shared_daemon, path, schemas):
    found = described(shared_daemon, path)
    for key in schemas:
        found = found[key]
    (options,) = {name: each for name, each in found.items() if name.endswith("CsvOptions")}.values()
    description = options["properties"]["unique_column"]["description"]
    assert description == "The field that identifies a row. Without it there are no favorites."


@pytest.mark.parametrize("path", [SWAGGER, OPENAPI])
def test_no_document_has_yaml_aliases(shared_daemon, path):
    text = shared_daemon.get(path, token=None).text
    assert YAML_ALIAS.findall(text) == []
    assert YAML_ALIAS.findall("a: &id001\nb: *id001") != []


@pytest.mark.parametrize(("script_name", "base"), PROXIES)
def test_behind_a_proxy_the_documents_have_its_prefix(shared_daemon, script_name, base):
    headers = {"X-Script-Name": script_name}
    for path in (OPENAPI, OPENAPI_JSON):
        assert described(shared_daemon, path, **headers)["servers"] == [{"url": base}]
    swagger = described(shared_daemon, SWAGGER, **headers)
    assert swagger["basePath"] == base
    assert swagger.get("schemes") == (["https"] if base != "/0.1" else None)


STORED = ["/displays", "/profiles", *(f"/backends/{backend}/sources" for backend in ("csv", "ldap", "wazo"))]


@pytest.mark.parametrize("path", STORED)
def test_bodies_and_answers_of_stored_resources_are_described(shared_daemon, path):
    paths = described(shared_daemon, OPENAPI)["paths"]
    listed = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(listed["properties"]) == {"total", "filtered", "items"}
    for method, url in (("post", path), ("put", f"{path}/{{uuid}}")):
        assert paths[url][method]["requestBody"]["content"]["application/json"]["schema"]
    created = paths[path]["post"]["responses"]
    assert created["200" if "backends" in path else "201"]["content"]["application/json"]["schema"]
    assert {"400", "401", "409", "503"} <= set(created)


@pytest.mark.parametrize("path", STORED)
def test_swagger_describes_the_same_bodies_and_answers(shared_daemon, path):
    paths = described(shared_daemon, SWAGGER)["paths"]
    listed = paths[path]["get"]
    assert set(listed["responses"]["200"]["schema"]["properties"]) == {"total", "filtered", "items"}
    assert {
        key: value
        for parameter in listed["parameters"]
        if parameter["name"] == "limit"
        for key, value in parameter.items()
        if key in {"name", "in", "required"}
    } == {"name": "limit", "in": "query", "required": False}
    for method, url in (("post", path), ("put", f"{path}/{{uuid}}")):
        operation = paths[url][method]
        (body,) = [parameter for parameter in operation["parameters"] if parameter["in"] == "body"]
        assert body["schema"]["$ref"].startswith("#/definitions/")
        assert operation["consumes"] == ["application/json"]
        assert operation["security"] == [{"token": []}]


@pytest.mark.parametrize(("path", "schemas"), [(SWAGGER, "definitions"), (OPENAPI, "components")])
def test_a_query_may_have_a_token_and_its_answer_data_or_errors(shared_daemon, path, schemas):
    document = described(shared_daemon, path)
    for operation in document["paths"]["/graphql"].values():
        assert operation["security"] == [{"token": []}, {}]
    answer = document[schemas].get("schemas", document[schemas])["GraphqlAnswer"]
    assert "required" not in answer


ANSWERED = [
    "/backends",
    "/status",
    "/config",
    "/displays",
    "/profiles",
    "/sources",
    "/backends/csv/sources",
    "/backends/ldap/sources",
    "/personal",
    "/phonebooks",
    "/events",
    "/directories/lookup/default?term=ada",
    "/directories/lookup/default/headers",
    "/directories/favorites/default",
    "/directories/personal/default",
    "/directories/default/sources",
    f"/directories/reverse/default/{'1' * 8}?exten=2045",
]


@pytest.mark.parametrize("url", ANSWERED)
def test_answers_match_their_schema_in_swagger(shared_daemon, url):
    """`x-nullable` is an extension: for this test, such a value may also be null."""
    document = with_null(described(shared_daemon, SWAGGER))
    schema = document["paths"][described_path(document, url)]["get"]["responses"]["200"]["schema"]
    response = shared_daemon.request("GET", f"/0.1{url}")
    assert response.status_code == 200, response.text
    validator = Draft4Validator({"allOf": [schema], "definitions": document["definitions"]})
    assert [error.message for error in validator.iter_errors(response.json)] == []


def described_path(document, url):
    """Return the described path of a URL: the one with the fewest parameters that matches."""
    path, _, _ = url.partition("?")
    patterns = {each: re.sub(r"\{\w+\}", "[^/]+", each) for each in document["paths"]}
    matching = [each for each, pattern in patterns.items() if re.fullmatch(pattern, path)]
    return min(matching, key=lambda each: each.count("{"))


def with_null(node):
    """Return a schema in which every nullable schema accepts null."""
    if isinstance(node, list):
        return [with_null(child) for child in node]
    if not isinstance(node, dict):
        return node
    converted = {key: with_null(child) for key, child in node.items()}
    return {"anyOf": [{"type": "null"}, converted]} if converted.get("x-nullable") is True else converted


@pytest.mark.parametrize("value", ["", "5", 5, -14605, 2**63, 1.5, 1e300, True, False, None])
def test_the_answers_to_a_sent_contact_are_as_described(daemon, phonebook, value):
    """They repeat the values as they were sent (contract section 2.3)."""
    path = f"/phonebooks/{phonebook['uuid']}/contacts"
    paths = described(daemon, OPENAPI_JSON)["paths"]
    template = "/phonebooks/{phonebook_uuid}/contacts"
    created = daemon.request("POST", f"/0.1{path}", json={"name": value})
    changed = daemon.request("PUT", f"/0.1{path}/{created.json['id']}", json={"name": value, "note": value})
    for response, operation in (
        (created, paths[template]["post"]),
        (changed, paths[f"{template}/{{contact_uuid}}"]["put"]),
    ):
        content = operation["responses"][str(response.status_code)]["content"]
        assert response.json["name"] == value
        assert Draft202012Validator(content["application/json"]["schema"]).is_valid(response.json)


@pytest.mark.parametrize("path", ["/personal/import", "/phonebooks/{phonebook_uuid}/contacts/import"])
@pytest.mark.parametrize("suffix", ["", "/preview"])
def test_imports_take_csv_and_vcards(shared_daemon, path, suffix):
    path += suffix
    body = described(shared_daemon, OPENAPI)["paths"][path]["post"]["requestBody"]
    assert list(body["content"]) == ["text/csv", "text/vcard"]
    swagger = described(shared_daemon, SWAGGER)["paths"][path]["post"]
    assert swagger["consumes"] == ["text/csv", "text/vcard"]


@pytest.mark.parametrize("path", ["/personal", "/phonebooks/{phonebook_uuid}/contacts"])
def test_an_export_of_contacts_has_three_media_types(shared_daemon, path):
    answer = described(shared_daemon, OPENAPI)["paths"][path]["get"]["responses"]["200"]
    assert {"application/json", "text/csv", "text/vcard"} == {
        name.partition(";")[0] for name in answer["content"]
    }
