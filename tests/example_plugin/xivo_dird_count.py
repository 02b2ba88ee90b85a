"""A view of a third party: how many people match a text."""

from dataclasses import dataclass

from xivo_dird.view import Caller, Query, Resource, Routes, Services, operation


class CountQuery(Query):
    term: str


@dataclass(frozen=True)
class Count:
    term: str
    people: int


class CountResource(Resource):
    @operation("Count the people with a text", acl="dird.count.{profile}.read", errors=(400, 404))
    def get(self, caller: Caller, profile: str, query: CountQuery) -> Count:
        found = self.services.lookup.lookup(caller, profile, query.term)
        return Count(query.term, len(found.contacts))


def register(routes: Routes, services: Services) -> None:
    routes.add("/count/<profile>", CountResource(services))
