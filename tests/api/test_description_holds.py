"""Requests that the API's own description allows, made up by the hundred: none of them is a 500."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from api.planted import plant, value_for

ANSWERS = {200, 201, 204, 400, 401, 404, 409}

made_up = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def ask_what_is_allowed(operation, known):
    """Make up requests of one operation, and send each; `known` path values replace the made-up ones."""

    @made_up
    @given(case=operation.as_strategy())
    def ask(case):
        case.path_parameters = {**(case.path_parameters or {}), **known}
        response = case.call(headers={"X-Auth-Token": "admin"})
        assert response.status_code in ANSWERS, (case.method, case.formatted_path, response.text)

    ask()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("aimed", [False, True], ids=["anywhere", "at what exists"])
def test_no_described_request_is_a_500(daemon, aimed):
    planted = plant(daemon)
    schema = schemathesis.openapi.from_wsgi("/0.1/api/api.yml", daemon.controller.application)
    described = list(schema.get_all_operations())
    operations = [each.ok() for each in described if isinstance(each, Ok)]
    assert len(operations) == len(described) > 60
    for operation in operations:
        names = [parameter.name for parameter in operation.path_parameters] if aimed else []
        values = {name: value_for(planted, operation.path, name) for name in names}
        ask_what_is_allowed(operation, {name: value for name, value in values.items() if value is not None})
