"""How the bodies of answers are read: charsets, CSV as programs write it, and what is no CSV."""

import codecs
import re
from collections.abc import Callable

import pytest

from plugins.backends.csv_ws.conftest import MakeBackend
from servers.faulty_http import HttpAnswer
from xivo_dird.backend import SourceUnavailable
from xivo_dird.testing import CALLER

Answering = Callable[[HttpAnswer], str]

CSV = "text/csv; charset=utf-8"
ADA = {"id": "17", "name": "Ada", "number": "2045"}

READ_AS_ADA = {
    "LF": b"id,name,number\n17,Ada,2045\n",
    "CRLF": b"id,name,number\r\n17,Ada,2045\r\n",
    "CR": b"id,name,number\r17,Ada,2045\r",
    "no last line end": b"id,name,number\n17,Ada,2045",
    "a byte order mark": codecs.BOM_UTF8 + b"id,name,number\n17,Ada,2045\n",
    "UTF-16": "id,name,number\n17,Ada,2045\n".encode("utf-16"),
    "quotes": b'"id","name","number"\n"17","Ada","2045"\n',
    "blanks": b"id, name ,number\n17, Ada ,2045\n",
    "blank lines": b"\n\nid,name,number\n\n17,Ada,2045\n\n",
    "surplus cells": b"id,name,number\n17,Ada,2045,x,y\n",
    "a separator line": b"sep=;\nid;name;number\n17;Ada;2045\n",
    "another separator": b"id;name;number\n17;Ada;2045\n",
    "a formula guard": b'id,name,number\n17,="Ada",2045\n',
    "a row with an open quote": b'id,name,number\n17,Ada,2045\n18,"Bo,2046\n',
}


@pytest.mark.parametrize("body", READ_AS_ADA.values(), ids=READ_AS_ADA)
def test_csv_is_read_as_programs_write_it(
    make_backend: MakeBackend, answering: Answering, body: bytes
) -> None:
    backend = make_backend(answering(HttpAnswer(body=body, content_type=CSV)))
    assert list(backend.search("x", CALLER)) == [ADA]
    assert backend.first_match("2045", CALLER) == ADA


def test_a_short_row_lacks_fields(make_backend: MakeBackend, answering: Answering) -> None:
    body = b"id,name,number\n17\n18,Bo\n"
    rows = list(make_backend(answering(HttpAnswer(body=body, content_type=CSV))).search("x", CALLER))
    assert rows == [{"id": "17"}, {"id": "18", "name": "Bo"}]


def test_a_quoted_cell_keeps_line_breaks_and_a_nul(make_backend: MakeBackend, answering: Answering) -> None:
    body = b'id,name\n17,"Ada\nStern, ""A."""\n18,B\0o\n'
    rows = list(make_backend(answering(HttpAnswer(body=body, content_type=CSV))).search("x", CALLER))
    assert rows == [{"id": "17", "name": 'Ada\nStern, "A."'}, {"id": "18", "name": "B\0o"}]


def test_a_long_row_is_read_and_an_extreme_one_is_an_error(
    make_backend: MakeBackend, answering: Answering
) -> None:
    body = b"name\n" + b"x" * 100_000 + b"\n"
    (row,) = make_backend(answering(HttpAnswer(body=body, content_type=CSV))).search("x", CALLER)
    assert len(str(row["name"])) == 100_000
    url = answering(HttpAnswer(body=b"name\n" + b"x" * 2_000_000, content_type=CSV))
    with pytest.raises(SourceUnavailable, match=f"{url}, line 2: longer than the limit"):
        list(make_backend(url).search("x", CALLER))


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/csv; charset=utf-8", "utf-8"),
        ('TEXT/CSV; Charset="UTF-8"', "utf-8"),
        ("text/csv; header=present; charset=windows-1252", "cp1252"),
        ("text/plain; charset=iso-8859-15", "iso-8859-15"),
        ("application/csv; charset=utf-16-le", "utf-16-le"),
        ("text/csv", "iso-8859-1"),
        ("text/html", "iso-8859-1"),
        ("text/plain; charset=", "iso-8859-1"),
        ("application/octet-stream", "utf-8"),
        ("application/csv", "cp1252"),
        (None, "utf-8"),
    ],
)
def test_the_content_type_names_the_charset(
    make_backend: MakeBackend, answering: Answering, content_type: str | None, encoding: str
) -> None:
    body = "id,name\n17,Müller Zoë\n".encode(encoding)
    backend = make_backend(answering(HttpAnswer(body=body, content_type=content_type)))
    assert [row["name"] for row in backend.search("x", CALLER)] == ["Müller Zoë"]


@pytest.mark.parametrize("content_type", ["text/csv", "Text/CSV; header=present"])
def test_utf_8_without_a_charset_is_read_as_the_contract_says(
    make_backend: MakeBackend, answering: Answering, content_type: str
) -> None:
    backend = make_backend(answering(HttpAnswer(body="name\né\n".encode(), content_type=content_type)))
    assert [row["name"] for row in backend.search("x", CALLER)] == ["Ã©"]


@pytest.mark.parametrize("charset", ["klingon", "base64", "undefined", "x" * 1000, "a\0b"])
def test_an_unknown_charset_is_an_error_that_names_it(
    make_backend: MakeBackend, answering: Answering, charset: str
) -> None:
    url = answering(HttpAnswer(body=b"name\nAda\n", content_type=f"text/csv; charset={charset}"))
    with pytest.raises(SourceUnavailable) as raised:
        list(make_backend(url).search("x", CALLER))
    assert raised.value.message.startswith(f"{url}: answered in a charset that is not known, ")
    assert len(raised.value.message) < 400


@pytest.mark.parametrize(
    ("body", "content_type", "found"),
    [
        (b"<!DOCTYPE html><html>", "text/html", "an HTML or XML page"),
        (b"\n  <html><body>Sign in</body></html>", "text/csv", "an HTML or XML page"),
        (codecs.BOM_UTF8 + b"<html>", CSV, "an HTML or XML page"),
        ("<html>".encode("utf-16"), CSV, "an HTML or XML page"),
        (b'<?xml version="1.0"?><people/>', "application/xml", "an HTML or XML page"),
        (b'{"error": "no licence"}', "Application/JSON", "application/json"),
        (b'{"title": "no"}', "application/problem+json; charset=utf-8", "application/problem+json"),
    ],
)
def test_a_page_and_json_are_errors_not_contacts(
    make_backend: MakeBackend, answering: Answering, body: bytes, content_type: str, found: str
) -> None:
    url = answering(HttpAnswer(body=body, content_type=content_type))
    with pytest.raises(SourceUnavailable, match=re.escape(f"{url}: answered no CSV, but {found}")):
        list(make_backend(url).search("x", CALLER))


def test_csv_that_is_called_a_page_is_read(make_backend: MakeBackend, answering: Answering) -> None:
    url = answering(
        HttpAnswer(body=b"id,name,number\n17,Ada,2045\n", content_type="text/html; charset=utf-8")
    )
    assert list(make_backend(url).search("x", CALLER)) == [ADA]


@pytest.mark.parametrize("answer", [HttpAnswer(), HttpAnswer(body=b"\r\n \r\n"), HttpAnswer(204)])
def test_an_empty_answer_has_no_rows_and_no_warning(
    make_backend: MakeBackend, answering: Answering, answer: HttpAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    backend = make_backend(answering(answer))
    assert list(backend.search("x", CALLER)) == []
    assert backend.first_match("2045", CALLER) is None
    assert caplog.records == []


def test_only_a_status_of_200_has_rows(make_backend: MakeBackend, answering: Answering) -> None:
    url = answering(HttpAnswer(203, b"id,name,number\n17,Ada,2045\n"))
    with pytest.raises(SourceUnavailable, match=f"{url}: answered 203, not 200"):
        list(make_backend(url).search("x", CALLER))


def test_a_malformed_line_is_an_error_that_names_it(make_backend: MakeBackend, answering: Answering) -> None:
    url = answering(HttpAnswer(body=b'id,"name\n17,Ada\n', content_type=CSV))
    with pytest.raises(SourceUnavailable, match=f"{url}, line 1: the header has a quotation mark"):
        list(make_backend(url).search("x", CALLER))


def test_what_is_wrong_with_each_answer_is_logged_once(
    make_backend: MakeBackend, answering: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'id;nome;number\n17;Ad\xff;2045\n18;"Bo;2046\n19;x;1;2;3\n'
    url = answering(HttpAnswer(body=body, content_type=CSV))
    backend = make_backend(url)
    for _ in range(5):
        assert len(list(backend.search("x", CALLER))) == 2
    messages = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(messages) == 4
    assert all(message.startswith(url) for message in messages)
    assert not [message for message in messages if "2045" in message or "Bo" in message]
