"""The schema of contract section 2.15, and the functions that give its fields their values."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from xivo_dird.directory.contact import Contact
from xivo_dird.exceptions import DirdError, InvalidData
from xivo_dird.view import Caller, canonical_uuid
from xivo_dird_views.graphql.connection import connection
from xivo_dird_views.graphql.context import QueryContext

PUBLIC_FIELD = "__schema"
"""The root field that needs no token."""

WAZO_BACKEND = "wazo"
"""The backend whose contacts have the type `WazoContact`."""

_CONTACTS = """
    contacts(
        "The name of a profile."
        profile: String
        "The numbers to look for, at most 1,000 in all fields of a query."
        extens: [String]
        first: Int, last: Int, before: String, after: String
    ): ContactConnection"""
_CONTACT_FIELDS = """
    firstname: String
    lastname: String
    email: String
    wazoReverse: String
    wazoSourceEntryId: String
    wazoSourceName: String
    wazoBackend: String"""

SDL = f"""
type Query {{
    hello: String
    "The user of the token."
    me: UserMe
    "Any user, with the token of the caller."
    user(uuid: String): User
}}

type UserMe {{
    userUuid: String
    {_CONTACTS}
}}

type User {{
    uuid: String
    {_CONTACTS}
}}

"One edge for each distinct number, in the order of the numbers; an unknown number has no node."
type ContactConnection {{
    pageInfo: PageInfo!
    edges: [ContactEdge]!
}}

type ContactEdge {{
    node: ContactInterface
    cursor: String!
}}

type PageInfo {{
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
}}

interface ContactInterface {{ {_CONTACT_FIELDS} }}

type Contact implements ContactInterface {{ {_CONTACT_FIELDS} }}

type WazoContact implements ContactInterface {{
    {_CONTACT_FIELDS}
    userId: String
    userUuid: String
    endpointId: String
    agentId: String
}}
"""

Info = GraphQLResolveInfo
Resolver = Callable[..., object]


class UserSource(TypedDict):
    """A user whose contacts can be looked up; its keys that are fields are their values."""

    uuid: str | None
    userUuid: str | None
    caller: Caller


class MissingColumn(DirdError):
    """The source of a contact defines no column of this name."""

    error_id = "missing-column"


def new_schema() -> GraphQLSchema:
    """Return the schema with its resolvers; fields without one are the items of their source."""
    schema = build_schema(SDL)
    for type_name, resolvers in _RESOLVERS.items():
        graphql_type = schema.get_type(type_name)
        if isinstance(graphql_type, GraphQLObjectType):
            for field, resolver in resolvers.items():
                graphql_type.fields[field].resolve = resolver
    return schema


def type_of_contact(contact: Contact, _info: Info, _type: object) -> str:
    """Return the name of the type of a contact."""
    return "WazoContact" if contact.backend == WAZO_BACKEND else "Contact"


def authorized(resolve: Resolver, source: object, info: Info, **arguments: Any) -> object:
    """Return the value of a field; a field of the operation itself needs a permission of its own.

    Raises:
        DirdError: The token is invalid, or lacks the permission.
        QueryStopped: The query must end.
    """
    context: QueryContext = info.context
    context.size.add_field(info.path.key)
    try:
        if info.path.prev is None and info.field_name != PUBLIC_FIELD:
            context.caller(info.field_name)
        value = resolve(source, info, **arguments)
    except DirdError as error:
        context.size.add_error(info.path.as_list(), error)
        raise
    context.size.add_value(value)
    return value


def _hello(_source: object, _info: Info) -> str:
    return "world"


def _me(_source: object, info: Info) -> UserSource:
    context: QueryContext = info.context
    caller = context.caller(info.field_name)
    return {"uuid": caller.user_uuid, "userUuid": caller.user_uuid, "caller": caller}


def _user(_source: object, info: Info, uuid: str | None = None) -> UserSource:
    context: QueryContext = info.context
    if uuid is None:
        required = {"constraint_id": "required", "constraint": "required", "message": "Field required"}
        raise InvalidData("uuid: the argument is required", {"uuid": required})
    caller = context.caller(info.field_name)
    return {"uuid": uuid, "userUuid": uuid, "caller": caller.for_user(canonical_uuid(uuid))}


def _contacts(
    source: UserSource,
    info: Info,
    profile: str | None = None,
    extens: Sequence[str | None] | None = None,
    **page: Any,
) -> Mapping[str, object] | None:
    """Return the contacts of numbers; an unknown one, and one that is null, has None."""
    context: QueryContext = info.context
    distinct = dict.fromkeys(extens or ())
    found = context.contacts(source["caller"], profile, [exten for exten in distinct if exten is not None])
    if found is None:
        return None
    return connection([None if exten is None else found.get(exten) for exten in distinct], **page)


def _field(name: str) -> Resolver:
    return lambda contact, _info: _text(contact.fields.get(name))


def _reverse(contact: Contact, _info: Info) -> str | None:
    if "reverse" not in contact.fields:
        raise MissingColumn(f"The source {contact.source!r} defines no column 'reverse'.")
    return _text(contact.fields["reverse"])


def _related(name: str) -> Resolver:
    return lambda contact, _info: _text(getattr(contact.related, name, None))


def _text(value: object) -> str | None:
    """Return a value of a contact as text; a list or a map is JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


_OF_CONTACT: Mapping[str, Resolver] = {
    "firstname": _field("firstname"),
    "lastname": _field("lastname"),
    "email": _field("email"),
    "wazoReverse": _reverse,
    "wazoSourceEntryId": lambda contact, _info: contact.source_entry_id,
    "wazoSourceName": lambda contact, _info: contact.source,
    "wazoBackend": lambda contact, _info: contact.backend,
}
_RESOLVERS: Mapping[str, Mapping[str, Resolver]] = {
    "Query": {"hello": _hello, "me": _me, "user": _user},
    "UserMe": {"contacts": _contacts},
    "User": {"contacts": _contacts},
    "Contact": _OF_CONTACT,
    "WazoContact": {
        **_OF_CONTACT,
        "userId": _related("user_id"),
        "userUuid": _related("user_uuid"),
        "endpointId": _related("endpoint_id"),
        "agentId": _related("agent_id"),
    },
}
