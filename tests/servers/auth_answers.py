"""The routes of the fake authentication server: from a recorded request to status and body."""

import json
from urllib.parse import unquote

from servers.auth_state import (
    SERVICE_CREDENTIALS,
    SERVICE_TENANT,
    AuthState,
    Request,
)

Answer = tuple[int, object]
"""HTTP status, and the value of the JSON body (None: no body)."""

NOT_FOUND: Answer = (404, {"reason": ["No such token"]})
UNAUTHORIZED: Answer = (401, {"reason": ["Unauthorized"]})


def answer(fake: AuthState, request: Request) -> Answer:
    """Return the answer that the real server would give for the tokens and tenants of `fake`."""
    path = request.path.removeprefix(fake.prefix or "")
    if request.method == "POST" and path == "/0.1/token":
        return _new_token(fake, request)
    if request.method == "GET" and path == "/0.1/tenants":
        return _tenants(fake, request)
    if path.startswith("/0.1/token/"):
        return _token(fake, request, unquote(path.removeprefix("/0.1/token/")))
    if request.method == "GET" and path.startswith("/0.1/users/") and path.count("/") == 3:
        return _user(fake, request, unquote(path.removeprefix("/0.1/users/")))
    if request.method == "GET" and path.startswith("/0.1/users/") and path.count("/") == 5:
        return _access_token(fake, request, *map(unquote, path.split("/")[3::2]))
    return (404, {"message": "no such URL"})


def _token(fake: AuthState, request: Request, text: str) -> Answer:
    token = fake.tokens.get(text)
    if token is None:
        return NOT_FOUND
    if request.method == "HEAD":
        allowed = fake.allows(token, request.query.get("scope", ""), request.query.get("tenant"))
        return (204, None) if allowed else (403, None)
    if request.method == "DELETE":
        fake.remove_token(text)
        return (200, {"data": {"message": "success"}})
    if fake.details_status != 200:
        return (fake.details_status, {"reason": ["status set by the test"]})
    metadata = {"uuid": token.user_uuid, "tenant_uuid": token.tenant_uuid}
    return (200, {"data": {"token": text, "auth_id": token.user_uuid, "metadata": metadata}})


def _tenants(fake: AuthState, request: Request) -> Answer:
    token = fake.tokens.get(request.headers.get("X-Auth-Token", ""))
    scope = request.headers.get("Wazo-Tenant") or (token.tenant_uuid if token else None)
    if token is None or scope is None or not token.can_list_tenants or not fake.reaches(token, scope):
        return UNAUTHORIZED
    name = request.query.get("name")
    visible = [fake.tenants[uuid] for uuid in fake.tree_below(scope)]
    items = [
        {"uuid": tenant.uuid, "name": tenant.name, "parent_uuid": tenant.parent}
        for tenant in visible
        if name in (None, tenant.name)
    ]
    return (200, {"items": items, "total": len(visible), "filtered": len(items)})


def _access_token(fake: AuthState, request: Request, user_uuid: str, service: str) -> Answer:
    """Return the access token of a user for another service, to the user and to tokens with the right."""
    token = fake.tokens.get(request.headers.get("X-Auth-Token", ""))
    if token is None:
        return UNAUTHORIZED
    if user_uuid != token.user_uuid and not fake.allows(
        token, f"auth.users.{user_uuid}.external.{service}.read", None
    ):
        return UNAUTHORIZED
    access_token = fake.access_tokens.get((user_uuid, service))
    if access_token is None:
        return (404, {"message": "no external account", "error_id": "unknown_external_auth"})
    return (200, {"access_token": access_token, "scope": "contacts", "token_expiration": "later"})


def _new_token(fake: AuthState, request: Request) -> Answer:
    if not isinstance(json.loads(request.body)["expiration"], int):
        return (400, {"reason": ["Invalid expiration"]})
    if request.credentials == SERVICE_CREDENTIALS:
        return _answer_token(fake, None, SERVICE_TENANT, fake.service_acl)
    for user in fake.users.values():
        if request.credentials == f"{user.username}:{user.password}":
            return _answer_token(fake, user.uuid, user.tenant_uuid, user.acl)
    return UNAUTHORIZED


def _answer_token(fake: AuthState, user_uuid: str | None, tenant_uuid: str, acl: tuple[str, ...]) -> Answer:
    text = fake.add_token(tenant_uuid=tenant_uuid, user_uuid=user_uuid, acl=acl)
    return (200, {"data": {"token": text, "metadata": {"uuid": user_uuid, "tenant_uuid": tenant_uuid}}})


def _user(fake: AuthState, request: Request, user_uuid: str) -> Answer:
    token = fake.tokens.get(request.headers.get("X-Auth-Token", ""))
    if token is None or not fake.allows(token, f"auth.users.{user_uuid}.read", None):
        return UNAUTHORIZED
    user = fake.users.get(user_uuid)
    if user is None or not fake.reaches(token, user.tenant_uuid):
        return (404, {"message": "No such user", "error_id": "unknown-user"})
    return (200, {"uuid": user.uuid, "username": user.username, "tenant_uuid": user.tenant_uuid})
