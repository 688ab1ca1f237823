"""The database this suite runs on can search Arabic names."""

import pytest

from core.checks import arabic_names_can_be_searched


@pytest.mark.django_db
def test_arabic_names_make_trigrams():
    assert arabic_names_can_be_searched(databases=["default"]) == []
