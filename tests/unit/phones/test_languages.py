"""Labels of phones: the catalogue of each language, and which language a header asks for."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from xivo_dird.phones import languages
from xivo_dird.phones.languages import LANGUAGES, MAX_HEADER_CHARACTERS, labels, language_of

TRANSLATIONS = Path(languages.__file__).with_name("translations")
TRANSLATED = [language for language in LANGUAGES if language != "en"]
SOFT_KEY = "Soft key, at most 10 characters."

LABELS_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from xivo_dird.phones.languages import labels, language_of

language = language_of("fr-CA, en;q=0.5")
labels("en")("Dial")
print(language, any(name.partition(".")[0] == "babel" for name in sys.modules))
barrier = Barrier(16)

def label(_):
    barrier.wait()
    return labels(language)

with ThreadPoolExecutor(16) as pool:
    found = set(pool.map(label, range(16)))
print(len(found), *(translate("Dial") for translate in found))
"""


def read(path, locale=None):
    """Return the messages of a catalogue without its header, by their ids."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=locale, abort_invalid=True)
    assert [errors for _, errors in catalog.check()] == []
    assert catalog.obsolete == {}
    return {message.id: message for message in catalog if message.id}


@pytest.fixture(scope="module")
def template():
    """Return the messages that every catalogue has."""
    return read(TRANSLATIONS / "phones.pot")


@pytest.fixture(params=TRANSLATED)
def language(request):
    """Return each language that has a catalogue."""
    return request.param


@pytest.fixture
def catalogue(language):
    """Return the messages of the language."""
    return read(TRANSLATIONS / language / "LC_MESSAGES" / "phones.po", language)


def test_every_language_has_a_folder_and_each_only_one_territory():
    assert sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir()) == sorted(TRANSLATED)
    assert len({language.partition("_")[0] for language in LANGUAGES}) == len(LANGUAGES)


def test_a_catalogue_has_exactly_the_messages_of_the_template(template, catalogue):
    assert list(catalogue) == list(template)


def test_a_catalogue_has_the_comments_of_the_template(template, catalogue):
    comments = {name: message.auto_comments for name, message in template.items()}
    assert {name: message.auto_comments for name, message in catalogue.items()} == comments


def test_every_message_is_translated(catalogue):
    texts = {name: message.string for name, message in catalogue.items()}
    assert [name for name, text in texts.items() if not text.strip() or text != text.strip()] == []
    assert [name for name, message in catalogue.items() if message.fuzzy] == []


def test_labels_are_the_translations_of_the_catalogue(language, catalogue):
    translate = labels(language)
    assert {name: translate(name) for name in catalogue} == {
        name: message.string for name, message in catalogue.items()
    }


def test_english_labels_are_the_message_ids(template):
    assert {labels("en")(name) for name in template} == set(template)


@pytest.mark.parametrize(
    "label", ["Dial", "Exit", "Search", "Previous", "Next", "Select", "PrevPage", "NextPage"]
)
def test_a_soft_key_has_at_most_10_characters(template, label):
    assert " ".join(template[label].auto_comments).startswith(SOFT_KEY)
    assert {text for text in (labels(language)(label) for language in LANGUAGES) if len(text) > 10} == set()


def test_soft_keys_that_are_shown_together_differ(language):
    translate = labels(language)
    for keys in (
        ("Dial", "Exit", "Search", "Select", "Previous", "Next"),
        ("Dial", "Exit", "Search", "Select", "PrevPage", "NextPage"),
    ):
        assert len({translate(key) for key in keys}) == len(keys)


@pytest.mark.parametrize(
    ("language", "label", "text"),
    [
        ("fr", "No entries", "Aucune entrée"),
        ("de", "Next Page", "Nächste Seite"),
        ("pt_BR", "Name or number", "Nome ou número"),
        ("fr", "Ada Stern", "Ada Stern"),
        ("en", "Ada Stern", "Ada Stern"),
    ],
)
def test_labels_are_translated_and_other_texts_stay(language, label, text):
    assert labels(language)(label) == text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("fr_CA", "fr"),
        ("de-Latn-CH-1996", "de"),
        ("es-419", "es"),
        ("pt", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("pt_br", "pt_BR"),
        ("en-GB,fr", "en"),
        ("ja, nl;q=0.3", "nl"),
        ("fr;q=0.5, it", "it"),
        ("fr;q=0.5,it;q=0.51,de;q=0.499", "it"),
        ("it, fr", "it"),
        ("fr;q=0.001", "fr"),
        ("fr;q=1.000, de", "fr"),
        ("fr;q=0., de;q=0.1", "de"),
        ("fr ;\tQ=0.2 ,\tde; q=0.1", "fr"),
        (",, ,fr,", "fr"),
        ("fr;q=0", "en"),
        ("fr;q=0.000, de;q=0.1", "de"),
        ("fr-CA;q=0, fr", "fr"),
        ("fr-CA, de;q=0.7, fr;q=0.5", "fr"),
        ("gibberish,fr-CA,*q=nothing", "fr"),
    ],
)
def test_the_accepted_language_of_the_highest_quality_is_found(header, language):
    assert language_of(header) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("*", "nl"),
        ("*;q=0", "nl"),
        ("ja", "nl"),
        ("nl;q=0", "nl"),
        ("*, fr;q=0.5", "nl"),
        ("*;q=0.5, fr", "fr"),
        ("fr, *", "fr"),
        ("nl;q=0.1, *;q=0", "nl"),
        ("nl;q=0, *", "en"),
        ("nl;q=0, en;q=0, *;q=0.1", "de"),
    ],
)
def test_any_language_is_the_default_unless_it_is_refused(header, language):
    assert language_of(header, "nl") == language


@pytest.mark.parametrize(
    "entry",
    [
        "fr;q=",
        "fr;q=1e999",
        "fr;q=inf",
        "fr;q=nan",
        "fr;q=-1",
        "fr;q=2",
        "fr;q=1.001",
        "fr;q=0.1234",
        "fr;q=0.5;q=0.6",
        "fr;level=1",
        "fr;",
        ";q=1",
        "fr de",
        "fr-",
        "fr--CA",
        "fr-\x00",
        "\x00fr",
        "fr\r\nX: y",
        "fr\n",
        "fr-*",
        "*-fr",
        "**",
        "fr-é",
        "\uff46\uff52",
        "fr;q=0.٣",
        "français",
        "日本語",
        "\ud800",
        "../fr",
        "fr/LC_MESSAGES",
        "%s",
    ],
)
def test_a_malformed_entry_is_ignored(entry):
    assert language_of(entry) == "en"
    assert language_of(f"{entry}, it;q=0.001") == "it"


@pytest.mark.parametrize(
    "header",
    ["x" * 10_000, "," * 10_000, "fr-" * 3_334, ";q=" * 3_334, "*" * 10_000, " " * 10_000, "\x00" * 10_000],
)
def test_a_long_hostile_header_finds_the_default(header):
    assert language_of(header) == "en"
    assert language_of(f"it,{header}") == "it"


def test_what_follows_the_limit_is_ignored():
    filler = "," * (MAX_HEADER_CHARACTERS - len("fr;q=0.3"))
    assert language_of(f"{filler}fr;q=0.3") == "fr"
    assert language_of(f"{filler},fr;q=0.3") == "en"
    assert language_of(f"{filler}{filler}fr,de,") == "en"


def test_an_entry_that_the_limit_cuts_off_is_ignored():
    start = "de;q=0.1".ljust(MAX_HEADER_CHARACTERS - len("fr"), ",")
    assert language_of(f"{start}fr;q=0.05") == "de"


@pytest.mark.parametrize("language", ["", "xx", "pt", "pt-BR", "FR", "../fr", "*"])
def test_an_unknown_language_is_an_error_that_names_it(language):
    with pytest.raises(ValueError, match="no language") as of_default:
        language_of("fr", language)
    with pytest.raises(ValueError, match="no language") as of_labels:
        labels(language)
    assert repr(language) in str(of_default.value)
    assert repr(language) in str(of_labels.value)


def test_babel_is_imported_and_a_catalogue_read_once_and_when_needed():
    output = subprocess.run(
        [sys.executable, "-c", LABELS_AT_ONCE], capture_output=True, check=True, encoding="utf-8", timeout=60
    ).stdout
    assert output.splitlines() == ["fr False", "1 Appeler"]
