"""The report to a donor: what it says, and what it cannot be made to say."""

import io
import re
from decimal import Decimal

import pypdf
import pytest
from django.utils import translation

from core import pdf
from reports import disclosure
from reports.disclosure import SUPPRESSED, Audience, Cell, Dimension, Table
from reports.document import (
    Change,
    CrossTable,
    FigureRow,
    FigureTable,
    Provenance,
    ReportDocument,
    Section,
    SplitColumn,
    SplitTable,
    TimeRow,
)
from tests.reports.documents import GROUP, WORDS, donor_report


def make(language="en", **options):
    with translation.override(language):
        report = donor_report(language, **options)
    content = pdf.render(
        "pdf/donor_report.html",
        {"report": report},
        language=language,
        identifier=report.identifier,
    )
    return report, pypdf.PdfReader(io.BytesIO(content)), content


def text_of(reader):
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def share(value, base, audience=Audience.DONOR):
    return disclosure.figure(Cell(value), denominator=Cell(base), audience=audience, of="whole")


def row(figure, **options):
    return FigureRow(slug="trained", label="Trained", figure=figure, **options)


@pytest.fixture(scope="module")
def english():
    return make("en")


def test_the_funnel_stands_with_its_numbers_and_shares(english):
    text = text_of(english[1])

    for numbers in ("2,776", "1,589", "57.2%", "886", "55.8%", "408", "218", "53.4%", "201"):
        assert numbers in text


@pytest.mark.req("R240")
def test_two_girls_are_nowhere_in_the_report(english):
    text = text_of(english[1])

    assert re.search(r"Children 66 36 31", text)
    assert "girls" not in text.replace("Boys and girls are always shown together", "")


@pytest.mark.req("R241")
def test_twenty_two_scores_carry_their_caution(english):
    text = text_of(english[1])

    assert "68.2%" in text
    assert "this share rests on 22 people only" in text
    assert "between 47.3% and 83.6%" in text
    assert "22 of the 408 people who returned have been scored so far" in text


@pytest.mark.req("R238")
def test_the_same_data_give_the_same_bytes_and_the_hash_is_printed(english):
    report, reader, content = english

    assert make("en")[2] == content
    assert make("en", snapshot="0a" * 32)[2] != content
    printed = text_of(reader).replace(" ", "")
    assert report.provenance.snapshot_hash in printed
    assert f"data{report.provenance.short_hash}" in printed


def test_every_figure_leads_to_its_definition(english):
    report, reader, _ = english

    destinations = set(reader.named_destinations)
    assert {f"definition-{definition.slug}" for definition in report.definitions} <= destinations


def test_demonstration_data_are_marked_on_every_page(english):
    pages = english[1].pages

    assert "every person in this report is invented" in " ".join(pages[0].extract_text().split())
    assert all("Demonstration data" in page.extract_text() for page in pages[1:])
    assert "Demonstration data" not in text_of(make("en", is_demo=False)[1])


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_report_is_made_in_the_other_languages(language):
    _, reader, _ = make(language)

    assert reader.trailer["/Root"]["/Lang"] == language
    assert WORDS[language]["trained"].split()[0] in text_of(reader)


def test_figures_for_readers_further_inside_are_refused():
    inside = row(share(15, 22, audience=Audience.INTERNAL))
    section = Section(
        anchor="a",
        title="A",
        blocks=(FigureTable(anchor="b", caption="B", rows=(inside,)),),
    )

    with pytest.raises(ValueError, match="for internal, the report is for donor"):
        report_of(section)


def test_an_indicator_without_a_definition_is_refused():
    block = FigureTable(anchor="b", caption="B", rows=(row(share(15, 22)),))

    with pytest.raises(ValueError, match="without a definition: trained"):
        report_of(Section(anchor="a", title="A", blocks=(block,)))


def report_of(*sections):
    whole = donor_report("en")
    return ReportDocument(
        title="Report",
        programme="FORAS",
        donor="Donor",
        issuer="Mission",
        starts_on=whole.starts_on,
        ends_on=whole.ends_on,
        as_of=whole.as_of,
        prepared_on=whole.prepared_on,
        audience=Audience.DONOR,
        provenance=Provenance(
            reference="R", snapshot_hash="0" * 64, template_version="1", catalogue_version="1"
        ),
        sections=sections,
    )


@pytest.mark.parametrize("figure", [886, Cell(886)])
def test_a_row_takes_protected_figures_only(figure):
    with pytest.raises(TypeError):
        row(figure)


def test_a_column_takes_protected_tables_only():
    exact = Table(dimensions=(GROUP,), counts={("men",): 40})

    with pytest.raises(TypeError):
        SplitColumn(slug="trained", label="Trained", table=exact)


class TestRows:
    def test_a_figure_is_said_in_words(self):
        sentence = "%(value)s of %(denominator)s were trained (%(percent)s)."

        assert row(share(886, 1589), sentence=sentence).in_words == (
            "886 of 1,589 were trained (55.8%)."
        )

    def test_a_withheld_figure_is_said_to_be_withheld(self):
        sentence = "%(value)s of %(denominator)s were trained (%(percent)s)."

        words = row(share(97, 100), sentence=sentence).in_words

        assert words == "Trained: withheld to protect the people concerned."

    def test_numbers_are_written_as_the_language_writes_them(self):
        with translation.override("fr"):
            assert row(share(1589, 2776)).denominator == "2\xa0776"
            assert row(share(1589, 2776)).percent.startswith("57,2")


class TestTables:
    def test_the_parts_and_the_total_stand_in_one_table(self):
        counts = {(key,): n for key, n in zip(GROUP.keys, (691, 137, 29, 2, 27), strict=True)}
        table = disclosure.protect(
            Table(dimensions=(GROUP,), counts=counts), audience=Audience.DONOR
        )
        split = SplitTable(
            anchor="a",
            caption="A",
            stub="Group",
            labels=WORDS["en"],
            columns=(SplitColumn(slug="trained", label="Trained", table=table),),
        )

        lines = {line.label: line.texts for line in (*split.lines, split.total)}

        assert lines == {
            "Men": ("691",),
            "Women": ("137",),
            "Children": ("31",),
            "Not stated": ("27",),
            "Total": ("886",),
        }

    def test_columns_of_different_keys_are_refused(self):
        months = Dimension(name="month", keys=("1", "2"))
        tables = [
            disclosure.protect(
                Table(dimensions=(dimension,), counts={(dimension.keys[0],): 40}),
                audience=Audience.DONOR,
            )
            for dimension in (GROUP, months)
        ]

        with pytest.raises(ValueError, match="same keys"):
            SplitTable(
                anchor="a",
                caption="A",
                stub="Group",
                labels={},
                columns=tuple(SplitColumn(slug="a", label="A", table=t) for t in tables),
            )

    def test_a_table_of_two_dimensions_has_both_totals(self):
        rows = Dimension(name="mop", keys=("rabat", "oujda"))
        columns = Dimension(name="sex", keys=("men", "women"))
        counts = {
            ("rabat", "men"): 40,
            ("rabat", "women"): 20,
            ("oujda", "men"): 30,
            ("oujda", "women"): 10,
        }
        cross = CrossTable(
            anchor="a",
            caption="A",
            stub="Orientation point",
            slug="trained",
            row_labels={"rabat": "Rabat", "oujda": "Oujda"},
            column_labels={"men": "Men", "women": "Women"},
            table=disclosure.protect(
                Table(dimensions=(rows, columns), counts=counts), audience=Audience.DONOR
            ),
        )

        assert cross.head == ["Men", "Women"]
        assert [(line.label, line.texts) for line in (*cross.lines, cross.total)] == [
            ("Rabat", ("40", "20", "60")),
            ("Oujda", ("30", "10", "40")),
            ("Total", ("70", "30", "100")),
        ]

    def test_medians_stand_with_their_people(self):
        rows = {
            "half": TimeRow(label="Rabat", median=Decimal("50.5"), people=Cell(40)),
            "whole": TimeRow(label="Rabat", median=Decimal("1056.0"), people=Cell(40)),
            "nobody": TimeRow(label="Oujda", median=None, people=Cell(0)),
            "few": TimeRow(label="Oujda", median=None, people=Cell(12)),
            "withheld": TimeRow(label="Oujda", median=None, people=SUPPRESSED),
        }

        assert {name: (row.people_text, row.median_text) for name, row in rows.items()} == {
            "half": ("40", "50.5"),
            "whole": ("40", "1,056"),
            "nobody": ("0", "–"),
            "few": ("12", "•••"),
            "withheld": ("•••", "•••"),
        }

    def test_a_percentage_keeps_its_order_inside_arabic(self):
        with translation.override("ar"):
            text = row(share(886, 1589)).percent

        assert (text[0], text[-1]) == ("\u2066", "\u2069")
        assert row(share(886, 1589)).percent == "55.8%"

    def test_a_table_of_parts_leads_to_the_definition_once(self):
        parts = FigureTable(anchor="a", caption="A", rows=(row(share(31, 40)), row(share(9, 40))))
        other = FigureRow(slug="oriented", label="Oriented", figure=share(31, 40))
        stages = FigureTable(anchor="a", caption="A", rows=(row(share(31, 40)), other))

        assert (parts.slug, stages.slug) == ("trained", "")

    def test_a_change_shows_both_numbers(self):
        change = Change(label="Trained", earlier=Cell(859), now=Cell(1886), reason="27 found")

        assert (change.earlier_text, change.now_text) == ("859", "1,886")
