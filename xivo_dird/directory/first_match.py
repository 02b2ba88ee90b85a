"""A fan-out for one match: query sources until no source can give a better match any more."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xivo_dird.backend import MatchRank
from xivo_dird.caller import Caller
from xivo_dird.directory.fan_out import FanOut, PendingCall, wait_for_one
from xivo_dird.directory.outcome import Outcome, log_outcomes
from xivo_dird.directory.question import Question
from xivo_dird.directory.source import DirectorySource
from xivo_dird.threads.deadline import Deadline


class _Match(NamedTuple):
    """The match of a source. Of two matches, the one that compares lower (`rank`, `position`) wins."""

    rank: int
    position: int
    outcome: Outcome


class FirstMatchResult(NamedTuple):
    """The result of a fan-out for one match.

    Attributes:
        best: The outcome with the best match, None if there is no match.
        outcomes: The outcome of each source that was waited for.
    """

    best: Outcome | None
    outcomes: Mapping[DirectorySource, Outcome]


def ask_first(
    sources: Sequence[DirectorySource], question: Question, caller: Caller, deadline: Deadline, grace: float
) -> FirstMatchResult:
    """Return the best match of all sources, if one has a match by the deadline.

    The match with the lowest `MatchRank` wins, then the order of the sources decides. After the first match, the
    sources that could still win have `grace` seconds, at most until the deadline. So the result is stable, and still in
    time.
    """
    fan_out = FanOut(question, caller, deadline)
    best, blocking = _ask_in_memory(fan_out, sources)
    pending: dict[int, PendingCall] = {}
    for position in blocking:
        step = fan_out.start(sources[position])
        if isinstance(step, PendingCall):
            pending[position] = step
    outcome = _collect_best(fan_out, pending, best, grace)
    log_outcomes([*fan_out.outcomes.values()])
    return FirstMatchResult(outcome, fan_out.outcomes)


def _better_match(best: _Match | None, position: int, outcome: Outcome) -> _Match | None:
    if not outcome.contacts:
        return best
    match = _Match(outcome.contacts[0].match_rank, position, outcome)
    return match if best is None else min(match, best)


def _can_win(position: int, best: _Match | None) -> bool:
    return best is None or best.rank > MatchRank.EXACT or position < best.position


def _ask_in_memory(fan_out: FanOut, sources: Sequence[DirectorySource]) -> tuple[_Match | None, list[int]]:
    """Query the sources in memory until one has an exact match.

    Returns:
        The best match, and the positions of the blocking sources that could still win.
    """
    blocking: list[int] = []
    best: _Match | None = None
    for position, source in enumerate(sources):
        if source.is_blocking:
            blocking.append(position)
            continue
        best = _better_match(best, position, fan_out.ask_inline(source))
        if best is not None and best.rank == MatchRank.EXACT:
            break
    return best, blocking


def _collect_best(
    fan_out: FanOut, pending: dict[int, PendingCall], best: _Match | None, grace: float
) -> Outcome | None:
    deadline = fan_out.deadline
    has_grace = False
    refusal: str | None = None
    while pending and not refusal:
        if best is not None and not has_grace:
            deadline, has_grace = deadline.within(grace), True
        refusal = wait_for_one(pending.values(), deadline.remaining())
        for position in [p for p, (_, call) in pending.items() if call.future.done()]:
            best = _better_match(best, position, fan_out.collect(pending.pop(position)))
        for position in [p for p in pending if not _can_win(p, best)]:
            pending.pop(position).release()
        if deadline.is_expired:
            break
    for unfinished in pending.values():
        _leave(fan_out, unfinished, refusal, has_grace)
    return best.outcome if best is not None else None


def _leave(fan_out: FanOut, unfinished: PendingCall, refusal: str | None, has_grace: bool) -> None:
    """Stop waiting for a call; it is nobody's fault if it had only the grace of another match."""
    if refusal:
        fan_out.skip(unfinished, refusal)
    elif has_grace:
        unfinished.release()
    else:
        fan_out.abandon(unfinished)
