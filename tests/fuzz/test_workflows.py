"""Generated workflows over the API description: each request uses what an earlier answer has returned."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fuzz.corpus import PHONEBOOK, PHONEBOOK_CONTACT
from fuzz.target import Samples, create_target, first_defect
from servers.daemon import TOKEN

WORKFLOWS = 55
STEPS = 10
MIN_CALLS = 400
"""Fewer would mean that the workflows are not linked any more."""

MIN_OPERATIONS = 50

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

SAMPLE_IDS = {"phonebook_uuid": PHONEBOOK, "contact_uuid": PHONEBOOK_CONTACT}
"""Path parameters of operations with which a workflow can begin, and what stands for an existing id."""

generated = settings(
    max_examples=WORKFLOWS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def daemon(tmp_path):
    with create_target(tmp_path) as daemon:
        yield daemon


def workflows(daemon, called):
    """Return the class of workflows; schemathesis infers the links between operations from the description.

    Each workflow begins with new samples and without what earlier ones have stored, so that it is the same in every
    run. `called` gets the operation of each step.
    """
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{daemon.port}/0.1/api/openapi.json")
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    machine = schema.as_state_machine()
    samples = Samples(daemon.port)

    def setup(self):
        samples.delete_all()
        self.ids = samples.create()

    def step(self, step_input):
        case = step_input.case
        case.headers.pop("Wazo-Tenant", None)
        if step_input.transition is None:
            for name in SAMPLE_IDS.keys() & (case.path_parameters or {}).keys():
                case.path_parameters[name] = self.ids[SAMPLE_IDS[name].encode()].decode()
        called.append(case.operation.label)
        return machine.step(self, step_input)

    def validate_response(self, response, case, additional_checks=None, **kwargs):
        case.validate_response(response, checks=CHECKS)

    methods = {"setup": setup, "step": step, "validate_response": validate_response}
    return type("Workflows", (machine,), {**methods, "get_call_kwargs": _with_token})


def _with_token(self, case):
    return {"headers": {"X-Auth-Token": TOKEN}}


@pytest.mark.timeout(600)
def test_linked_requests_are_answered_as_described(daemon):
    called: list[str] = []
    workflows(daemon, called).run(settings=generated)
    assert len(called) >= MIN_CALLS
    assert len(set(called)) >= MIN_OPERATIONS
    defect = first_defect(daemon.log_file.read_text(encoding="utf-8"))
    assert not defect, defect
