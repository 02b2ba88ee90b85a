"""What axe-core finds in a page."""

from importlib.resources import files

from playwright.sync_api import Page

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RUN = "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"


def violations(tab: Page) -> list[str]:
    """Return a line for each element that a rule of axe-core finds; its scripts run beside those of the page."""
    if not tab.evaluate("'axe' in self"):
        tab.evaluate(_AXE)
    found = tab.evaluate(_RUN)
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]
    ]
