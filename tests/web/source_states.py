"""Sources in each state that a source can have, and what the page of the sources shows of them."""

import json
import re

from waiting import wait_until
from web.site import FAILED, configuration, people, profile, token

REFRESH_MILLISECONDS = 5000
STATUS = "dird.status.read"

MISSING = {
    "tenant": "main",
    "name": "gone",
    "backend": "csv",
    "file": "gone.csv",
    "searched_columns": ["name"],
}
"""A source whose file does not exist."""

MAX_FAILURES = 3
"""As many failures of a source open its breaker."""

QUESTIONS = {"broken": 1, "breaker": MAX_FAILURES + 1, "default": 1}
"""How often each profile is asked."""


def states_configuration(folder, hung, *sources):
    """Return a configuration with a source for each state, each in a profile of its own.

    Args:
        folder: Where the files of the daemon are.
        hung: A web service that does not answer.
        sources: Further sources, which are not asked.
    """
    late = profile("late", "hung")
    late["services"]["lookup"]["options"] = {"timeout": 0.3}
    profiles = [late, profile("broken", "broken"), profile("breaker", "skipped")]
    config = configuration(folder, people(folder, "crew"), MISSING, profiles=profiles)
    idle = {**FAILED, "name": "idle"}
    config["provisioning"]["sources"] += [hung.source("hung"), FAILED, {**FAILED, "name": "skipped"}, idle]
    config["provisioning"]["sources"] += sources
    config["lookup"]["breaker_failures"] = MAX_FAILURES
    config["auth"]["tokens"].append(token("watcher", STATUS))
    return config


def ask_all(daemon):
    """Send questions to each source but the idle one, so that it has its state."""
    for name, count in QUESTIONS.items():
        for number in range(count):
            daemon.get(f"/directories/lookup/{name}", term=f"ada {number}")
    wait_until(lambda: _is_late(daemon, "hung"))


def _is_late(daemon, name):
    """Return whether a source was late; on a busy machine, a question may not even begin in time."""
    daemon.get("/directories/lookup/late", term="ada")
    return source_report(daemon.get("/status").json, name)["status"] == "late"


def source_report(status, name):
    """Return the report of a source in a status."""
    return next(source for source in status["sources"].values() if source["name"] == name)


def source_row(page, name):
    """Return the row of a source."""
    header = page.tab.get_by_role("rowheader", name=re.compile(rf"^{re.escape(name)} "))
    return page.rows.filter(has=header)


def change_status(page, change):
    """Pass each status that the daemon answers through a function."""

    def answer(route):
        status = route.fetch().json()
        change(status)
        route.fulfill(body=json.dumps(status), content_type="application/json")

    page.tab.route("**/0.1/status", answer)


def refresh(page):
    """Move the clock to the next refresh, and wait for its answer."""
    with page.tab.expect_response("**/0.1/status"):
        page.tab.clock.run_for(REFRESH_MILLISECONDS)
