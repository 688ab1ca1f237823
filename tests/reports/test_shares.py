"""Shares and medians outside: of enough people, with both numbers and a caution (R237, R241)."""

from decimal import Decimal

import pytest

from reports import disclosure
from reports.disclosure import SUPPRESSED, Audience, Cell, Note


class TestFigures:
    def figure(self, value, base, audience=Audience.DONOR, **options):
        return disclosure.figure(Cell(value), denominator=Cell(base), audience=audience, **options)

    @pytest.mark.req("R237")
    def test_a_share_comes_with_both_its_numbers(self):
        figure = self.figure(886, 1589, of="oriented")

        assert (figure.value, figure.of, figure.denominator) == (Cell(886), "oriented", Cell(1589))
        assert figure.percent == Decimal("55.8")
        assert figure.interval is None

    @pytest.mark.req("R241")
    def test_a_share_of_few_people_comes_with_its_interval_and_a_caution(self):
        figure = self.figure(15, 22)

        assert figure.percent == Decimal("68.2")
        assert figure.interval == (Decimal("47.3"), Decimal("83.6"))
        assert figure.note is Note.FEW_PEOPLE

    def test_a_share_of_few_people_is_not_shown_inside_a_breakdown(self):
        assert self.figure(15, 22, in_breakdown=True).percent is None

    @pytest.mark.parametrize(("value", "base"), [(4, 100), (97, 100), (100, 100)])
    def test_a_share_that_speaks_about_few_people_is_withheld(self, value, base):
        figure = self.figure(value, base)

        assert figure.percent is None
        assert figure.note is Note.SHARE_WITHHELD

    def test_inside_the_programme_every_share_is_shown(self):
        assert self.figure(1, 3, audience=Audience.INTERNAL).percent == Decimal("33.3")

    @pytest.mark.parametrize(
        ("people", "audience", "shown"),
        [
            (Cell(30), Audience.DONOR, True),
            (Cell(29), Audience.DONOR, False),
            (SUPPRESSED, Audience.DONOR, False),
            (Cell(2), Audience.INTERNAL, True),
        ],
    )
    def test_a_median_outside_is_never_one_of_few_people(self, people, audience, shown):
        found = disclosure.median(Decimal("56.0"), people, audience=audience)

        assert (found is not None) is shown

    def test_a_share_of_a_withheld_number_is_withheld(self):
        figure = disclosure.figure(
            Cell(20), denominator=SUPPRESSED, audience=Audience.DONOR, of="scored"
        )

        assert figure.percent is None
