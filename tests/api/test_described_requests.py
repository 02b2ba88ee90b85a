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


@pytest.fixture(scope="module")
def described_requests(shared_daemon):
    """Generate requests of every operation, once for all stores; return them with their operations."""
    schema = schemathesis.openapi.from_wsgi("/0.1/api/openapi.json", shared_daemon.controller.application)
    results = list(schema.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results) > 60
    return [(operation, generated_requests(operation)) for operation in operations]


def generated_requests(operation):
    """Generate requests of one operation; return them with the arguments that were generated for their path."""
    requests = []

    @generated
    @given(case=operation.as_strategy())
    def add(case):
        requests.append((case, case.path_parameters or {}))

    add()
    return requests


def send(daemon, case, path_values):
    """Send a request with these values in its path, and check the status of the answer."""
    case.path_parameters = path_values
    response = case.call(app=daemon.controller.application, headers={"X-Auth-Token": "admin"})
    assert response.status_code in ALLOWED_STATUSES, (case.method, case.formatted_path, response.text)


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
def test_no_described_request_is_a_500(daemon, use_samples, described_requests):
    samples = create_samples(daemon)
    for operation, requests in described_requests:
        names = [parameter.name for parameter in operation.path_parameters] if use_samples else []
        values = {name: path_value(samples, operation.path, name) for name in names}
        known = {name: value for name, value in values.items() if value is not None}
        for case, generated_values in requests:
            send(daemon, case, {**generated_values, **known})
