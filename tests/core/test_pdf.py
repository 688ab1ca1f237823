"""PDF files: whole, closed to the outside, the same every time, readable in three languages."""

import io

import pypdf
import pytest

from core import charts, pdf

PAGE = (
    '<!doctype html><html lang="{{ language }}" dir="{% if is_rtl %}rtl{% else %}ltr{% endif %}">'
    "<title>Report</title><body>{{ content|safe }}</body></html>"
)


@pytest.fixture
def render(settings):
    """Make a PDF of a piece of HTML."""
    loader = ("django.template.loaders.locmem.Loader", {"page.html": PAGE})
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [loader]},
        }
    ]

    def _render(content, *, language="fr", identifier="report 1"):
        return pdf.render(
            "page.html", {"content": content}, language=language, identifier=identifier
        )

    return _render


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def test_this_machine_makes_pdf_files():
    assert pdf.is_available()


def test_a_machine_without_the_libraries_says_so(monkeypatch, render):
    def missing():
        raise pdf.Unavailable("libpango is missing.")

    monkeypatch.setattr(pdf, "_engine", missing)

    assert not pdf.is_available()
    with pytest.raises(pdf.Unavailable):
        render("<p>Bonjour</p>")


@pytest.mark.req("R238")
def test_the_same_content_and_identifier_give_the_same_bytes(render):
    content = "<h1>Rapport œuvre</h1><p>تقرير</p>"

    assert render(content) == render(content)
    assert render(content) != render(content, identifier="report 2")


def test_the_file_is_tagged_and_names_its_language(render):
    root = read(render("<h1>تقرير</h1>", language="ar")).trailer["/Root"]

    assert root["/Lang"] == "ar"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_the_file_tells_no_time_of_its_making(render):
    assert set(read(render("<p>Bonjour</p>")).metadata) == {"/Producer", "/Title"}


@pytest.mark.parametrize(
    "content",
    [
        '<img alt="" src="file:///etc/passwd">',
        '<img alt="" src="http://127.0.0.1/picture.png">',
        '<img alt="" src="../manage.py">',
        '<img alt="" src="asset:../manage.py">',
        '<img alt="" src="asset:img/nothing.svg">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import "https://example.org/style.css";</style>',
        "<style>body { background: url(file:///etc/passwd) }</style>",
        '<object data="file:///etc/passwd"></object>',
        '<svg width="9" height="9"><title>x</title>'
        '<image width="9" height="9" href="file:///etc/passwd"/></svg>',
    ],
)
def test_nothing_outside_is_read(render, content):
    with pytest.raises(pdf.Refused):
        render(content)


@pytest.mark.parametrize(
    "content",
    [
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="attachment" href="asset:css/pdf.css">',
        '<link rel="attachment" href="data:text/plain,names">',
        '<a rel="attachment" href="data:text/plain,names">names</a>',
    ],
)
def test_no_file_travels_inside(render, content):
    with pytest.raises(pdf.Refused):
        render(content)


def test_our_own_static_files_are_drawn(render):
    assert render('<img alt="Awda" src="asset:img/awda.svg">')


def test_fonts_are_ours_and_embedded(render):
    page = read(render("<p><b>Œuvre</b> <i>été</i> عودة</p><p>plain</p>")).pages[0]

    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    names = {font["/BaseFont"].split("+")[1] for font in fonts}
    assert any("Noto-Sans" in name for name in names)
    assert any("Vazirmatn" in name for name in names)
    assert all("Noto-Sans" in name or "Vazirmatn" in name for name in names)
    assert all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


def test_arabic_in_a_chart_is_joined_and_in_order(render):
    row = charts.Bar(label="المسجلون في البرنامج", value=5, text="5")
    chart = charts.bars([row], identifier="a", title="t", description="d", is_rtl=True)

    text = read(render(chart, language="ar")).pages[0].extract_text()

    assert "المسجلون في البرنامج" in text
