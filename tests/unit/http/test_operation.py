"""A method's signature is its declaration: what it takes is read, what it returns is answered and described."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest
from pydantic import BaseModel
from werkzeug.test import Client

from xivo_dird.authenticator import Authenticator, AuthenticatorSettings, TenantTree, invalid_token
from xivo_dird.config.schema import RestApi
from xivo_dird.http.application import create_application
from xivo_dird.http.identity import Identity
from xivo_dird.http.routes import BaseResource
from xivo_dird.view import (
    Access,
    Caller,
    CsvUpload,
    Header,
    Lines,
    Page,
    Query,
    Text,
    UserCaller,
    operation,
)


class OneToken(Authenticator):
    """Knows the token `user` of a user, and `service` of none; both may all but `dird.secret`."""

    Settings = AuthenticatorSettings
    users: ClassVar = {"user": "ada", "service": None}

    def authenticate(self, token, required_acl, tenant_uuid):
        if token not in self.users or required_acl == "dird.secret":
            raise invalid_token(token, required_acl)
        return Caller(token, tenant_uuid or "tenant", self.users[token])

    def visible_tenants(self, caller):
        return [caller.tenant_uuid, "below"]

    def master_tenant(self):
        return "master"


@dataclass(frozen=True)
class Answer:
    seen: list[object]


class Numbers(Query):
    number: int


class Draft(BaseModel):
    name: str


@pytest.fixture
def web():
    return create_application(RestApi(), Identity(OneToken(AuthenticatorSettings(), TenantTree({}))))


@pytest.fixture
def ask(web):
    client = Client(web.wsgi)

    def ask(path, method="GET", token="user", **arguments):
        headers = {"X-Auth-Token": token, **arguments.pop("headers", {})}
        return client.open(f"/0.1{path}", method=method, headers=headers, **arguments)

    return ask


def test_everything_that_a_request_has_is_read_by_its_annotation(web, ask):
    class Everything(BaseResource):
        @operation("Take everything", acl="dird.{where}")
        def post(
            self,
            access: Access,
            caller: Caller,
            user: UserCaller,
            where: str,
            query: Numbers,
            body: Draft,
            language: Annotated[str, Header("Accept-Language")],
        ) -> Answer:
            users = [access.caller.user_uuid, caller.user_uuid, user.user_uuid]
            return Answer([*users, where, query.number, body.name, language])

    web.routes.add("/<where>/all", Everything())
    answer = ask("/here/all?number=5", "POST", json={"name": "x"}, headers={"Accept-Language": "fr"})
    assert answer.json == {"seen": ["ada", "ada", "ada", "here", 5, "x", "fr"]}
    assert ask("/here/all?number=5", "POST", json={"name": "x"}).json["seen"][-1] == ""
    assert ask("/here/all?number=five", "POST", json={}).json["details"].keys() == {"number"}
    assert ask("/here/all?number=5", "POST", json={}).json["details"].keys() == {"name"}
    assert ask("/here/all?number=five", "POST", "service", json={}).status_code == 401
    assert ask("/here/all?number=five", "POST", "nobody").status_code == 401


def test_what_a_method_returns_is_answered_by_its_kind(web, ask):
    class Kinds(BaseResource):
        @operation("Return JSON", acl="dird.kinds", status=201)
        def post(self, body: object) -> Answer:
            return Answer([body])

        @operation("Return a text, lines, a page or nothing", acl="dird.kinds")
        def get(self, kind: str) -> Text | Lines[Answer] | Page[Answer] | None:
            lines = (Answer([number]) for number in range(2))
            kinds: dict[str, Text | Lines[Answer] | Page[Answer]] = {
                "text": Text("hello"),
                "lines": Lines(lines),
                "page": Page([Answer([])], 5, 1),
            }
            return kinds.get(kind)

        @operation("Return nothing", acl="dird.kinds")
        def delete(self, kind: str) -> None: ...

    web.routes.add("/kinds/<kind>", Kinds())
    answer = ask("/kinds/text")
    assert (answer.text, answer.content_type) == ("hello", "text/plain; charset=utf-8")
    answer = ask("/kinds/lines")
    assert (answer.text, answer.mimetype) == ('{"seen":[0]}\n{"seen":[1]}\n', "application/x-ndjson")
    assert ask("/kinds/page").json == {"items": [{"seen": []}], "total": 5, "filtered": 1}
    assert [ask("/kinds/none").status_code, ask("/kinds/none", "DELETE").status_code] == [204, 204]


def test_csv_is_received_whole_in_its_charset(web, ask):
    class Upload(BaseResource):
        @operation("Take a file", acl="dird.upload")
        def post(self, body: CsvUpload) -> Answer:
            return Answer([body.charset])

    web.routes.add("/upload", Upload())
    answer = ask("/upload", "POST", data=b"a\n1\n", headers={"Content-Type": "text/csv; charset=latin-1"})
    assert answer.json == {"seen": ["latin-1"]}


def test_rights_and_the_master_tenant_are_required_and_an_open_operation_needs_neither(web, ask):
    class Guarded(BaseResource):
        @operation("A secret", acl="dird.secret")
        def get(self) -> Answer:
            return Answer([])

        @operation("For administrators", acl="dird.guarded", for_master_tenant=True)
        def post(self) -> Answer:
            return Answer([])

        @operation("For anybody", acl=None)
        def delete(self) -> Answer:
            return Answer([])

    web.routes.add("/guarded", Guarded())
    assert [ask("/guarded", method).status_code for method in ("GET", "POST")] == [401, 401]
    assert ask("/guarded", "DELETE", token="").status_code == 200


def test_whatever_a_method_raises_is_a_500_without_a_reason_and_is_logged(web, ask, caplog):
    class Broken(BaseResource):
        @operation("Fail", acl="dird.broken")
        def get(self) -> Answer:
            raise RuntimeError("secret")

    web.routes.add("/broken", Broken())
    answer = ask("/broken")
    assert (answer.status_code, answer.json) == (500, {"message": "Internal Server Error"})
    assert "GET /0.1/broken failed" in caplog.text


def test_each_part_of_a_signature_is_described(web):
    class Described(BaseResource):
        @operation("Describe", acl="dird.{where}.read", errors=(404,), status=201)
        def put(
            self,
            caller: Caller,
            where: str,
            query: Numbers,
            body: Draft,
            zone: Annotated[str, Header("Zone")],
        ) -> Answer | Lines[Draft]:
            raise NotImplementedError

    web.routes.add("/things/<where>", Described())
    described = web.routes.describe("/proxy")
    assert described["servers"] == [{"url": "/proxy/0.1"}]
    put = described["paths"]["/things/{where}"]["put"]
    assert [(each["name"], each["in"]) for each in put["parameters"]] == [
        ("where", "path"),
        ("number", "query"),
        ("Zone", "header"),
    ]
    assert sorted(put["responses"]) == ["201", "401", "404", "503"]
    assert sorted(put["responses"]["201"]["content"]) == ["application/json", "application/x-ndjson"]
    assert put["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Draft"
    }
    assert "dird.{where}.read" in put["description"]


def test_a_signature_that_cannot_be_read_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="returns is not annotated"):

        class Unannotated(BaseResource):
            @operation("x", acl="x")
            def get(self): ...

    with pytest.raises(TypeError, match="the body is no model"):

        class NoModel(BaseResource):
            @operation("x", acl="x")
            def post(self, body: int) -> None: ...

    with pytest.raises(TypeError, match="for anybody has no caller"):

        class Nobody(BaseResource):
            @operation("x", acl=None)
            def get(self, caller: Caller) -> None: ...


def test_a_path_without_an_argument_or_a_resource_without_an_operation_is_refused(web):
    class Misspelt(BaseResource):
        @operation("x", acl="x")
        def get(self, profil: str) -> None: ...

    with pytest.raises(TypeError, match="GET /x/<profile>: the path has no profil"):
        web.routes.add("/x/<profile>", Misspelt())
    with pytest.raises(TypeError, match="BaseResource declares no operation"):
        web.routes.add("/x", BaseResource())
