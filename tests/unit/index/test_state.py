"""The indexes of all users of a source have one state."""

from xivo_dird.index.state import SnapshotState, state_of_users


def test_without_open_indexes_there_is_nothing():
    assert state_of_users([]) == SnapshotState(None, 0, None, None, None, users=0)


def test_the_state_of_all_users_is_that_of_their_worst_index():
    states = [
        SnapshotState("1", 3, 50.0, 0.1, None, rows=4, skipped=1),
        SnapshotState("2", 4, 40.0, 0.3, "no line", True, 7.0, 6, 2, "entry 3"),
        SnapshotState("3", 5, 60.0, 0.2, "no host", True, 8.0, 5, 0, "entry 9", "size limit 5"),
        SnapshotState(None, 0, None, None, None),
    ]
    assert state_of_users(states) == SnapshotState(
        version=None,
        entries=12,
        built_at=40.0,
        build_seconds=0.3,
        error="no line",
        stale=True,
        age=8.0,
        rows=15,
        skipped=3,
        skip_reason="entry 3",
        incomplete="size limit 5",
        users=4,
    )
