"""A machine account belongs to an organisation, which has one at a time (R012)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_user_version"), ("partners", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("is_machine", False), ("organisation__isnull", False), _connector="OR"
                ),
                name="machine_account_has_organisation",
                violation_error_message="Choose the organisation this machine account is for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=Q(("is_active", True), ("is_machine", True)),
                fields=("organisation",),
                name="one_machine_account_per_organisation",
                violation_error_message="This organisation has a machine account already.",
            ),
        ),
    ]
