"""A text has all grams of the terms that it contains, so that no entry is missed."""

from xivo_dird.index.grams import GRAM_SIZE, encode_texts, gram_prefixes, grams

TEXTS = ["Ada", "ada lovelace", "\u00e9t\u00e9", "\u7530\u4e2d 1", "a", "", "\U0001f600\x7f\x1f", "aaaa"]


def grams_of(encoded):
    """Return what the tokenizer makes of an encoded text: every three characters in a row."""
    return [encoded[start : start + GRAM_SIZE] for start in range(len(encoded) - GRAM_SIZE + 1)]


def parts(text):
    return {text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1)}


def test_every_byte_of_a_text_begins_a_gram():
    for text, encoded in zip(TEXTS, encode_texts(TEXTS), strict=True):
        found = grams_of(encoded)
        assert len(found) == len(text.encode())
        assert bytes(ord(gram[0]) & 0xFF for gram in found) == text.encode()


def test_texts_that_are_encoded_together_do_not_change_each_other():
    assert encode_texts(TEXTS) == [encode_texts([text])[0] for text in TEXTS]


def test_a_text_has_the_grams_of_each_of_its_parts():
    for text, encoded in zip(TEXTS, encode_texts(TEXTS), strict=True):
        found = set(grams_of(encoded))
        for part in parts(text):
            assert grams(part) <= found
            assert bool(grams(part)) == (len(part.encode()) > GRAM_SIZE)


def test_the_grams_of_a_short_part_begin_with_one_of_its_prefixes():
    for text, encoded in zip(TEXTS, encode_texts(TEXTS), strict=True):
        for part in parts(text):
            if len(part.encode()) <= GRAM_SIZE:
                prefixes = tuple(gram_prefixes(part))
                assert any(gram.startswith(prefixes) for gram in grams_of(encoded))


def test_a_gram_tells_nearly_four_bytes():
    """The class of the fourth byte tells most of the texts apart that share three bytes."""
    assert len({next(iter(grams(f"ada{last}"))) for last in range(8)}) == 8
    assert len(set(gram_prefixes("ad"))) == 8


def test_a_long_term_has_the_grams_of_its_beginning():
    term = "".join(chr(0x100 + number) for number in range(60))
    first = grams(term[:13])
    assert len(first) == 24 - 1
    assert len(grams(term)) == 24
    assert first < grams(term)
