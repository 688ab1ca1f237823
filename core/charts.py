"""Charts as SVG, for pages and for PDF files alike.

No script and no style attribute (the pages' security policy forbids them), names and numbers
beside the bars, patterns beside the colours, the same identifiers every time. What may not be
shown is hatched, always with the same length. A table with the same numbers stands beside each
chart; the template draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

FONTS = "Noto Sans, Vazirmatn, sans-serif"
INK = "#14262a"
INK_SOFT = "#4b5d62"
TRACK = "#dfe9e8"
HATCH = "#76878b"
BAR = "#0f5b5f"

TEXT = 13
LETTER = 7.2  # the width that a letter takes, roughly
LINE = 19
BAR_HEIGHT = 16
STACK_HEIGHT = 24
GAP = 11
LEGEND_HEIGHT = 22
WITHHELD_SHARE = 0.25


@dataclass(frozen=True)
class Pattern:
    """How a series looks: a ground, marks on it, and a number that can be read on both."""

    ground: str
    marks: str = ""
    ink: str = "#ffffff"


# Solid, lines, dots, crossed lines, upright lines, rings: apart without colour, too.
SERIES = (
    Pattern(BAR),
    Pattern("#e3a63b", '<path d="M-2 8 8 -2M4 12 12 4" stroke="#9a6a10" stroke-width="1.5"/>', INK),
    Pattern("#b9d6d4", '<circle cx="4" cy="4" r="1.4" fill="#0f5b5f"/>', INK),
    Pattern("#5a3d86", '<path d="M0 4h8M4 0v8" stroke="#8f77b5" stroke-width="1"/>'),
    Pattern("#f0d9cc", '<path d="M3 0v8" stroke="#b4532a" stroke-width="2"/>', INK),
    Pattern("#e4e9ea", '<circle cx="4" cy="4" r="2.2" fill="none" stroke="#5d6b6f"/>', INK),
)
WITHHELD = Pattern("#ffffff", f'<path d="M-2 2 2 -2M0 8 8 0M6 10 10 6" stroke="{HATCH}"/>', INK)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its name, its length (None: withheld), what is written beside it.

    `out_of` draws the whole that the bar is a part of behind it.
    """

    label: str
    value: int | None
    text: str
    out_of: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A bar in parts, one for each series (None: withheld), of a total (None: withheld)."""

    label: str
    parts: tuple[int | None, ...]
    texts: tuple[str, ...]
    total: int | None
    text: str = ""


@dataclass(kw_only=True)
class _Drawing:
    """Shapes on a canvas that is written from the side where reading starts."""

    identifier: str
    width: int
    is_rtl: bool
    height: float = 0
    shapes: list[SafeString] = field(default_factory=list)

    def heading(self, label: str, text: str) -> None:
        """A name at the start of a line and a number at its end, or below it for want of room."""
        self.text(label, start=0, y=TEXT, weight=700)
        if (len(label) + len(text)) * LETTER > self.width:
            self.height += LINE
            self.text(text, start=0, y=TEXT)
        else:
            self.text(text, start=self.width, y=TEXT, anchor="end")
        self.height += LINE

    def text(
        self,
        content: str,
        *,
        start: float,
        y: float,
        anchor: str = "start",
        ink: str = INK,
        weight: int = 400,
        size: int = TEXT,
    ) -> None:
        """Text at a place, `y` below what has been drawn so far."""
        self.shapes.append(
            format_html(
                '<text x="{}" y="{}" text-anchor="{}" direction="{}" font-size="{}"'
                ' font-weight="{}" fill="{}">{}</text>',
                _number(self.width - start if self.is_rtl else start),
                _number(self.height + y),
                anchor,
                "rtl" if self.is_rtl else "ltr",
                size,
                weight,
                ink,
                content,
            )
        )

    def box(
        self,
        *,
        start: float,
        length: float,
        fill: str,
        y: float = 0,
        height: float = BAR_HEIGHT,
        edge: str = "none",
    ) -> None:
        """A rectangle at a place, `y` below what has been drawn so far."""
        if length <= 0:
            return
        self.shapes.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"></rect>',
                _number(self.width - start - length if self.is_rtl else start),
                _number(self.height + y),
                _number(length),
                _number(height),
                fill,
                edge,
            )
        )

    def fill(self, name: str, look: Pattern) -> str:
        """What to fill a shape with; a plain ground needs no pattern, which would show seams."""
        return f"url(#{self.identifier}-{name})" if look.marks else look.ground

    def svg(
        self, *, title: str, description: str, patterns: Iterable[tuple[str, Pattern]]
    ) -> SafeString:
        definitions = format_html_join(
            "",
            '<pattern id="{}-{}" width="8" height="8" patternUnits="userSpaceOnUse">'
            '<rect width="8" height="8" fill="{}"></rect>{}</pattern>',
            (
                (self.identifier, name, pattern.ground, SafeString(pattern.marks))
                for name, pattern in patterns
            ),
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
            ' width="{width}" height="{height}" font-family="{fonts}"'
            ' aria-labelledby="{id}-title {id}-description">'
            '<title id="{id}-title">{title}</title><desc id="{id}-description">{description}</desc>'
            "<defs>{definitions}</defs>{shapes}</svg>",
            width=self.width,
            height=_number(self.height),
            fonts=FONTS,
            id=self.identifier,
            title=title,
            description=description,
            definitions=definitions,
            shapes=SafeString("".join(self.shapes)),
        )


def bars(
    rows: Sequence[Bar],
    *,
    identifier: str,
    title: str,
    description: str,
    width: int = 640,
    is_rtl: bool | None = None,
) -> SafeString:
    """Horizontal bars, each with its name above and its number at the end of the line."""
    drawing = _drawing(identifier, width, is_rtl)
    _draw_bars(drawing, rows, is_centred=False)
    return drawing.svg(title=title, description=description, patterns=[("withheld", WITHHELD)])


def funnel(
    rows: Sequence[Bar],
    *,
    identifier: str,
    title: str,
    description: str,
    width: int = 640,
    is_rtl: bool | None = None,
) -> SafeString:
    """Stages one after the other: centred bars that get narrower, each inside its whole."""
    drawing = _drawing(identifier, width, is_rtl)
    _draw_bars(drawing, rows, is_centred=True)
    return drawing.svg(title=title, description=description, patterns=[("withheld", WITHHELD)])


def _draw_bars(drawing: _Drawing, rows: Sequence[Bar], *, is_centred: bool) -> None:
    longest = max((n for row in rows for n in (row.value, row.out_of) if n), default=1)

    def draw(share: float, fill: str, edge: str = "none") -> None:
        length = (drawing.width - 1) * share
        start = (drawing.width - length) / 2 if is_centred else 0.5
        drawing.box(start=start, length=length, fill=fill, edge=edge)

    for row in rows:
        drawing.heading(row.label, row.text)
        if row.value is None:
            draw(WITHHELD_SHARE, drawing.fill("withheld", WITHHELD), edge=HATCH)
        else:
            draw((row.out_of or 0) / longest, TRACK)
            draw(row.value / longest, BAR)
        drawing.height += BAR_HEIGHT + GAP


def stacks(
    rows: Sequence[Stack],
    *,
    series: Sequence[str],
    withheld: str,
    identifier: str,
    title: str,
    description: str,
    width: int = 640,
    is_rtl: bool | None = None,
) -> SafeString:
    """Bars of equal length in parts; the legend has those that are seen, and what is `withheld`."""
    drawing = _drawing(identifier, width, is_rtl)
    looks = {str(n): SERIES[n % len(SERIES)] for n in range(len(series))}
    shown = {str(n) for row in rows for n, part in enumerate(row.parts) if part}
    legend = {name: s for name, s in zip(looks, series, strict=True) if name in shown}
    looks["withheld"] = WITHHELD
    for row in rows:
        drawing.heading(row.label, row.text)
        if _draw_stack(drawing, row):
            legend["withheld"] = withheld
        drawing.height += STACK_HEIGHT + GAP
    for name, label in legend.items():
        drawing.box(start=1, length=14, height=14, fill=drawing.fill(name, looks[name]), edge=HATCH)
        drawing.text(label, start=24, y=12, ink=INK_SOFT)
        drawing.height += LEGEND_HEIGHT
    return drawing.svg(title=title, description=description, patterns=looks.items())


def _draw_stack(drawing: _Drawing, row: Stack) -> bool:
    """Draw the parts of a bar; say whether some of it had to be hatched."""
    visible = sum(part for part in row.parts if part)
    whole = row.total or visible or 1
    start = 0.5
    for number, (part, text) in enumerate(zip(row.parts, row.texts, strict=True)):
        if not part:
            continue
        length = (drawing.width - 1) * part / whole
        look = SERIES[number % len(SERIES)]
        drawing.box(
            start=start,
            length=length,
            height=STACK_HEIGHT,
            fill=drawing.fill(str(number), look),
            edge=INK_SOFT,
        )
        chip = 10 + 7.5 * len(text)
        if length > chip:
            middle = start + length / 2
            drawing.box(start=middle - chip / 2, y=4, length=chip, fill=look.ground)
            drawing.text(
                text, start=middle, y=16.5, ink=look.ink, weight=700, anchor="middle", size=12
            )
        start += length
    if whole > visible:
        drawing.box(
            start=start,
            length=drawing.width - 0.5 - start,
            height=STACK_HEIGHT,
            fill=drawing.fill("withheld", WITHHELD),
            edge=HATCH,
        )
    return whole > visible


def _drawing(identifier: str, width: int, is_rtl: bool | None) -> _Drawing:
    return _Drawing(
        identifier=identifier,
        width=width,
        is_rtl=get_language_bidi() if is_rtl is None else is_rtl,
    )


def _number(value: float) -> str:
    """Two decimals at most, always written the same way."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
