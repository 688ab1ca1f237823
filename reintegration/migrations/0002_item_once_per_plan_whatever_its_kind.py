"""The same thing stands in a plan once, also when it is entered for another use (R132)."""

from django.db import migrations, models

import core.text

NAME = "item_once_per_plan"
STANDING = ~models.Q(status__in=["rejected", "cancelled"])
MESSAGE = (
    "This item is in the plan already. The same thing is not paid twice, also not by another "
    "programme."
)


class Migration(migrations.Migration):
    dependencies = [("reintegration", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("assistanceitem", NAME),
        migrations.AddConstraint(
            "assistanceitem",
            models.UniqueConstraint(
                "plan",
                core.text.Fold("description"),
                condition=STANDING,
                name=NAME,
                violation_error_message=MESSAGE,
            ),
        ),
    ]
