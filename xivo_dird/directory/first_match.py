"""A fan-out for one match per number: query sources until no source can give a better match any more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xivo_dird.backend import MatchRank
from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import FanOut, PendingCall, wait_for_one
from xivo_dird.directory.outcome import Outcome, log_outcomes
from xivo_dird.directory.question import FirstMatch, MatchAll
from xivo_dird.directory.source import DirectorySource
from xivo_dird.threads.deadline import Deadline


class FirstMatchResult(NamedTuple):
    """The result of a fan-out for one match.

    Attributes:
        best: The outcome with the best match, None if there is no match.
        outcomes: The outcome of each source that was waited for.
    """

    best: Outcome | None
    outcomes: Mapping[DirectorySource, Outcome]


class MatchAllResult(NamedTuple):
    """The result of a fan-out for many numbers.

    Attributes:
        contacts: The best match of each number that has one.
        outcomes: The outcome of each source that was waited for.
    """

    contacts: Mapping[str, Contact]
    outcomes: Mapping[DirectorySource, Outcome]


def ask_first(
    sources: Sequence[DirectorySource], question: FirstMatch, caller: Caller, deadline: Deadline, grace: float
) -> FirstMatchResult:
    """Return the best match of all sources, if one has a match by the deadline.

    The match with the lowest `MatchRank` wins, then the order of the sources decides. After the first match, the
    sources that could still win have `grace` seconds, at most until the deadline. So the result is stable, and still in
    time.
    """
    fan_out = FanOut(question, caller, deadline)
    best = _ask(fan_out, sources, [question.exten], grace).of_number(question.exten)
    return FirstMatchResult(best and best.outcome, fan_out.outcomes)


def ask_for_all(
    sources: Sequence[DirectorySource], question: MatchAll, caller: Caller, deadline: Deadline, grace: float
) -> MatchAllResult:
    """Return the best match of each number, of all sources that have answered by the deadline.

    The best match of a number is that of `ask_first`. Each source is asked once, unless no match of it could win. When
    all numbers have a match, the sources that could still win have `grace` seconds.
    """
    fan_out = FanOut(question, caller, deadline)
    best = _ask(fan_out, sources, question.extens, grace)
    return MatchAllResult(best.contacts(), fan_out.outcomes)


class _Match(NamedTuple):
    """The match of a source. Of two matches, the one that compares lower (`rank`, `position`) wins."""

    rank: int
    position: int
    contact: Contact
    outcome: Outcome


class _BestMatches:
    """The best match of each number until now."""

    def __init__(self, extens: Iterable[str]) -> None:
        self._by_number: dict[str, _Match | None] = dict.fromkeys(extens)

    def add(self, position: int, outcome: Outcome) -> None:
        """Add what the source at a position has found."""
        for contact in outcome.contacts:
            if contact.exten is not None:
                match = _Match(contact.match_rank, position, contact, outcome)
                best = self._by_number[contact.exten]
                self._by_number[contact.exten] = match if best is None else min(match, best)

    def of_number(self, exten: str) -> _Match | None:
        """Return the best match of a number, None if there is none."""
        return self._by_number[exten]

    def contacts(self) -> dict[str, Contact]:
        """Return the contact of each number that has one."""
        return {exten: best.contact for exten, best in self._by_number.items() if best is not None}

    @property
    def are_complete(self) -> bool:
        """Return whether all numbers have a match."""
        return None not in self._by_number.values()

    def can_win(self, position: int) -> bool:
        """Return whether the source at a position may have a better match of a number."""
        return any(
            best is None or best.rank > MatchRank.EXACT or position < best.position
            for best in self._by_number.values()
        )


def _ask(
    fan_out: FanOut, sources: Sequence[DirectorySource], extens: Sequence[str], grace: float
) -> _BestMatches:
    """Query the sources in memory, then those of the others that could still win."""
    best, blocking = _BestMatches(extens), list[int]()
    for position, source in enumerate(sources):
        if source.is_blocking:
            blocking.append(position)
        elif best.can_win(position):
            best.add(position, fan_out.ask_inline(source))
    pending: dict[int, PendingCall] = {}
    for position in filter(best.can_win, blocking):
        step = fan_out.start(sources[position])
        if isinstance(step, PendingCall):
            pending[position] = step
    _collect_best(fan_out, pending, best, grace)
    log_outcomes([*fan_out.outcomes.values()])
    return best


def _collect_best(fan_out: FanOut, pending: dict[int, PendingCall], best: _BestMatches, grace: float) -> None:
    deadline = fan_out.deadline
    has_grace = False
    refusal: str | None = None
    while pending and not refusal:
        if best.are_complete and not has_grace:
            deadline, has_grace = deadline.within(grace), True
        refusal = wait_for_one(pending.values(), deadline.remaining())
        for position in [p for p, (_, call) in pending.items() if call.future.done()]:
            best.add(position, fan_out.collect(pending.pop(position)))
        for position in [p for p in pending if not best.can_win(p)]:
            pending.pop(position).release()
        if deadline.is_expired:
            break
    for unfinished in pending.values():
        _leave(fan_out, unfinished, refusal, has_grace)


def _leave(fan_out: FanOut, unfinished: PendingCall, refusal: str | None, has_grace: bool) -> None:
    """Stop waiting for a call; it is nobody's fault if it had only the grace of another match."""
    if refusal:
        fan_out.skip(unfinished, refusal)
    elif has_grace:
        unfinished.release()
    else:
        fan_out.abandon(unfinished)
