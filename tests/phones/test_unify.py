"""The answer of a Unify phone's second request, which dials the selected line."""

import re

import pytest

from api.conftest import USER, Daemon
from phones.people import CREW, phone_configuration

LOOKUP = f"/directories/lookup/default/{USER}/unify"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(phone_configuration(tmp_path_factory.mktemp("daemon"), CREW)) as daemon:
        yield daemon


def questions(daemon):
    """Return how often the source has been asked."""
    metrics = daemon.request("GET", "/0.1/metrics").text
    return sum(
        float(n) for n in re.findall(r"^dird_source_outcomes_total\{.*\} (\S+)$", metrics, re.MULTILINE)
    )


@pytest.mark.parametrize("query", [{}, {"term": "crew", "limit": 2, "offset": 2}])
def test_a_selected_line_is_dialled_without_asking_a_source(daemon, query):
    asked = questions(daemon)
    response = daemon.get(LOOKUP, dial="+1555*9#", **query)
    assert '<IppAction Type="MAKECALL"><Number>+1555*9#</Number></IppAction>' in response.text
    assert "Crew" not in response.text
    assert questions(daemon) == asked
    assert "Crew 01" in daemon.get(LOOKUP, term="crew").text
    assert questions(daemon) == asked + 1
