"""Operations: parameters are read, return values are encoded and both are described by the signature."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel
from werkzeug.test import Client

from xivo_dird.authenticator import (
    Authenticator,
    AuthenticatorSettings,
    TenantTree,
    invalid_password,
    invalid_token,
)
from xivo_dird.config.schema import RestApi
from xivo_dird.http.application import create_application
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import BaseResource
from xivo_dird.view import (
    Access,
    Caller,
    ContactUpload,
    CsvUpload,
    ErrorFamily,
    Header,
    JsonResponse,
    NdjsonResponse,
    Page,
    Query,
    RawBody,
    RequestToken,
    TextResponse,
    UserCaller,
    operation,
)


class TwoTokenAuthenticator(Authenticator):
    """Accepts the tokens `user` (of a user) and `service` (without user) for every ACL but `dird.secret`."""

    Settings = AuthenticatorSettings
    users: ClassVar = {"user": "ada", "service": None}

    def authenticate(self, token, required_acl, tenant_uuid):
        if token not in self.users or required_acl == "dird.secret":
            raise invalid_token(token, required_acl)
        return Caller(token, tenant_uuid or "tenant", self.users[token])

    def authenticate_password(self, username, password, required_acl, tenant_uuid):
        raise invalid_password(username, required_acl)

    def tenant_of_user(self, user_uuid):
        return None

    def visible_tenants(self, caller):
        return [caller.tenant_uuid, "below"]

    def master_tenant(self):
        return "master"


@dataclass(frozen=True)
class Echo:
    values: list[object]


class NumberQuery(Query):
    number: int


class Draft(BaseModel):
    name: str


@pytest.fixture
def web():
    return create_application(
        RestApi(), Identity(TwoTokenAuthenticator(AuthenticatorSettings(), TenantTree({})))
    )


@pytest.fixture
def send(web):
    client = Client(web.wsgi)

    def send(path, method="GET", token="user", **arguments):
        headers = {"X-Auth-Token": token, **arguments.pop("headers", {})}
        return client.open(f"/0.1{path}", method=method, headers=headers, **arguments)

    return send


def test_each_parameter_is_read_from_the_request_by_its_annotation(web, send):
    class AllParameters(BaseResource):
        @operation("Read all parameters", acl="dird.{place}")
        def post(
            self,
            access: Access,
            caller: Caller,
            user: UserCaller,
            place: str,
            query: NumberQuery,
            body: Draft,
            language: Annotated[str, Header("Accept-Language")],
        ) -> Echo:
            users = [access.caller.user_uuid, caller.user_uuid, user.user_uuid]
            return Echo([*users, place, query.number, body.name, language])

    web.routes.add("/<place>/all", AllParameters())
    response = send("/here/all?number=5", "POST", json={"name": "x"}, headers={"Accept-Language": "fr"})
    assert response.json == {"values": ["ada", "ada", "ada", "here", 5, "x", "fr"]}
    assert send("/here/all?number=5", "POST", json={"name": "x"}).json["values"][-1] == ""
    assert send("/here/all?number=five", "POST", json={}).json["details"].keys() == {"number"}
    assert send("/here/all?number=5", "POST", json={}).json["details"].keys() == {"name"}
    assert send("/here/all?number=five", "POST", "service", json={}).status_code == 401
    assert send("/here/all?number=five", "POST", "unknown").status_code == 401


def test_a_return_value_is_encoded_by_its_type(web, send):
    class ReturnTypes(BaseResource):
        @operation("Return JSON", acl="dird.results", status=201)
        def post(self, body: object) -> Echo:
            return Echo([body])

        @operation("Return a text, lines, a page or nothing", acl="dird.results")
        def get(self, name: str) -> TextResponse | NdjsonResponse[Echo] | Page[Echo] | None:
            lines = (Echo([number]) for number in range(2))
            results: dict[str, TextResponse | NdjsonResponse[Echo] | Page[Echo]] = {
                "text": TextResponse("hello"),
                "lines": NdjsonResponse(lines),
                "page": Page([Echo([])], 5, 1),
            }
            return results.get(name)

        @operation("Return nothing", acl="dird.results")
        def delete(self, name: str) -> None: ...

    web.routes.add("/results/<name>", ReturnTypes())
    response = send("/results/text")
    assert (response.text, response.content_type) == ("hello", "text/plain; charset=utf-8")
    response = send("/results/lines")
    assert (response.text, response.mimetype) == ('{"values":[0]}\n{"values":[1]}\n', "application/x-ndjson")
    assert send("/results/page").json == {"items": [{"values": []}], "total": 5, "filtered": 1}
    assert [send("/results/none").status_code, send("/results/none", "DELETE").status_code] == [204, 204]


def test_a_csv_body_is_read_in_the_charset_of_its_content_type(web, send):
    class Upload(BaseResource):
        @operation("Receive a file", acl="dird.upload")
        def post(self, body: CsvUpload) -> Echo:
            return Echo([body.charset])

    web.routes.add("/upload", Upload())
    response = send("/upload", "POST", data=b"a\n1\n", headers={"Content-Type": "text/csv; charset=latin-1"})
    assert response.json == {"values": ["latin-1"]}


def test_a_body_of_contacts_is_read_by_its_content_type(web, send):
    class Upload(BaseResource):
        @operation("Receive contacts", acl="dird.upload")
        def post(self, body: ContactUpload) -> Echo:
            return Echo([type(body).__name__])

    web.routes.add("/upload", Upload())
    types = ["text/csv", "text/vcard", "text/x-vcard; charset=utf-8", "application/json"]
    sent = [send("/upload", "POST", data=b"a\n1\n", headers={"Content-Type": kind}) for kind in types]
    assert [response.json["values"] for response in sent] == [
        ["CsvUpload"],
        ["VcardUpload"],
        ["VcardUpload"],
        ["CsvUpload"],
    ]


def test_acl_and_master_tenant_are_required_unless_the_acl_is_none(web, send):
    class Guarded(BaseResource):
        @operation("Require a missing permission", acl="dird.secret")
        def get(self) -> Echo:
            return Echo([])

        @operation("Require the master tenant", acl="dird.guarded", master_tenant_only=True)
        def post(self) -> Echo:
            return Echo([])

        @operation("Require no token", acl=None)
        def delete(self) -> Echo:
            return Echo([])

    web.routes.add("/guarded", Guarded())
    assert [send("/guarded", method).status_code for method in ("GET", "POST")] == [401, 401]
    assert send("/guarded", "DELETE", token="").status_code == 200


def test_an_unexpected_exception_is_a_500_without_details_and_is_logged(web, send, caplog):
    class Broken(BaseResource):
        @operation("Fail", acl="dird.broken")
        def get(self) -> Echo:
            raise RuntimeError("secret")

    web.routes.add("/broken", Broken())
    response = send("/broken")
    assert (response.status_code, response.json) == (500, {"message": "Internal Server Error"})
    assert "GET /0.1/broken failed" in caplog.text


def test_each_part_of_a_signature_is_described(web):
    class Described(BaseResource):
        @operation("Describe", acl="dird.{place}.read", errors=(404,), status=201)
        def put(
            self,
            caller: Caller,
            place: str,
            query: NumberQuery,
            body: Draft,
            zone: Annotated[str, Header("Zone")],
        ) -> Echo | NdjsonResponse[Draft]:
            raise NotImplementedError

    web.routes.add("/things/<place>", Described())
    description = web.routes.describe("/proxy")
    assert description["servers"] == [{"url": "/proxy/0.1"}]
    put = description["paths"]["/things/{place}"]["put"]
    assert [(parameter["name"], parameter["in"]) for parameter in put["parameters"]] == [
        ("place", "path"),
        ("number", "query"),
        ("Zone", "header"),
    ]
    assert sorted(put["responses"]) == ["201", "401", "404", "429", "503"]
    assert sorted(put["responses"]["201"]["content"]) == ["application/json", "application/x-ndjson"]
    assert put["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Draft"
    }
    assert "dird.{place}.read" in put["description"]


def test_an_invalid_signature_raises_a_type_error_at_its_declaration():
    with pytest.raises(TypeError, match="return type is not annotated"):

        class Unannotated(BaseResource):
            @operation("x", acl="x")
            def get(self): ...

    with pytest.raises(TypeError, match="the body is not a pydantic model"):

        class NotAModel(BaseResource):
            @operation("x", acl="x")
            def post(self, body: int) -> None: ...

    with pytest.raises(TypeError, match="without an ACL has no caller"):

        class NoAcl(BaseResource):
            @operation("x", acl=None)
            def get(self, caller: Caller) -> None: ...


def test_a_missing_path_argument_or_operation_raises_a_type_error(web):
    class MisspelledArgument(BaseResource):
        @operation("x", acl="x")
        def get(self, profil: str) -> None: ...

    with pytest.raises(TypeError, match="GET /x/<profile>: the path has no argument profil"):
        web.routes.add("/x/<profile>", MisspelledArgument())
    with pytest.raises(TypeError, match="BaseResource declares no operation"):
        web.routes.add("/x", BaseResource())


class AnyBody(RawBody):
    media_types: ClassVar = {"text/x-any": {"type": "string"}, "application/json": {"type": "object"}}


def test_a_raw_body_of_any_type_and_the_fields_of_a_form_are_read(web, send):
    class Anything(BaseResource):
        @operation("Read", acl=None)
        def post(self, body: AnyBody) -> Echo:
            return Echo([body.media_type, body.content.decode(), dict(body.form)])

    web.routes.add("/any", Anything())
    for headers, body, expected in (
        ({"Content-Type": "Text/X-Any; charset=utf-8"}, "a=b", ["text/x-any", "a=b", {}]),
        ({}, "a=b", ["", "a=b", {}]),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "a=b&a=c", [FORM, "", {"a": "b"}]),
    ):
        assert send("/any", "POST", headers=headers, data=body).json == {"values": expected}
    assert send("/any", "POST", data="x" * 65_536).status_code == 200
    assert send("/any", "POST", data="x" * 65_537).status_code == 413
    described = web.routes.describe("")["paths"]["/any"]["post"]["requestBody"]["content"]
    assert described == {kind: {"schema": schema} for kind, schema in AnyBody.media_types.items()}


FORM = "application/x-www-form-urlencoded"


def test_a_token_is_verified_for_each_permission_that_a_method_finds_out(web, send):
    class Asking(BaseResource):
        @operation("Ask", acl=None)
        def get(self, token: RequestToken) -> Echo:
            return Echo([token.verify("dird.open").caller.user_uuid, token.verify("dird.secret").owner])

        @operation("Ask for nothing", acl=None)
        def delete(self, token: RequestToken) -> Echo:
            return Echo([])

    web.routes.add("/asking", Asking())
    response = send("/asking")
    assert (response.status_code, response.json["details"]["required_access"]) == (401, "dird.secret")
    assert send("/asking", "DELETE", token="").json == {"values": []}


def test_a_method_may_choose_the_status_and_have_errors_of_its_own_shape(web, send):
    class Choosing(BaseResource):
        error_family = ErrorFamily.LEGACY

        @operation("Choose", acl=None)
        def get(self) -> JsonResponse[Echo]:
            return JsonResponse({"chosen": True}, 202)

        @operation("Fail", acl="dird.secret", error_family=ErrorFamily.MODERN)
        def post(self) -> Echo:
            return Echo([])

        @operation("Fail", acl="dird.secret")
        def put(self) -> Echo:
            return Echo([])

    web.routes.add("/choosing", Choosing())
    response = send("/choosing")
    assert (response.status_code, response.json) == (202, {"chosen": True})
    assert "error_id" in send("/choosing", "POST").json
    assert "reason" in send("/choosing", "PUT").json
    content = web.routes.describe("")["paths"]["/choosing"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Echo"}


def test_only_declared_operations_only_read(web):
    class Searching(BaseResource):
        @operation("Search", acl=None, only_reads=True)
        def post(self, name: str, uuid: str) -> Echo:
            return Echo([name, uuid])

        @operation("Change", acl=None)
        def put(self, name: str, uuid: str) -> Echo:
            return Echo([name, uuid])

    web.routes.add("/search.d/<name>/of/<id:uuid>", Searching())
    only_reads = web.routes.only_reads
    assert only_reads("POST", "/0.1/search.d/a b/of/1")
    for method, path in (
        ("PUT", "/0.1/search.d/a/of/1"),
        ("POST", "/0.1/search.d/a/of/"),
        ("POST", "/0.1/search.d/a/b/of/1"),
        ("POST", "/0.1/searchxd/a/of/1"),
        ("POST", "/search.d/a/of/1"),
        ("POST", "/0.1/search.d/a/of/1/2"),
    ):
        assert not only_reads(method, path), path
