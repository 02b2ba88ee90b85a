"""benchmarks/soak: what grows between the second and the last quarter of a run is named."""

from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MEGABYTE = 1_000_000


@pytest.fixture
def figures(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from soak import figures

    return figures


def samples_of(figures, **changes):
    """Return 40 samples; a function of the sample's number gives each value that changes."""
    steady = {"memory": 200 * MEGABYTE, "threads": 50, "descriptors": 60, "disk": 30 * MEGABYTE}
    return [
        figures.Sample(**{**steady, **{name: value(number) for name, value in changes.items()}})
        for number in range(40)
    ]


def test_a_steady_run_has_not_grown(figures):
    assert figures.growth(samples_of(figures)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory", lambda number: (200 + 2 * number) * MEGABYTE),
        ("threads", lambda number: 50 + number),
        ("descriptors", lambda number: 60 + number),
        ("disk", lambda number: (30 + number) * MEGABYTE),
    ],
)
def test_what_grows_all_the_time_is_named(figures, name, value):
    (line,) = figures.growth(samples_of(figures, **{name: value}))
    assert line.startswith(name)
    assert "second quarter" in line


def test_a_peak_and_a_warm_up_are_no_growth(figures):
    peak = samples_of(figures, memory=lambda number: (900 if number == 39 else 200) * MEGABYTE)
    warm_up = samples_of(figures, memory=lambda number: (50 if number < 10 else 200) * MEGABYTE)
    assert figures.growth(peak) == figures.growth(warm_up) == []


def test_a_run_of_three_samples_is_too_short(figures):
    assert "too short" in figures.growth(samples_of(figures)[:3])[0]


def test_the_latencies_of_a_line_are_those_since_the_last_one(figures):
    answers = figures.Answers()
    for number in range(1, 101):
        answers.add(200, number / 1000)
    median, p99 = answers.take_percentiles()
    assert (round(median, 4), round(p99, 3)) == (0.0505, 0.1)
    assert answers.take_percentiles() == (0.0, 0.0)
    assert answers.statuses == {"200": 100}
