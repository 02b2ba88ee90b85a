"""A question for many numbers, as a source sends it to its backend."""

from waiting import TIMEOUT
from xivo_dird.backend import Caller, Deadline, Entry, QueryBackend
from xivo_dird.directory.query_adapter import QueryBackendAdapter
from xivo_dird.directory.question import MatchAll


def match_all(backend: QueryBackend, extens: list[str], caller: Caller) -> dict[str, Entry]:
    """Return the entry of each number that has one."""
    matches = QueryBackendAdapter(backend).match_all(MatchAll(tuple(extens)), caller, Deadline.after(TIMEOUT))
    return {exten: entry for exten, entry in matches.items() if entry is not None}
