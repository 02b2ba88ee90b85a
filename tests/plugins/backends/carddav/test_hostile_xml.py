"""XML bombs, outer entities and answers of strange shapes: refused early, without requests, and in little memory."""

import tracemalloc

import pytest

from servers.card_server import NAMESPACES, multistatus, response
from waiting import assert_prompt
from xivo_dird_backends.carddav.multistatus import MalformedXml, parse_answer

ETAG = '<getetag>"1"</getetag>'


def xml(content: str) -> bytes:
    return multistatus(content).body


def propstat(properties: str, status: str) -> str:
    return f"<propstat><prop>{properties}</prop><status>{status}</status></propstat>"


@pytest.mark.parametrize("status", ["404 Not Found", "403", "507 Insufficient Storage", "500", "301 x"])
def test_properties_that_are_refused_are_not_read(status):
    parts = propstat(ETAG, f"HTTP/1.1 {status}") + propstat("<displayname>x</displayname>", "HTTP/1.1 200")
    (item,) = parse_answer(xml(f"<response><href>a.vcf</href>{parts}</response>")).items
    assert [*item.properties] == ["{DAV:}displayname"]


DECLARED = '<?xml version="1.0"?>'
BOMB = f"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><multistatus {NAMESPACES}>&b;</multistatus>"
XXE = f"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><multistatus {NAMESPACES}>&a;</multistatus>"
REFUSED = {
    "a bomb in UTF-16": BOMB.encode("utf-16"),
    "a bomb in UTF-16 with its name": f"<?xml version='1.0' encoding='utf-16'?>{BOMB}".encode("utf-16"),
    "an outer entity in UTF-16": XXE.encode("utf-16"),
    "in UTF-16 without a mark": f"<?xml version='1.0' encoding='utf-16be'?>{XXE}".encode("utf-16-be"),
    "in Latin-1": f"<?xml version='1.0' encoding='iso-8859-1'?>{XXE}".encode(),
    "after a byte order mark": b"\xef\xbb\xbf" + XXE.encode(),
    "a parameter entity": b"<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'>%p;]><x/>",
    "a public document type": b"<!DOCTYPE x PUBLIC '-//A//B' 'http://127.0.0.1:1/x'><x/>",
    "default attributes": b"<!DOCTYPE x [<!ATTLIST x a CDATA 'b'>]><x/>",
    "an unparsed entity": b"<!DOCTYPE x [<!NOTATION n SYSTEM 'n'><!ENTITY a SYSTEM 'a' NDATA n>]><x/>",
    "an empty document type": b"<!DOCTYPE x><x/>",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_document_type_is_refused_in_any_encoding(body):
    with pytest.raises(MalformedXml, match="document type or entities, which are refused"):
        parse_answer(body)


BROKEN = {
    "UTF-7": f"<?xml version='1.0' encoding='utf-7'?>{BOMB}".replace("<!", "+ADwAIQ-").encode(),
    "EBCDIC": f"<?xml version='1.0' encoding='cp037'?>{XXE}".encode("cp037"),
    "no encoding": b"<?xml version='1.0' encoding=''?><x/>",
    "an unknown entity": xml("&xxe;"),
    "NUL": xml("\0"),
    "a reference to NUL": xml("&#0;"),
    "a lone surrogate": xml("&#xD800;"),
    "bytes that are no UTF-8": xml("").replace(b"></", b">\xff</"),
    "an open CDATA section": xml("<![CDATA["),
    "two roots": xml("") * 2,
    "an unknown prefix": xml("<evil:a/>"),
    "the same attribute twice": b"<x a='1' a='2'/>",
    "only a declaration": DECLARED.encode(),
    "JSON": b'{"multistatus": []}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_xml_is_an_error_without_its_text(body):
    with pytest.raises(MalformedXml) as raised:
        parse_answer(body)
    assert len(str(raised.value)) < 200


IGNORED = {
    "an inclusion": '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    "a stylesheet": '<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>',
    "a schema": '<x xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="u http://127.0.0.1:1/"/>',
    "a base": '<x xml:base="file:///etc/"/>',
    "a section": "<![CDATA[<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>]]>",
    "a comment": "<!-- <!DOCTYPE x> -->",
}


@pytest.mark.parametrize("content", IGNORED.values(), ids=IGNORED)
def test_what_names_other_files_is_not_followed(content):
    answer = parse_answer(xml(content + response("a.vcf", ETAG + content)))
    assert [(item.href, item.text("{DAV:}getetag")) for item in answer.items] == [("a.vcf", '"1"')]
    assert "root:" not in str(answer)


def _many(text: str, count: int) -> str:
    return "".join(text.format(number) for number in range(count))


NAMESPACE = "u" * 10_000
ATTRIBUTES, PREFIXED = _many("a{}='' ", 300_000), _many("b:a{}='' ", 900)
PREFIXES = _many("xmlns:a{}='u' ", 200_000)
EXPENSIVE = {
    "names of elements": (_many("<a{}/>", 300_000), "more than 1000 names"),
    "names of properties": (response("a", _many("<a{}/>", 300_000)), "more than 1000 names"),
    "names of attributes": (_many("<a a{}=''/>", 300_000), "more than 1000 names"),
    "attributes": (f"<a {ATTRIBUTES}/>", "a tag has more than"),
    "namespaces": (f"<a {PREFIXES}/>", "a tag has more than"),
    "elements of a long one": (f"<a xmlns='{NAMESPACE}'>{_many('<a{}/>', 100_000)}</a>", "a namespace has"),
    "attributes of a long one": (f"<a xmlns:b='{NAMESPACE[:5000]}' {PREFIXED}/>" * 20, "a namespace has"),
    "a huge namespace": (f"<a xmlns='{NAMESPACE * 50}'>{_many('<a{}/>', 1000)}</a>", "a tag has more than"),
    "a long name": (f"<{'a' * 3_000_000}/>", "a tag has more than"),
    "a long comment": (f"<!--{'a' * 3_000_000}-->", "a tag has more than"),
    "depth": ("<a>" * 300_000, "more than 32 elements are nested"),
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_an_answer_that_is_expensive_to_parse_is_refused_early(name):
    content, reason = EXPENSIVE[name]
    body = xml(content)
    tracemalloc.start()
    try:
        with assert_prompt(), pytest.raises(MalformedXml, match=reason):
            parse_answer(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024**2


def test_responses_that_say_nothing_take_no_memory():
    body = xml("<response/>" * 50_000)
    tracemalloc.start()
    try:
        assert parse_answer(body).items == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1024**2


@pytest.mark.parametrize("text", ["x" * 1_000_000, "<![CDATA[" + "<x\n>" * 200_000 + "]]>", "&lt;" * 200_000])
def test_a_long_text_is_no_long_tag(text):
    (item,) = parse_answer(xml(response("a.vcf", f"<getetag>{text}</getetag>"))).items
    assert len(item.text("{DAV:}getetag")) >= 200_000
