"""Sends mutated requests over raw sockets, several at a time, and judges what comes back."""

import os
import socket
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from random import Random

from fuzz.answers import Answer, BadAnswer, judge
from fuzz.corpus import CORPUS
from fuzz.mutations import mutate
from waiting import TIMEOUT

CLIENTS = 8
QUIET_SECONDS = 0.03
"""A client that does not announce its end ends when nothing has come for this long."""

RECEIVE_BYTES = 65536
SEED_VARIABLE = "FUZZ_SEED"
CASE_VARIABLE = "FUZZ_CASE"
DEFAULT_SEED = 1

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Ending(Enum):
    """How a client ends its connection."""

    AT_ONCE = "closes its sending side after the last byte"
    QUIET = "closes its sending side when nothing more comes"
    RESET = "resets the connection without reading"


ENDINGS = (*[Ending.AT_ONCE] * 12, *[Ending.QUIET] * 7, Ending.RESET)


@dataclass(frozen=True)
class Case:
    """What one client sends.

    Attributes:
        seed: The seed of the run.
        number: The number of the case in the run; with the seed, it determines the rest.
        pieces: What is sent, piece by piece.
        ending: How the client ends.
    """

    seed: int
    number: int
    pieces: Sequence[bytes]
    ending: Ending

    @property
    def may_be_bodiless(self) -> bool:
        """Return whether a HEAD request may be among what is sent."""
        return b"HEAD" in b"".join(self.pieces)


class FuzzFailure(AssertionError):
    """A case to which the server did not answer as it must."""

    def __init__(self, case: Case, reason: object) -> None:
        """Describe how to repeat the case."""
        sent = b"".join(case.pieces)
        super().__init__(
            f"{SEED_VARIABLE}={case.seed} {CASE_VARIABLE}={case.number}: {reason}\n"
            f"The client {case.ending.value}, and sends in {len(case.pieces)} pieces: {sent[:3000]!r}"
        )


def run_seed() -> int:
    """Return the seed that the environment gives, or the default one."""
    return int(os.environ.get(SEED_VARIABLE, DEFAULT_SEED))


def run_numbers(count: int) -> range:
    """Return the number of the case that the environment gives, or the numbers of `count` cases."""
    number = os.environ.get(CASE_VARIABLE)
    return range(count) if number is None else range(int(number), int(number) + 1)


def make_case(seed: int, number: int) -> Case:
    """Return a case, always the same for the same arguments."""
    rng = Random(f"{seed} {number}")
    data = mutate(CORPUS, rng)
    ending = rng.choice(ENDINGS)
    cuts = sorted(rng.randint(0, len(data)) for _ in range(rng.choice((0, 0, 0, 0, 1, 2, 5))))
    pieces = [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]
    return Case(seed, number, pieces, ending)


def converse(port: int, case: Case, ids: Mapping[bytes, bytes]) -> bytes:
    """Send a case, and return everything that the server sends until it closes the connection.

    Args:
        port: The port of the server.
        case: What to send.
        ids: Ids of existing resources, by those that stand for them in the corpus.

    Raises:
        FuzzFailure: The server has not closed the connection within `TIMEOUT` seconds.
    """
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as client:
        try:
            for piece in case.pieces:
                client.sendall(_with_ids(piece, ids))
            if case.ending is Ending.RESET:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                return b""
            if case.ending is Ending.AT_ONCE:
                _end_sending(client)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has refused the beginning, and has closed the connection
        try:
            return b"".join(_receive(client, case.ending))
        except TimeoutError as error:
            raise FuzzFailure(case, f"no answer, and no end, within {TIMEOUT:g} s") from error


def _with_ids(piece: bytes, ids: Mapping[bytes, bytes]) -> bytes:
    for stands_for, actual in ids.items():
        piece = piece.replace(stands_for, actual)
    return piece


def _receive(client: socket.socket, ending: Ending) -> Iterator[bytes]:
    """Yield what comes, up to the end of the connection."""
    if ending is Ending.QUIET:
        client.settimeout(QUIET_SECONDS)
    while True:
        try:
            data = client.recv(RECEIVE_BYTES)
        except TimeoutError:
            if client.gettimeout() == TIMEOUT:
                raise
            client.settimeout(TIMEOUT)
            _end_sending(client)
            continue
        except ConnectionResetError:
            return
        if not data:
            return
        yield data


def _end_sending(client: socket.socket) -> None:
    with suppress(OSError):  # the server may have been faster
        client.shutdown(socket.SHUT_WR)


class Fuzzer:
    """Sends the cases of one seed to one server.

    Attributes:
        statuses: How many answers had each status; key 0: connections that were closed without an answer.
    """

    def __init__(self, port: int, seed: int, *, may_be_cut: bool = False) -> None:
        """Create a fuzzer that has sent nothing.

        Args:
            port: The port of the server.
            seed: The seed of the run.
            may_be_cut: Whether the server may be killed meanwhile.
        """
        self._port = port
        self._seed = seed
        self._may_be_cut = may_be_cut
        self.statuses: Counter[int] = Counter()

    def run(self, numbers: Iterable[int], ids: Mapping[bytes, bytes]) -> None:
        """Send the cases of these numbers, `CLIENTS` at a time.

        Raises:
            FuzzFailure: A case was not answered as it must be.
        """
        with ThreadPoolExecutor(CLIENTS) as pool:
            for answers in pool.map(lambda number: self.send(number, ids), numbers):
                self.statuses.update([answer.status for answer in answers] or [0])

    def failures_of(self, numbers: Iterable[int], ids: Mapping[bytes, bytes]) -> list[str]:
        """Send the cases of these numbers, and return what was wrong, without stopping at it."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            return [
                failure for failure in pool.map(lambda number: self._failure(number, ids), numbers) if failure
            ]

    def _failure(self, number: int, ids: Mapping[bytes, bytes]) -> str | None:
        try:
            self.send(number, ids)
        except FuzzFailure as failure:
            return str(failure)
        except ConnectionError:
            return None  # the server was killed before it accepted the connection
        return None

    def send(self, number: int, ids: Mapping[bytes, bytes]) -> list[Answer]:
        """Send one case, and return its answers."""
        case = make_case(self._seed, number)
        received = converse(self._port, case, ids)
        try:
            return judge(received, may_be_bodiless=case.may_be_bodiless, may_be_cut=self._may_be_cut)
        except BadAnswer as error:
            raise FuzzFailure(case, error) from error
