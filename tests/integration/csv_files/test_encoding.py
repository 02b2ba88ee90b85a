"""Encodings that are found, with names as people have them."""

import io

import pytest

from xivo_dird.csv_files.encoding import check_encoding, encoding_by_mark, survey_text

WESTERN = ["Jérôme Müller", "François Lefèvre", "José Núñez", "Sören Åkesson", "Zoë Groß", "João Conceição"]
POLISH = ["Łukasz Wójcik", "Świętosława Błaszczyk", "Grażyna Żak", "Paweł Dąbrowski"]
CZECH = ["Tomáš Novotný", "Petr Černý", "Kateřina Němcová", "Jiří Dvořák"]
HUNGARIAN = ["László Szűcs", "Győző Kőműves", "Erzsébet Tóth"]
CROATIAN = ["Ivan Šarić", "Željko Kovačević", "Đurđica Babić", "Marija Jurić"]
ROMANIAN = ["Ştefan Ţuţea", "Gheorghe Brătianu", "Mihăiţă Înălţaru"]
RUSSIAN = ["Иван Петров", "Мария Кузнецова", "Екатерина Щукина", "Андрей Соловьёв"]
UKRAINIAN = ["Олексій Шевченко", "Юлія Гнатюк", "Сергій Їжакевич"]
GREEK = ["Γιώργος Παπαδόπουλος", "Μαρία Ιωάννου", "Νίκος Καζαντζάκης"]
TURKISH = ["İpek Y\u0131lmaz", "Şükrü Çağlayan", "Gökçe Öztürk", "Uğur Güneş"]
ICELANDIC = ["Guðrún Sigurðardóttir", "Þórður Jónsson", "Björk Guðmundsdóttir"]
HEBREW = ["דוד לוי", "שרה כהן", "משה פרץ", "יעקב מזרחי"]
ARABIC = ["محمد علي", "فاطمة الزهراء", "أحمد حسن", "خالد إبراهيم"]
LATVIAN = ["Jānis Bērziņš", "Ģirts Šķēle", "Līga Ozoliņa"]
LITHUANIAN = ["Rūta Žukauskaitė", "Kęstutis Čepaitis", "Eglė Šimkutė"]
THAI = ["สมชาย ใจดี", "สมหญิง รักไทย", "วิชัย ศรีสุข"]
TRADITIONAL = ["王小明", "陳美玲", "林志豪", "張家豪", "李淑芬"]
SIMPLIFIED = ["王小明", "陈美玲", "李志强", "张伟", "欧阳娜娜"]
JAPANESE = ["山田太郎", "佐藤花子", "鈴木一郎", "高橋健太", "株式会社タナカ"]
KOREAN = ["김철수", "이영희", "박지성", "최민호", "정수진"]


def file_of(names, encoding, count=1):
    """Return a file of people; the header is ASCII."""
    rows = [f"{number},{name},+49 30 {number:05}\n" for number, name in enumerate(names * count)]
    return "".join(["id,name,number\n", *rows]).encode(encoding)


def found_encoding(content, configured=None):
    return survey_text(io.BytesIO(content), configured).encoding


@pytest.mark.parametrize("count", [1, 500])
@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", WESTERN),
        ("cp1252", ["Sean O\u2019Neil", "Šimek Ž", "Amélie Cœur", "\u2013 €"]),
        ("cp1252", ["Müller"]),
        ("cp1252", ICELANDIC),
        ("latin-1", WESTERN),
        ("cp1250", POLISH),
        ("cp1250", CZECH),
        ("cp1250", HUNGARIAN),
        ("cp1250", CROATIAN),
        ("cp1250", ROMANIAN),
        ("cp1250", [*POLISH, *CZECH, *HUNGARIAN]),
        ("cp1251", RUSSIAN),
        ("cp1251", UKRAINIAN),
        ("koi8_r", RUSSIAN),
        ("cp1253", GREEK),
        ("cp1254", TURKISH),
        ("cp1255", HEBREW),
        ("cp1256", ARABIC),
        ("cp1257", LATVIAN),
        ("cp1257", LITHUANIAN),
        ("cp874", THAI),
        ("big5", TRADITIONAL),
        ("gb18030", SIMPLIFIED),
        ("shift_jis", JAPANESE),
        ("euc_jp", JAPANESE),
        ("euc_kr", KOREAN),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_names_are_read_in_the_encoding_they_were_written_in(encoding, names, count):
    content = file_of(names, encoding, count)
    survey = survey_text(io.BytesIO(content))
    assert content.decode(survey.encoding) == content.decode(encoding)
    assert survey.is_guess


@pytest.mark.parametrize(
    "names", [WESTERN, POLISH, RUSSIAN, GREEK, HEBREW, ARABIC, THAI, TRADITIONAL, KOREAN]
)
@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_unicode_is_no_guess(names, written, found):
    survey = survey_text(io.BytesIO(file_of(names, written)))
    assert (survey.encoding, survey.is_guess) == (found, False)


def test_the_first_letter_beyond_ascii_may_come_late():
    ascii_rows = b"1,Ada,11\n" * 200_000
    assert found_encoding(ascii_rows + "2,Zoë,12\n".encode()) == "utf-8"
    assert found_encoding(ascii_rows + "2,Zoë,12\n".encode("cp1252")) == "windows-1252"
    assert found_encoding(ascii_rows + file_of(RUSSIAN, "cp1251")) == "windows-1251"


@pytest.mark.parametrize("position", [0, 5000, 60_000])
def test_a_line_from_elsewhere_does_not_change_the_encoding(position):
    rows = file_of(WESTERN, "utf-8", 10_000).splitlines(keepends=True)
    rows.insert(position, "9,Zoë,9\n".encode("latin-1"))
    assert found_encoding(b"".join(rows)) == "utf-8"


def test_two_bytes_of_a_name_that_look_like_utf_8_prove_nothing():
    assert found_encoding(file_of(["联通公司", *SIMPLIFIED], "gbk")) == "gb18030"


@pytest.mark.parametrize("configured", ["big5", "windows-1251", "koi8-r", "utf-8"])
def test_a_configured_encoding_is_used(configured):
    survey = survey_text(io.BytesIO(file_of(WESTERN, "cp1252")), configured)
    assert (survey.encoding, survey.is_guess) == (configured, False)


def test_a_byte_order_mark_wins_over_a_configured_encoding():
    assert found_encoding(file_of(RUSSIAN, "utf-16"), "windows-1251") == "utf-16"
    assert found_encoding(file_of(RUSSIAN, "utf-8-sig"), "windows-1251") == "utf-8-sig"
    assert encoding_by_mark(b"id,name") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,Ada\n", False),
        ("1,O'Neil\n", False),
        ('1,"Ada"\n', False),
        ("1,'+49\n", True),
        ('1,="007"\n', True),
        ('1,"=""007"""\n', True),
    ],
)
def test_possible_formula_guards_are_found(text, expected):
    assert survey_text(io.BytesIO(text.encode())).may_have_guards is expected
    assert survey_text(io.BytesIO(text.encode()), "cp1252").may_have_guards is expected
    assert survey_text(io.BytesIO(text.encode("utf-16"))).may_have_guards


def test_an_empty_file_is_utf_8():
    assert found_encoding(b"") == "utf-8"


def test_noise_has_an_encoding_too():
    assert found_encoding(bytes(range(256)) * 5000)
    assert found_encoding(b"\xff" * 5_000_000)


@pytest.mark.parametrize(
    "name", ["utf-8", "UTF-16", "windows-1251", "Big5", "gb18030", "Shift_JIS", "euc-kr", "latin1"]
)
def test_an_encoding_is_known_by_its_usual_name(name):
    check_encoding(name)


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "a\0", "undefined", "idna", ""])
def test_what_is_no_encoding_of_text_is_refused(name):
    with pytest.raises((LookupError, ValueError)):
        check_encoding(name)
