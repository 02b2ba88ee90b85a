"""The threads of the indexes of one source."""

from dataclasses import dataclass

from xivo_dird.threads.schedule import Schedule
from xivo_dird.threads.tasks import TaskThreads


@dataclass(frozen=True, slots=True)
class SnapshotThreads:
    """The threads of one source, however many indexes it has.

    Attributes:
        tasks: For refreshes.
        checks: For checks of the version during a question.
        schedule: For refreshes in the future.
    """

    tasks: TaskThreads
    checks: TaskThreads
    schedule: Schedule

    @classmethod
    def create(cls, name: str, schedule: Schedule, max_threads: int = 1) -> "SnapshotThreads":
        """Create the threads of the source `name`, at most `max_threads` of each kind."""
        return cls(
            TaskThreads(f"snapshot {name}", max_threads),
            TaskThreads(f"version {name}", max_threads),
            schedule,
        )

    @property
    def is_busy(self) -> bool:
        """Return True while a thread has something to do, or hangs."""
        return self.tasks.is_busy or self.checks.is_busy

    def end_idle(self) -> None:
        """End every thread as soon as it is idle, from now on."""
        self.tasks.end_idle()
        self.checks.end_idle()

    def close(self) -> None:
        """End the threads, without waiting for a backend that hangs."""
        self.tasks.close()
        self.checks.close()
