"""The one rounding rule: percentages to one decimal, halves up."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

TENTH = Decimal("0.1")
NORMAL_975 = Decimal("1.959963984540054")


def percent(numerator: int, denominator: int) -> Decimal | None:
    """The share in percent; None when there is nothing to take a share of."""
    if denominator <= 0:
        return None
    return _to_tenth(Decimal(numerator) * 100 / Decimal(denominator))


def wilson(numerator: int, denominator: int) -> tuple[Decimal, Decimal] | None:
    """The 95 % Wilson interval of a share, in percent, for few observations."""
    if denominator <= 0:
        return None
    with localcontext(prec=28):
        n, z = Decimal(denominator), NORMAL_975
        share = Decimal(numerator) / n
        centre = share + z * z / (2 * n)
        spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
        scale = 100 / (1 + z * z / n)
        low, high = (centre - spread) * scale, (centre + spread) * scale
        return _to_tenth(max(low, Decimal(0))), _to_tenth(min(high, Decimal(100)))


def _to_tenth(number: Decimal) -> Decimal:
    return number.quantize(TENTH, rounding=ROUND_HALF_UP)
