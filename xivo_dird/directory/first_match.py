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
    run = _NumberCalls(fan_out, sources, [question.exten])
    run.collect(grace)
    best = run.best.of_number(question.exten)
    return FirstMatchResult(best and best.outcome, fan_out.outcomes)


class NumbersFanOut:
    """A fan-out for the best match of each of many numbers, of all sources that have answered by the deadline.

    The best match of a number is that of `ask_first`. Each source is asked once, unless no match of it could win. A
    caller with several of them creates all before it collects the first, so that their deadlines pass together.
    """

    def __init__(
        self, sources: Sequence[DirectorySource], question: MatchAll, caller: Caller, deadline: Deadline
    ) -> None:
        """Query the sources in memory, and start the calls of the others.

        Raises:
            RequestAbandoned: The client has gone.
        """
        self._fan_out = FanOut(question, caller, deadline)
        self._run = _NumberCalls(self._fan_out, sources, question.extens)

    def collect(self, grace: float) -> MatchAllResult:
        """Return the contacts, at the latest at the deadline.

        When all numbers have a match, the sources that could still win have `grace` seconds.
        """
        self._run.collect(grace)
        return MatchAllResult(self._run.best.contacts(), self._fan_out.outcomes)

    def release(self) -> None:
        """Stop waiting for the calls, whose contacts nobody needs."""
        self._run.release()


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


class _NumberCalls:
    """The calls of a fan-out for numbers, and their best matches until now."""

    def __init__(self, fan_out: FanOut, sources: Sequence[DirectorySource], extens: Sequence[str]) -> None:
        """Query the sources in memory, then start those of the others that could still win."""
        self.best = _BestMatches(extens)
        self._fan_out = fan_out
        self._pending: dict[int, PendingCall] = {}
        blocking: list[int] = []
        for position, source in enumerate(sources):
            if source.is_blocking:
                blocking.append(position)
            elif self.best.can_win(position):
                self.best.add(position, fan_out.ask_inline(source))
        for position in filter(self.best.can_win, blocking):
            step = fan_out.start(sources[position])
            if isinstance(step, PendingCall):
                self._pending[position] = step

    def collect(self, grace: float) -> None:
        """Wait for the sources that could still win, at most until the deadline."""
        deadline = self._fan_out.deadline
        has_grace = False
        refusal: str | None = None
        while self._pending and not refusal:
            if self.best.are_complete and not has_grace:
                deadline, has_grace = deadline.within(grace), True
            refusal = wait_for_one(self._pending.values(), deadline.remaining())
            for position in [p for p, (_, call) in self._pending.items() if call.future.done()]:
                self.best.add(position, self._fan_out.collect(self._pending.pop(position)))
            for position in [p for p in self._pending if not self.best.can_win(p)]:
                self._pending.pop(position).release()
            if deadline.is_expired:
                break
        for unfinished in self._pending.values():
            _leave(self._fan_out, unfinished, refusal, has_grace)
        self._pending.clear()
        log_outcomes([*self._fan_out.outcomes.values()])

    def release(self) -> None:
        """Stop waiting for all calls."""
        while self._pending:
            self._pending.popitem()[1].release()


def _leave(fan_out: FanOut, unfinished: PendingCall, refusal: str | None, has_grace: bool) -> None:
    """Stop waiting for a call; it is nobody's fault if it had only the grace of another match."""
    if refusal:
        fan_out.skip(unfinished, refusal)
    elif has_grace:
        unfinished.release()
    else:
        fan_out.abandon(unfinished)
