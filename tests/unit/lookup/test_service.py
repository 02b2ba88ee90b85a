"""A lookup returns the contacts of all sources of a profile, in the order that its options say."""

import pytest

from unit.directory.conftest import CALLER, OTHER_CALLER, SHORT_TIMEOUT, Script, Scripted
from unit.profiles import Profiles
from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.directory.answer import Answer
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.question import Search, SearchSimilar, SearchTyped
from xivo_dird.exceptions import StoreUnavailable, UnknownProfile
from xivo_dird.lookup.model import LookupOptions
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.sources.model import Source

RELEVANCE = LookupOptions(order="relevance")
FRANCE = DialPlan("FR")


@pytest.fixture
def profiles():
    return Profiles()


@pytest.fixture
def source(sources):
    """Return a function that creates a source with contacts of these names and numbers."""

    def create(name, *people, backend="memory", options=None, **script):
        entries = [{"id": str(n), "name": who, "number": number} for n, (who, number) in enumerate(people)]
        key = f"{id(sources)}-{name}"
        sources.scripts[name] = Scripted.scripts[key] = Script(entries=entries, **script)
        columns = {"searched_columns": ["name"], "first_matched_columns": ["number"]}
        return Source(name, "tenant", name, backend, {"script": key, **columns, **(options or {})})

    return create


@pytest.fixture
def service(profiles, sources):
    return LookupService(profiles, sources.registry, TIMEOUT, {"tenant": FRANCE}.__getitem__)


def names(answer):
    return [contact.fields["name"] for contact in answer.contacts]


def test_contacts_are_in_the_order_of_the_sources_and_of_their_answers(service, profiles, source):
    profiles.add(
        "default", source("b", ("Zoe", ""), ("Ada", ""), ("Mia", "")), source("a", ("Bob", ""), ("Al", ""))
    )
    answer = service.lookup(CALLER, "default", "x")
    assert names(answer) == ["Zoe", "Ada", "Mia", "Bob", "Al"]
    assert answer.profile is profiles.by_name["default"]
    assert [one.name for one in answer.sources] == ["b", "a"]
    assert [(part.name, part.backend, part.status, part.contacts) for part in answer.parts] == [
        ("b", "memory", "ok", 3),
        ("a", "memory", "ok", 2),
    ]
    assert answer.people is None


def test_the_term_and_the_timeout_reach_the_sources(service, profiles, source, sources):
    profiles.add("default", source("crew", ("Ada", "")))
    answer = service.lookup(CALLER, "default", "ada")
    assert sources.scripts["crew"].questions == ["ada"]
    assert answer.deadline.timeout == TIMEOUT
    profiles.add("patient", source("crew", ("Ada", "")), timeout=7.5)
    assert service.lookup(CALLER, "patient", "ada").deadline.timeout == 7.5


def test_a_source_that_hangs_is_left_at_the_timeout_of_the_profile(service, profiles, source):
    hung = source("hung", backend="blocking", hangs=True)
    profiles.add("default", hung, source("crew", ("Ada", "")), timeout=10 * SHORT_TIMEOUT)
    answer = service.lookup(CALLER, "default", "ada")
    assert names(answer) == ["Ada"]
    assert answer.parts[0].status in {"late", "skipped"}


@pytest.mark.parametrize("limit", [0, 1, 3, 4, 9])
def test_the_first_contacts_are_returned_up_to_the_limit(service, profiles, source, limit):
    profiles.add("default", source("b", ("Zoe", ""), ("Ada", "")), source("a", ("Bob", ""), ("Al", "")))
    answer = service.lookup(CALLER, "default", "x", LookupOptions(limit=limit))
    assert names(answer) == ["Zoe", "Ada", "Bob", "Al"][:limit]
    stream = service.stream(CALLER, "default", "x", LookupOptions(limit=limit))
    streamed = [contact.fields["name"] for step in stream.source_results if step for contact in step.contacts]
    assert len(streamed) == min(limit, 4)


def test_relevant_contacts_of_each_source_come_first(service, profiles, source):
    first = source("first", ("Hannah", ""), ("Annabel", ""), ("Ann", ""))
    second = source("second", ("Joann", ""), ("Ann", ""))
    profiles.add("default", first, second)
    answer = service.lookup(CALLER, "default", "ann", RELEVANCE)
    assert names(answer) == ["Ann", "Annabel", "Hannah", "Ann", "Joann"]
    assert names(service.lookup(CALLER, "default", "ann")) == ["Hannah", "Annabel", "Ann", "Joann", "Ann"]


def test_only_searched_columns_make_a_contact_relevant(service, profiles, source):
    options = {"searched_columns": ["number"]}
    profiles.add("default", source("crew", ("Ann", "Hannah"), ("Bob", "Ann"), options=options))
    assert names(service.lookup(CALLER, "default", "ann", RELEVANCE)) == ["Bob", "Ann"]


def test_contacts_of_one_person_are_merged_up_to_the_limit(service, profiles, source):
    first = source("first", ("Ada", "01 44 55 66 77"), ("Bob", "2045"), ("Cid", ""))
    second = source("second", ("Stern", "+33144556677"), ("Dan", "2046"))
    profiles.add("default", first, second)
    answer = service.lookup(CALLER, "default", "x", LookupOptions(merge=True, limit=3))
    assert [[contact.fields["name"] for contact in person] for person in answer.people] == [
        ["Ada", "Stern"],
        ["Bob"],
        ["Cid"],
    ]
    assert names(answer) == ["Ada", "Stern", "Bob", "Cid"]
    assert [part.status for part in answer.parts] == ["ok", "ok"]


def test_numbers_are_compared_in_the_first_matched_columns(service, profiles, source):
    options = {"first_matched_columns": ["other"]}
    first = source("first", ("Ada", "0144556677"), options=options)
    profiles.add("default", first, source("second", ("Stern", "0144556677")))
    answer = service.lookup(CALLER, "default", "x", LookupOptions(merge=True))
    assert [len(person) for person in answer.people] == [1, 1]


class Answered:
    """A source in memory that has its contacts at once."""

    def __init__(self, source, *people):
        self.name = source.name
        self.has_contacts = True
        self.asked = []
        self.deadlines = []
        self._contacts = tuple(
            Contact({"name": name, "number": number}, source.name, "memory", None) for name, number in people
        )

    def may_block(self, question):
        return False

    def answer(self, question, caller, deadline):
        self.asked.append((question, caller))
        self.deadlines.append(deadline)
        return Answer(self._contacts if self.has_contacts else ())

    def record(self, outcome, question, caller, deadline):
        return outcome


class AnsweredSources:
    """The registry of such sources."""

    def __init__(self):
        self.by_uuid = {}

    def get(self, source):
        return self.by_uuid[source.uuid]


@pytest.fixture
def answered(source, profiles):
    """Create three sources of a profile, the second one with more contacts than can be sorted at the end."""
    registry = AnsweredSources()
    found = {
        "few": [("Hannah", "1001"), ("Ann", "1002")],
        "many": [(f"Ann {number}", f"2{number:04}") for number in range(1000)],
        "last": [("Anne", "1001"), ("Ann", "3002")],
    }
    in_profile = [source(name) for name in found]
    for one in in_profile:
        registry.by_uuid[one.uuid] = Answered(one, *found[one.name])
    profiles.add("default", *in_profile)
    return registry


def contacts_by_status(parts):
    return [(part.status, part.contacts) for part in parts]


def test_too_many_contacts_are_left_out_if_they_cannot_be_sorted_in_time(profiles, answered):
    service = LookupService(profiles, answered, -LONG_TIMEOUT, lambda _tenant: FRANCE)
    answer = service.lookup(CALLER, "default", "ann", RELEVANCE)
    assert contacts_by_status(answer.parts) == [("ok", 2), ("late", 0), ("ok", 2)]
    assert names(answer) == ["Ann", "Hannah", "Ann", "Anne"]
    error = "1000 contacts are too many to be sorted within -3599.9 s"
    assert [outcome.error for outcome in answer.outcomes] == [None, error, None]
    steps = filter(None, service.stream(CALLER, "default", "ann", RELEVANCE).source_results)
    assert contacts_by_status(step.part for step in steps) == [("ok", 2), ("late", 0), ("ok", 2)]


def test_contacts_in_the_order_of_their_source_are_never_too_many(profiles, answered):
    service = LookupService(profiles, answered, -LONG_TIMEOUT, lambda _tenant: FRANCE)
    answer = service.lookup(CALLER, "default", "ann")
    assert contacts_by_status(answer.parts) == [("ok", 2), ("ok", 1000), ("ok", 2)]
    assert names(answer)[:4] == ["Hannah", "Ann", "Ann 0", "Ann 1"]


def test_the_sources_after_one_that_can_not_be_merged_are_late(profiles, answered):
    service = LookupService(profiles, answered, -LONG_TIMEOUT, lambda _tenant: FRANCE)
    answer = service.lookup(CALLER, "default", "ann", LookupOptions(merge=True))
    assert contacts_by_status(answer.parts) == [("ok", 2), ("late", 0), ("late", 0)]
    assert names(answer) == ["Hannah", "Ann"]
    assert [outcome.error for outcome in answer.outcomes] == [
        None,
        "1000 contacts are too many to be sorted within -3599.9 s",
        "2 contacts are too many to be sorted within -3599.9 s",
    ]


def test_all_sources_have_the_deadline_of_the_profile(profiles, answered):
    service = LookupService(profiles, answered, TIMEOUT, lambda _tenant: FRANCE)
    answer = service.lookup(CALLER, "default", "ann")
    list(service.stream(CALLER, "default", "ann").source_results)
    for one in answered.by_uuid.values():
        assert one.deadlines[0] == answer.deadline
        assert [deadline.timeout for deadline in one.deadlines] == [TIMEOUT, TIMEOUT]
        assert answer.deadline.at < one.deadlines[1].at


@pytest.mark.parametrize("merge", [False, True])
def test_the_term_and_the_caller_reach_every_source(profiles, answered, merge):
    service = LookupService(profiles, answered, TIMEOUT, lambda _tenant: FRANCE)
    answer = service.lookup(OTHER_CALLER, "default", "ann", LookupOptions(merge=merge))
    list(service.stream(CALLER, "default", "bob", LookupOptions(t9=True)).source_results)
    list(service.stream(CALLER, "default", "26", LookupOptions(t9=True)).source_results)
    for one in answered.by_uuid.values():
        assert one.asked == [
            (Search("ann"), OTHER_CALLER),
            (Search("bob"), CALLER),
            (SearchTyped("26"), CALLER),
        ]
        assert one.deadlines[0] is answer.deadline
    assert profiles.timeouts == [TIMEOUT] * 3
    assert answer.profile is profiles.by_name["default"]
    assert [one.name for one in answer.sources] == ["few", "many", "last"]
    assert [len(outcome.contacts) for outcome in answer.outcomes] == [2, 1000, 2]


def test_a_source_without_columns_is_sorted_by_all_its_fields(profiles, answered, source):
    bare = Source("few", "tenant", "few", "memory", {"searched_columns": None})
    profiles.add("bare", bare)
    service = LookupService(profiles, answered, TIMEOUT, lambda _tenant: FRANCE)
    assert names(service.lookup(CALLER, "bare", "1002", RELEVANCE)) == ["Ann", "Hannah"]


def test_a_profile_without_the_service_has_no_sources(service, profiles, source):
    profiles.add("default", source("crew", ("Ada", "")), service="reverse")
    answer = service.lookup(CALLER, "default", "ada")
    assert (answer.contacts, answer.parts) == ([], [])
    assert list(service.stream(CALLER, "default", "ada").source_results) == []


def test_an_unknown_profile_is_an_error(service, profiles):
    profiles.add("default")
    assert service.find_profile(CALLER, "default") is profiles.by_name["default"]
    for look_up in (
        service.find_profile,
        lambda *args: service.lookup(*args, "x"),
        lambda *args: service.stream(*args, "x"),
    ):
        with pytest.raises(UnknownProfile):
            look_up(CALLER, "other")


def test_a_stream_yields_each_source_when_it_answers(service, profiles, source, sources):
    slow = source("slow", ("Ada", ""), ("Al", ""), backend="blocking", hangs=True)
    profiles.add("default", slow, source("quick", ("Zoe", ""), ("Bob", "")), timeout=LONG_TIMEOUT)
    stream = service.stream(CALLER, "default", "bob", RELEVANCE)
    assert stream.profile is profiles.by_name["default"]
    results = (step for step in stream.source_results if step is not None)
    first = next(results)
    assert (first.position, first.part.name, first.part.contacts) == (1, "quick", 2)
    assert [contact.fields["name"] for contact in first.contacts] == ["Bob", "Zoe"]
    sources.scripts["slow"].gate.set()
    second = next(results)
    assert (second.position, second.part.status) == (0, "ok")
    assert [contact.fields["name"] for contact in second.contacts] == ["Ada", "Al"]
    assert list(results) == []


def test_a_stream_that_is_closed_leaves_the_sources(service, profiles, source, sources):
    profiles.add("default", source("slow", backend="blocking", hangs=True), timeout=LONG_TIMEOUT)
    stream = service.stream(CALLER, "default", "x")
    assert next(stream.source_results) is None
    stream.source_results.close()
    with pytest.raises(StopIteration):
        next(stream.source_results)


def test_similar_names_are_searched_if_no_source_has_the_term(service, profiles, source, sources):
    profiles.add("default", source("a"), source("b", fails=True))
    service.lookup(CALLER, "default", "adda", LookupOptions(fuzzy=True))
    assert sources.scripts["b"].questions == ["adda"]


@pytest.mark.parametrize("options", [{}, {"merge": True}, {"order": "relevance"}], ids=str)
def test_each_source_returns_at_most_its_maximum_of_contacts(service, profiles, source, options):
    profiles.add(
        "default", source("b", ("Zoe", ""), ("Ada", ""), ("Al", "")), source("a", ("Bob", ""), ("Cid", ""))
    )
    answer = service.lookup(CALLER, "default", "x", LookupOptions(max_contacts_per_source=2, **options))
    assert names(answer) == ["Zoe", "Ada", "Bob", "Cid"]
    assert [outcome.is_cut for outcome in answer.outcomes] == [True, False]
    assert answer.is_cut
    assert not service.lookup(
        CALLER, "default", "x", LookupOptions(max_contacts_per_source=3, **options)
    ).is_cut


def test_a_stream_says_which_source_has_more_contacts(service, profiles, source):
    profiles.add("default", source("b", ("Zoe", ""), ("Ada", "")), source("a", ("Bob", "")))
    stream = service.stream(CALLER, "default", "x", LookupOptions(max_contacts_per_source=1))
    steps = [step for step in stream.source_results if step is not None]
    assert sorted((step.position, len(step.contacts), step.is_cut) for step in steps) == [
        (0, 1, True),
        (1, 1, False),
    ]


def test_every_question_of_a_lookup_has_its_maximum(profiles, answered):
    service = LookupService(profiles, answered, TIMEOUT, lambda _tenant: FRANCE)
    for one in answered.by_uuid.values():
        one.has_contacts = False
    service.lookup(CALLER, "default", "26", LookupOptions(t9=True, fuzzy=True, max_contacts_per_source=7))
    list(
        service.stream(
            CALLER, "default", "ann", LookupOptions(fuzzy=True, max_contacts_per_source=7)
        ).source_results
    )
    questions = [SearchTyped("26", 7), SearchSimilar("26", 7), Search("ann", 7), SearchSimilar("ann", 7)]
    for one in answered.by_uuid.values():
        assert one.asked == [(question, CALLER) for question in questions]


def test_a_merged_stream_fails_before_its_first_result_or_not_at_all(profiles, sources, source):
    def fail(_tenant):
        raise StoreUnavailable("the database does not answer")

    profiles.add("default", source("a", ("Ada", "2045")), source("b", ("Ada", "2045")))
    service = LookupService(profiles, sources.registry, TIMEOUT, fail)
    with pytest.raises(StoreUnavailable):
        service.stream(CALLER, "default", "ada", LookupOptions(merge=True))
    stream = service.stream(CALLER, "default", "ada")
    assert len(list(filter(None, stream.source_results))) == 2
