"""The reference: a bare Flask-RESTful resource on cheroot, which answers prepared bytes.

With an LDAP server it first searches there, with ldap3 and one persistent connection per thread, and ignores the
entries. The process reads a `Bare` as JSON from the standard input, prints its port, then serves.
"""

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import ldap3
from cheroot import wsgi
from child_server import child_server
from flask import Flask, Response, request
from flask_restful import Api, Resource

MAX_KEEP_ALIVE_CONNECTIONS = 1000


@dataclass(frozen=True)
class Bare:
    """Answers by `term` or `exten`; `ldap` is the URI of a server, `filters` its search filters by term."""

    answers: Mapping[str, str]
    ldap: str | None = None
    base_dn: str = ""
    filters: Mapping[str, str] | None = None
    attributes: tuple[str, ...] = ()


@contextmanager
def serving(bare: Bare) -> Iterator[int]:
    """Run the server in its own process for the length of the block; yield its port."""
    with child_server(__file__, asdict(bare)) as port:
        yield port


class _Search:
    """Searches with one persistent connection per thread."""

    def __init__(self, bare: Bare) -> None:
        self._bare = bare
        self._server = ldap3.Server(bare.ldap or "", get_info=ldap3.NONE)
        self._local = threading.local()

    def __call__(self, term: str) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = ldap3.Connection(self._server, auto_bind=True)
        filters = self._bare.filters or {}
        self._local.connection.search(
            self._bare.base_dn, filters[term], attributes=list(self._bare.attributes)
        )


def _serve(bare: Bare) -> None:
    answers = {key: text.encode() for key, text in bare.answers.items()}
    search = _Search(bare) if bare.ldap else None

    class Answer(Resource):
        def get(self, **_path: str) -> Response:
            text = request.args.get("term") or request.args["exten"]
            if search is not None:
                search(text)
            return Response(answers[text], mimetype="application/json")

    flask = Flask("bare")
    api = Api(flask)
    lookup, reverse = "/0.1/directories/lookup/<profile>", "/0.1/directories/reverse/<profile>/user"
    api.add_resource(Answer, lookup, reverse, f"{lookup}/<user>/yealink")
    server = wsgi.Server(("127.0.0.1", 0), flask)
    server.keep_alive_conn_limit = MAX_KEEP_ALIVE_CONNECTIONS
    server.prepare()
    print(server.bind_addr[1], flush=True)
    server.serve()


if __name__ == "__main__":
    _serve(Bare(**json.load(sys.stdin)))
