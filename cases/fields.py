"""The field by which programs name a case."""

from typing import Any

from cases import references
from cases.models import Case
from core.api import VisibleField


class CaseField(VisibleField):
    """A case among those the caller may see, its reference read forgivingly (design §6.4)."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Case.objects.select_related("person")
        super().__init__(slug_field="reference", queryset=rows, **kwargs)

    def read(self, text: str) -> str:
        return references.read(text) or text
