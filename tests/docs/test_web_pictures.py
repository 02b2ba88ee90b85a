"""docs/pictures/web: small pictures of the web page, which docs/web.md shows. `make docs` takes them."""

import struct

import pytest

from docs.phone_pictures import ROOT
from docs.web_pictures import TAKEN, WEB_PICTURES, web_picture_file

MAX_BYTES_OF_ALL = 2_000_000
PAGE = ROOT / "docs" / "web.md"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_has_the_size_of_its_window_and_is_shown(name):
    data = web_picture_file(name).read_bytes()
    assert data.startswith(SIGNATURE)
    assert struct.unpack(">II", data[16:24]) == TAKEN[name].size
    assert f"](pictures/web/{name}.png)" in PAGE.read_text(encoding="utf-8")


def test_the_pictures_are_small_and_all_are_taken_by_make_docs():
    files = set(WEB_PICTURES.iterdir())
    assert files == set(map(web_picture_file, TAKEN))
    assert sum(file.stat().st_size for file in files) < MAX_BYTES_OF_ALL
