"""What tests count of enrolments."""

from typing import Any

from django.db.models import Count


def people_by_group(rows: Any) -> dict[str, int]:
    """Distinct people per group of modules (R082)."""
    groups = rows.order_by().values_list("edition__module_version__module__group")
    return dict(groups.annotate(people=Count("case__person", distinct=True)))
