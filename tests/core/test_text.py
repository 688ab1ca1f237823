"""Folding of names: Python and the database agree."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import fold

NAMES = [
    "Traoré",
    "TRAORE",
    "Côte d’Ivoire",
    "أحمد",
    "محمد علي",
    "N'Diaye",
    "Œuvre",
    "ﬁ",
    "Ḿoussa",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_database_folds_names_like_python(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_fold(%s)", [name])
        assert cursor.fetchone()[0] == fold(name)


def test_accents_and_case_do_not_matter():
    assert fold("Traoré") == fold("TRAORE") == "traore"


def test_arabic_letter_variants_do_not_matter():
    assert fold("أحمد") == fold("احمد")
    assert fold("فاطمة") == fold("فاطمه")


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
