"""A connection to a PostgreSQL server that never waits for it without a time limit."""

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow

from xivo_dird.threads.deadline import Deadline

POLL_SECONDS = 0.1


class TimedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed when the server does not answer in time.

    The time limits of the server do not help when it hangs itself, and those of TCP not while its machine answers.

    Attributes:
        answer_seconds: Seconds that the server has for each statement.
    """

    answer_seconds: float

    def wait(self, gen: PQGen[RV], interval: float = POLL_SECONDS, timeout: float | None = None) -> RV:
        """Wait for the server."""
        seconds = self.answer_seconds if timeout is None else timeout
        deadline = Deadline.after(seconds)
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.OperationalError as error:
            if not deadline.is_expired:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {seconds:g} s") from error
