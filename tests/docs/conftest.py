"""The files that the documentation shows, written into a folder for a test."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = re.compile(r"^```\w+\n# file: (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def shown_files(tmp_path):
    """Return a function that writes the files shown by a page into a folder and returns the folder."""

    def write(page):
        folder = tmp_path / "shown"
        folder.mkdir()
        for name, text in SHOWN.findall((DOCS / page).read_text()):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        return folder

    return write
