"""Columns are guessed by their names and by their values."""

import pytest

from xivo_dird.exceptions import InvalidData
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.process.csv_preview.csv_file import survey_csv
from xivo_dird.process.csv_preview.guess import guess_columns


@pytest.fixture
def guess(tmp_path):
    """Return a function that guesses the columns of a text."""

    def guess(text):
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="utf-8")
        return guess_columns(survey_csv(file, DialPlan("DE")))

    return guess


def test_a_name_beside_a_first_name_is_the_last_name(guess):
    guessed = guess("Name;Vorname;Tel\nLovelace;Ada;030 1234567\n")
    assert (guessed.first, guessed.last, guessed.full) == (["Vorname"], ["Name"], [])


def test_a_full_name_that_is_mostly_empty_is_not_used(guess):
    text = "Given Name,Family Name,Name\nAda,Lovelace,\nGrace,Hopper,\nIvo,Fox,Ivo F.\n"
    assert guess(text).full == []


def test_numbers_are_found_by_their_values(guess):
    guessed = guess("name,a,b,zip\nAda,030 1234567,1,10115\nIvo,0171 1234567,2,10117\n")
    assert guessed.numbers == ["a"]


def test_a_column_that_is_called_number_and_has_words_is_none(guess):
    assert guess("name,phone\nAda,landline\nIvo,mobile phone of work\n").numbers == []


def test_the_fullest_number_column_is_the_first(guess):
    text = "name,home,work,fax\nAda,,030 1234567,030 1\nIvo,0171 1234567,030 1234568,\n"
    guessed = guess(text)
    assert guessed.numbers == ["work", "home"]
    assert guessed.other_numbers == ["fax"]


def test_empty_number_columns_are_named_apart(guess):
    assert guess("name,phone,mobile\nAda,030 1234567,\n").empty_numbers == ["mobile"]


@pytest.mark.parametrize(
    ("text", "unique"),
    [
        ("id,name,email\n1,Ada,a@x.org\n2,Ivo,b@x.org\n", "id"),
        ("id,name,email\n1,Ada,a@x.org\n1,Ivo,b@x.org\n", "email"),
        ("id,name,email\n1,Ada,a@x.org\n,Ivo,\n", None),
        ("name,town\nAda,London\nIvo,Paris\n", None),
    ],
)
def test_a_column_is_unique_if_each_row_has_another_value(guess, text, unique):
    assert guess(text).unique == unique


def test_a_name_with_braces_can_be_in_no_template(guess):
    assert guess("name,phone {1}\nAda,030 1234567\n").numbers == []


def test_a_text_that_is_not_csv_is_an_error_that_names_the_line(guess):
    with pytest.raises(InvalidData, match=r"people\.csv: line 1"):
        guess('"name\nx')
