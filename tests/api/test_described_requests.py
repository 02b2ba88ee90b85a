"""Generated requests that the API description allows: none of them is answered with a 500."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from api.samples import create_samples, path_value

ALLOWED_STATUSES = {200, 201, 204, 400, 401, 404, 409}

generated = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def send_generated_requests(operation, path_values):
    """Generate requests of one operation, with these path values, and check the status of each answer."""

    @generated
    @given(case=operation.as_strategy())
    def send(case):
        case.path_parameters = {**(case.path_parameters or {}), **path_values}
        response = case.call(headers={"X-Auth-Token": "admin"})
        assert response.status_code in ALLOWED_STATUSES, (case.method, case.formatted_path, response.text)

    send()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("db_uri", "use_samples"),
    [
        ("sqlite", True),
        ("postgresql", True),
        ("postgresql", False),
    ],  # PostgreSQL is stricter with unknown ids
    ids=["sqlite-existing ids", "postgresql-existing ids", "postgresql-generated ids"],
    indirect=["db_uri"],
)
def test_no_described_request_is_a_500(daemon, use_samples):
    samples = create_samples(daemon)
    schema = schemathesis.openapi.from_wsgi("/0.1/api/openapi.json", daemon.controller.application)
    results = list(schema.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results) > 60
    for operation in operations:
        names = [parameter.name for parameter in operation.path_parameters] if use_samples else []
        values = {name: path_value(samples, operation.path, name) for name in names}
        send_generated_requests(
            operation, {name: value for name, value in values.items() if value is not None}
        )
