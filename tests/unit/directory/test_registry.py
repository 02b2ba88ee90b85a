"""The registry of open sources."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from unit.directory.conftest import SHORT_TIMEOUT, Script, Scripted, ask_one, entry, names
from waiting import LONG_TIMEOUT, TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import SnapshotBackend, SourceOptions
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.outcome import Status
from xivo_dird.directory.registry import CLEAN_SECONDS, MAX_CHECKS_AT_ONCE, Registry
from xivo_dird.directory.retirement import MAX_BUSY, MAX_OPEN
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import InvalidSource, SourceUnavailable
from xivo_dird.sources.model import Source
from xivo_dird.threads.breaker import BreakerLimits


def test_closing_ends_waiting_lookups_at_once(sources):
    hung = sources.open("hung", hangs=True)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask_one, hung, "x", LONG_TIMEOUT)
        assert sources.scripts["hung"].calls.acquire(timeout=TIMEOUT)
        sources.registry.close()
        assert waiting.result(TIMEOUT).status is Status.FAILED


def test_an_edited_source_is_replaced_at_the_next_question(sources):
    sources.open("crew", entries=[entry("old")])
    assert names([ask_one(sources.open("crew", entries=[entry("old")]), "x")]) == ["old"]
    edited = sources.open("crew", "memory", entries=[entry("new")])
    assert names([ask_one(edited, "x")]) == ["new"]


def source(name="crew", backend="blocking", script="none", uuid=None):
    return Source(uuid or name, "tenant", name, backend, {"script": script})


@dataclass
class Counted:
    """Counts the outcomes of a source."""

    outcomes: list = field(default_factory=list)
    is_closed: bool = False

    def __call__(self, status, seconds):
        self.outcomes.append(status)

    def close(self):
        self.is_closed = True


class Fragile(Scripted):
    """A backend that does what its script says when it is created or closed."""

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.script = self.scripts[options.script]
        self.script.calls.release()
        if self.script.hangs:
            self.script.gate.wait()
        if self.script.fails:
            raise SourceUnavailable("out of order")

    def close(self):
        self.script.questions.append("closed")


@pytest.fixture
def script():
    Scripted.scripts["none"] = Script(entries=[entry("Ada")])
    yield Scripted.scripts["none"]
    Scripted.scripts["none"].gate.set()


@pytest.fixture
def counted():
    return {}


class Restless(Scripted):
    """A backend that ends the thread that closes it."""

    def close(self):
        raise SystemExit


@pytest.fixture
def open_registry(tmp_path, counted, script):
    kinds = {"blocking": Scripted, "fragile": Fragile, "restless": Restless}
    opened = []

    def count_for(*identity):
        counted[identity] = Counted()
        return counted[identity]

    def open_(max_check_seconds=SHORT_TIMEOUT, **seconds):
        opener = SourceOpener(
            {name: InstalledBackend(kind, kind.Settings()) for name, kind in kinds.items()}, tmp_path
        )
        limits = SourceLimits(workers=1, queue=2, breaker=BreakerLimits(3, 0.01, 0.05))
        opened.append(Registry(opener, limits, count_for, max_check_seconds, **seconds))
        return opened[-1]

    yield open_
    script.gate.set()
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(open_registry):
    return open_registry()


def test_an_equal_source_has_the_same_instance(registry):
    first = registry.get(source())
    assert registry.get(source()) is first
    assert registry.get(source("staff")) is not first


def test_a_request_that_began_before_an_edit_gets_the_old_instance(registry):
    old = source()
    before = registry.get(old)
    after = registry.get(source(script="other"))
    assert after is not before
    assert registry.get(old) is before
    assert registry.get(source(script="other")) is after


def test_the_outcomes_of_each_source_are_counted(registry, counted):
    assert names([ask_one(registry.get(source()), "ada")]) == ["Ada"]
    assert counted[("tenant", "crew", "blocking")].outcomes == ["ok"]
    registry.close()
    assert counted[("tenant", "crew", "blocking")].is_closed


def test_the_reports_are_those_of_the_sources_of_a_tenant(registry):
    registry.get(source())
    other = Source("other", "another tenant", "x", "blocking", {"script": "none"})
    registry.get(other)
    assert {uuid: report.name for uuid, report in registry.reports("tenant").items()} == {"crew": "crew"}
    assert [(one.uuid, report.name) for one, report in registry.all_reports()] == [
        ("crew", "crew"),
        ("other", "x"),
    ]


def test_all_sources_are_opened_at_once(registry, script):
    script.hangs = True
    registry.update([source(), source("staff", "fragile")])
    assert registry.get(source("staff", "fragile")).is_busy
    assert sorted(report.name for report in registry.reports("tenant").values()) == ["crew", "staff"]


def test_a_removed_source_is_no_longer_reported_and_an_edited_one_replaced(registry):
    registry.update([source(), source("staff")])
    crew, staff = registry.get(source()), registry.get(source("staff"))
    registry.update([source(), source("staff", "fragile")])
    assert registry.get(source()) is crew
    assert registry.get(source("staff", "fragile")) is not staff
    registry.update([source()])
    assert list(registry.reports("tenant")) == ["crew"]


def test_sources_as_they_were_before_an_edit_replace_nothing(registry):
    edited = registry.get(source("staff", "fragile"))
    registry.update([source("staff")], lambda: False)
    assert registry.get(source("staff", "fragile")) is edited
    assert list(registry.reports("tenant")) == ["staff"]
    registry.update([], lambda: False)
    assert list(registry.reports("tenant")) == ["staff"]


def test_folders_of_removed_sources_are_removed_at_the_first_update(registry, tmp_path):
    for name in ("crew", "gone", "strange"):
        (tmp_path / name).mkdir()
    for name in ("crew", "gone"):
        (tmp_path / name / "database-unnamed").touch()
    registry.update([source()])
    wait_until(lambda: not (tmp_path / "gone").exists())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crew", "strange"]


def test_folders_that_are_not_needed_are_removed_every_five_minutes(open_registry, tmp_path):
    assert CLEAN_SECONDS == 300
    registry = open_registry(clean_seconds=0.001)
    registry.update([source()])
    for _ in range(2):
        for name in ("crew", "gone"):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "database-unnamed").touch()
        wait_until(lambda: not (tmp_path / "gone").exists())
    assert (tmp_path / "crew").exists()


def test_a_closed_registry_opens_nothing(registry):
    registry.close()
    registry.update([source()])
    assert registry.all_reports() == []
    outcome = ask_one(registry.get(source()), "x")
    assert (outcome.status, outcome.error) == (Status.FAILED, "the source is being closed")


def test_a_source_that_can_be_created_is_checked_without_error(registry, script):
    assert registry.check(source(backend="fragile")) is None
    assert script.questions == ["closed"]
    assert registry.all_reports() == []


def test_the_reason_why_a_source_can_not_be_created_is_returned(registry, script):
    script.fails = True
    assert registry.check(source(backend="fragile")) == "out of order"


def test_a_source_that_can_never_work_is_refused(registry):
    with pytest.raises(InvalidSource, match=r"^no backend 'missing' is installed and enabled$"):
        registry.check(source(backend="missing"))


def test_a_check_that_hangs_ends_in_time(registry, script):
    script.hangs = True
    for _ in range(MAX_CHECKS_AT_ONCE):
        assert (
            registry.check(source(backend="fragile")) == f"check crew did not end within {SHORT_TIMEOUT:g} s"
        )
    assert registry.check(source(backend="fragile")) == (
        f"it can't be checked: all {MAX_CHECKS_AT_ONCE} workers still wait for earlier calls"
    )


def test_an_exit_of_a_backend_that_is_checked_is_its_reason(registry):
    assert registry.check(source(backend="restless")) == "check crew raised SystemExit"


def test_a_check_does_not_wait_for_that_of_another_source(open_registry, script):
    registry = open_registry(max_check_seconds=TIMEOUT)
    script.hangs = True
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(registry.check, source(backend="fragile"))
        assert script.calls.acquire(timeout=TIMEOUT)
        script.hangs = False
        assert registry.check(source("staff", "fragile")) is None
        assert not hanging.done()
        registry.close()
        assert hanging.result(TIMEOUT) == "it can't be checked: it is being closed"


def test_the_size_of_the_indexes_is_that_of_their_files(registry, tmp_path):
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "index").write_bytes(b"12345")
    assert registry.index_bytes() == 5


def test_closing_closes_every_backend(registry, script):
    instance = registry.get(source(backend="fragile"))
    assert names([ask_one(instance, "ada")]) == ["Ada"]
    edited = registry.get(source(name="edited", backend="fragile", uuid="crew"))
    assert edited is not instance
    assert names([ask_one(edited, "bob")]) == ["Ada"]
    registry.close()
    assert script.questions == ["ada", "bob", "closed", "closed"]


def test_an_error_of_a_backend_that_is_closed_stops_no_other(registry, script, caplog):
    for backend in ("restless", "fragile"):
        ask_one(registry.get(source(backend, backend)), "ada")
    registry.close()
    assert script.questions == ["ada", "ada", "closed"]
    assert "Source 'restless': closing its backend failed: closing the backend raised SystemExit" in [
        record.getMessage() for record in caplog.records
    ]


def edit_often(registry, uuid):
    """Edit a source until its earlier instances are closed at once; return the last instance."""
    for number in range(MAX_OPEN + 2):
        last = registry.get(source(f"edit {number}", "fragile", uuid=uuid))
    return last


def test_an_edited_source_is_opened_when_its_earlier_instances_have_ended(open_registry, script):
    registry = open_registry(grace_seconds=0.0)
    edit_often(registry, "crew")
    assert script.calls.acquire(timeout=TIMEOUT)
    assert not script.calls.acquire(blocking=False)


def test_the_folder_of_a_removed_source_is_removed_when_it_has_ended(open_registry, tmp_path):
    registry = open_registry(grace_seconds=0.0)
    registry.update([source(backend="fragile"), source("staff", "fragile")])
    for name in ("crew", "staff"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "database-unnamed").touch()
    edit_often(registry, "crew")
    edit_often(registry, "staff")
    registry.update([registry.all_reports()[0][0]])
    wait_until(lambda: not (tmp_path / "staff").exists())
    assert [path.name for path in tmp_path.iterdir()] == ["crew"]


def test_closing_does_not_wait_for_an_instance_that_hangs(registry, script):
    script.hangs = True
    hung = registry.get(source(backend="fragile"))
    hung.warm()
    with assert_prompt():
        registry.close()


def test_closing_ends_even_if_the_system_refuses_threads(registry, no_new_threads):
    ask_one(registry.get(source(backend="fragile")), "ada")
    with no_new_threads(), assert_prompt():
        registry.close()
    assert registry.all_reports() == []


def test_a_source_whose_earlier_instances_hang_is_not_opened_again(registry, script):
    script.hangs = True
    for number in range(MAX_BUSY):
        hung = registry.get(source(backend="fragile", uuid="crew", name=f"crew {number}"))
        hung.warm()
        assert script.calls.acquire(timeout=TIMEOUT)
    last = registry.get(source(backend="fragile", uuid="crew", name="last"))
    outcome = ask_one(last, "x")
    assert (outcome.status, outcome.error) == (
        Status.FAILED,
        "too many earlier versions of it have not ended yet",
    )


def test_an_edited_source_is_not_opened_while_its_earlier_instance_hangs(registry, script):
    script.hangs = True
    registry.update([source(backend="fragile", uuid="crew")])
    assert script.calls.acquire(timeout=TIMEOUT)
    edited = source(backend="fragile", uuid="crew", name="edited")
    registry.update([edited])
    assert not registry.get(edited).is_busy


class Listing(SnapshotBackend):
    """Lists one person."""

    Options = SourceOptions

    def version(self, caller):
        return "1"

    def entries(self, caller):
        return [entry("Ada")]


def test_a_report_has_the_state_of_the_index(tmp_path):
    opener = SourceOpener({"listing": InstalledBackend(Listing, Listing.Settings())}, tmp_path)
    registry = Registry(opener, SourceLimits(1, 2, BreakerLimits(3, 0.01, 0.05)))
    listing = registry.get(Source("crew", "tenant", "crew", "listing", {"searched_columns": ["name"]}))
    assert listing.report().snapshot is None
    assert names([ask_one(listing, "ada")]) == ["Ada"]
    snapshot = listing.report().snapshot
    assert snapshot is not None
    assert snapshot.entries == 1
    registry.close()
