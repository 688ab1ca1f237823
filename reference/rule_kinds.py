"""What a rule is: its kind of value, how it is read, checked, stored and shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reference.enums import RuleArea, RuleKind

T = TypeVar("T")
TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule(Generic[T]):
    """A declared rule: what it means, what values it takes, and its value until one is set."""

    code: str
    area: RuleArea
    kind: RuleKind
    default: T
    meaning: Any
    unit: Any = ""
    minimum: int | Decimal = 0
    maximum: int | Decimal = 10_000

    def __str__(self) -> str:
        return self.code

    def parse(self, value: Any) -> T:
        """The value in the rule's type, from text or from the database.

        Raises ValidationError when it is of another kind or outside the rule's limits.
        """
        parsed: Any
        if self.kind == RuleKind.BOOLEAN:
            parsed = _boolean(value)
        elif self.kind == RuleKind.DECIMAL:
            parsed = self._within_limits(_decimal(value))
        elif self.kind == RuleKind.LIST:
            parsed = tuple(self._within_limits(_integer(item)) for item in _items(value))
            if not parsed or list(parsed) != sorted(set(parsed)):
                raise ValidationError(
                    _("Enter whole numbers from the smallest to the largest, each of them once."),
                    code="not_ascending",
                )
        else:
            parsed = self._within_limits(_integer(value))
        return parsed

    def _within_limits(self, number: Any) -> Any:
        if not self.minimum <= number <= self.maximum:
            raise ValidationError(
                _("Enter a number between %(minimum)s and %(maximum)s."),
                code="out_of_range",
                params={"minimum": self.minimum, "maximum": self.maximum},
            )
        return number

    def stored(self, value: T) -> Any:
        """The value as the database keeps it: decimals as text, so that nothing is rounded."""
        if isinstance(value, Decimal):
            return str(value)
        return list(value) if isinstance(value, tuple) else value

    def display(self, value: T) -> str:
        """The value as people read it, in the active language."""
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if isinstance(value, tuple):
            return ", ".join(str(number) for number in value)
        return number_format(value)  # type: ignore[arg-type]


def _integer(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError(_("Enter a whole number."), code="not_a_number")
    return int(text)


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise ValidationError(_("Enter a number."), code="not_a_number")
    return number


def _boolean(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in TRUE | FALSE:
        raise ValidationError(_("Choose yes or no."), code="not_a_choice")
    return text in TRUE


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, str):
        return [item for item in value.replace(";", ",").split(",") if item.strip()]
    if isinstance(value, (list, tuple)):
        return value
    raise ValidationError(_("Enter whole numbers separated by commas."), code="not_a_list")


def whole_number(code: str, area: RuleArea, default: int, **kwargs: Any) -> Rule[int]:
    """Declares a rule that is a whole number."""
    return Rule(code=code, area=area, kind=RuleKind.INTEGER, default=default, **kwargs)


def decimal_number(code: str, area: RuleArea, default: str, **kwargs: Any) -> Rule[Decimal]:
    """Declares a rule that is a decimal number, its default written as text."""
    return Rule(code=code, area=area, kind=RuleKind.DECIMAL, default=Decimal(default), **kwargs)


def whole_numbers(
    code: str, area: RuleArea, default: tuple[int, ...], **kwargs: Any
) -> Rule[tuple[int, ...]]:
    """Declares a rule that is a list of ascending whole numbers."""
    return Rule(code=code, area=area, kind=RuleKind.LIST, default=default, **kwargs)
