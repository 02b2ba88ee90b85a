"""The web page in Chromium: from the keystroke to the people on the screen."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from daemons import Bench, csv_source, daemon, running
from people import SHORT_TERMS, People
from playwright.sync_api import Page
from table import Row, at_most

from rows.hung_source import hung_source
from servers.daemon import TOKEN
from web.browser import chromium
from web.directory_page import DirectoryPage

SAMPLE = Path(__file__).parents[2] / "etc" / "xivo-dird" / "sample" / "people.csv"
SAMPLE_TERMS = ("m", "ma", "mar", "marchand", "a", "am", "2001", "0199", "zoe", "delmas")
TYPED_LETTERS = ("a", "an", "b", "ba")
"""Terms that a large part of a million people have."""

LIMIT, LARGE_LIMIT = 100.0, 200.0
"""Milliseconds; a letter of a large directory shows as many people as the page asks for, 200."""

TIMEOUT = 1.0

_PAINTED_AFTER = """
async (term) => {
  const field = document.querySelector("input[type=search]");
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new InputEvent("input", {bubbles: true}));
  };
  const frame = () => new Promise(requestAnimationFrame);
  const hasPeople = () => document.querySelector("tbody tr") !== null;
  type("");
  while (hasPeople()) await frame();
  const typedAt = performance.now();
  type(term);
  while (!hasPeople()) await frame();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - typedAt;
}
"""
"""Types a term, and returns the milliseconds until the first people are painted."""


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the sample, then the largest file beside a source that hangs; the slowest term of each counts."""
    sample = People(str(SAMPLE), 0, SAMPLE_TERMS, ())
    started = daemon(bench.folder_of("page-sample"), [csv_source(sample)])
    with running(started, SAMPLE_TERMS[0]):
        slowest = _slowest(bench, started.port, SAMPLE_TERMS)
    yield at_most(LIMIT, "page, sample: keystroke to people on the screen (ms)", slowest)
    people = bench.people(bench.lines)
    folder = bench.folder_with_index("page-large", bench.lines)
    with hung_source() as hung:
        started = daemon(folder, [csv_source(people), hung], TIMEOUT)
        with running(started, people.terms[0]):
            terms = [*TYPED_LETTERS, *SHORT_TERMS, *people.terms[:10]]
            slowest = _slowest(bench, started.port, terms)
    yield at_most(LARGE_LIMIT, f"page, {bench.lines:,} contacts, another source hangs (ms)", slowest)


def _slowest(bench: Bench, port: int, terms: Sequence[str]) -> float:
    """Return the milliseconds of the slowest term, each in its fastest round: other work of the machine only adds."""
    with chromium() as browser:
        page = DirectoryPage(browser.new_context(locale="en-US").new_page(), f"http://127.0.0.1:{port}/")
        page.open()
        page.send_token(TOKEN)
        page.shows_search()
        rounds = range(bench.rounds + 1)
        return max(min(_painted_after(page.tab, term) for _ in rounds) for term in terms)


def _painted_after(tab: Page, term: str) -> float:
    return float(tab.evaluate(_PAINTED_AFTER, term))
