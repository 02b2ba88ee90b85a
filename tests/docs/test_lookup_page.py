"""docs/lookup.md: its commands for the sample people answer what the page shows."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lookup.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))


def test_the_commands_of_the_page_answer_what_it_shows(printed_on_sample):
    (first,) = re.findall(r"\A# Looking people up\n\n```sh\n(.*?)```", PAGE, re.DOTALL)
    browse, groups = re.findall(r"^\$ (curl .*/browse/.*)$", PAGE, re.MULTILINE)
    printed = printed_on_sample("\necho\n".join((first, browse, groups)))
    found, part, counted = map(json.loads, filter(None, printed.splitlines()))
    assert len(found["results"]) > 1
    names = [result["column_values"][0] for result in part["results"]]
    assert names == ["Maëlys Fournier", "Małgorzata Żak"]
    assert all(name in PAGE for name in names)
    assert json.dumps(part["groups"], separators=(",", ":")) in PAGE
    assert json.dumps(counted["items"][0], separators=(",", ":"))[:40] in PAGE
