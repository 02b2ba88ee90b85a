"""A reverse lookup of many numbers asks the sources of a profile once, for the numbers that can have a contact."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from unit.directory.conftest import CALLER, OTHER_CALLER, SHORT_TIMEOUT, Scripted
from unit.profiles import Profiles
from waiting import LONG_TIMEOUT
from xivo_dird.exceptions import InvalidData, RequestAbandoned, UnknownProfile
from xivo_dird.reverse.model import ReverseQuestion
from xivo_dird.reverse.service import ReverseService
from xivo_dird.sources.model import Source

ADA, BOB = {"id": "1", "name": "Ada"}, {"id": "2", "name": "Bob"}


@pytest.fixture
def service(sources):
    """Return a function that creates the service for a profile with sources, given by name and script."""

    def create(timeout=None, **scripts):
        in_profile = []
        for name, script in scripts.items():
            backend = script.pop("backend", "memory")
            sources.open(name, backend, **script)
            key = next(key for key, known in Scripted.scripts.items() if known is sources.scripts[name])
            in_profile.append(Source(name, "tenant", name, backend, {"script": key}))
        profiles = Profiles()
        profiles.add("default", *in_profile, timeout=timeout, service="reverse")
        return ReverseService(profiles, sources.registry, LONG_TIMEOUT, SHORT_TIMEOUT)

    return create


def names(answers):
    return {exten: contact.fields["name"] for exten, contact in answers.contacts.items()}


def test_each_source_is_asked_once_for_the_distinct_numbers(service, sources):
    many = service(crew={"matches": {"1": ADA}}, guests={"matches": {"2": BOB}, "backend": "blocking"})
    answers = many.answer_all(ReverseQuestion(CALLER, "default", ["3", "1", "", "1", "2", "  ", "3"]))
    assert names(answers) == {"1": "Ada", "2": "Bob"}
    assert [sources.scripts[name].questions for name in ("crew", "guests")] == [[("3", "1", "2")]] * 2
    assert [source.name for source in answers.sources] == ["crew", "guests"]
    assert [(outcome.source, outcome.status) for outcome in answers.outcomes] == [
        ("crew", "ok"),
        ("guests", "ok"),
    ]


@pytest.mark.parametrize("extens", [[], [""], [" ", "\t", "\u2003"]], ids=repr)
def test_withheld_numbers_ask_no_source(service, sources, extens):
    answers = service(crew={"entries": [ADA]}).answer_all(ReverseQuestion(CALLER, "default", extens))
    assert (answers.contacts, answers.sources, answers.outcomes) == ({}, (), ())
    assert sources.scripts["crew"].questions == []


def test_the_timeout_of_the_profile_leaves_partial_results(service):
    hung = {"backend": "blocking", "hangs": True, "matches": {}}
    many = service(timeout=10 * SHORT_TIMEOUT, hung=hung, crew={"matches": {"1": ADA}})
    answers = many.answer_all(ReverseQuestion(CALLER, "default", ["1", "2"]))
    assert names(answers) == {"1": "Ada"}
    assert [outcome.status for outcome in answers.outcomes] == ["late", "ok"]


def test_a_source_that_is_not_waited_for_has_no_outcome(service):
    many = service(crew={"matches": {"1": ADA}}, later={"matches": {"1": BOB}})
    answers = many.answer_all(ReverseQuestion(CALLER, "default", ["1"]))
    assert names(answers) == {"1": "Ada"}
    assert answers.outcomes[1] is None


@pytest.mark.parametrize("extens", [["1"], []], ids=repr)
def test_an_unknown_profile_is_an_error(service, extens):
    with pytest.raises(UnknownProfile):
        service().answer_all(ReverseQuestion(CALLER, "other", extens))


def test_several_questions_wait_for_their_sources_together(service, sources):
    slow = {"backend": "blocking", "hangs": True, "matches": {"1": ADA}}
    many = service(slow=slow, crew={"matches": {"2": BOB}})
    script = sources.scripts["slow"]

    def let_go_when_all_have_asked():
        for _ in range(3):
            script.calls.acquire()
        script.gate.set()

    callers = [CALLER, OTHER_CALLER, CALLER]
    extens = [["1"], ["1", "2"], ["1", "3"]]
    questions = [
        ReverseQuestion(caller, "default", asked) for caller, asked in zip(callers, extens, strict=True)
    ]
    with ThreadPoolExecutor(1) as threads:
        threads.submit(let_go_when_all_have_asked)
        answers = many.answer_each(questions)
    assert [names(answer) for answer in answers] == [{"1": "Ada"}, {"1": "Ada", "2": "Bob"}, {"1": "Ada"}]


@pytest.mark.parametrize(
    "wrong",
    [
        ("other", ["1"]),
        ("default", ["x" * 1025]),
        ("default", ["a\0"]),
        ("default", [*map(str, range(1001))]),
    ],
    ids=["unknown profile", "too long", "NUL", "too many"],
)
def test_a_question_that_fails_costs_only_itself(service, wrong):
    many = service(crew={"matches": {"1": ADA}})
    good = ReverseQuestion(CALLER, "default", ["1"])
    first, failed, last = many.answer_each([good, ReverseQuestion(CALLER, *wrong), good])
    assert names(first) == names(last) == {"1": "Ada"}
    assert isinstance(failed, UnknownProfile | InvalidData)
    with pytest.raises(type(failed)):
        many.answer_all(ReverseQuestion(CALLER, *wrong))


def test_a_client_that_has_gone_ends_all_questions(service, sources):
    hung = {"backend": "blocking", "hangs": True, "matches": {}}
    many = service(hung=hung, gone={"matches": {}, "leaves": OTHER_CALLER})
    callers = [CALLER, OTHER_CALLER]
    with pytest.raises(RequestAbandoned):
        many.answer_each([ReverseQuestion(caller, "default", ["1"]) for caller in callers])
    assert sources.scripts["gone"].callers == callers
