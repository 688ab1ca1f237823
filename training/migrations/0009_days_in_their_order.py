"""An answer has its day, and what happens to an enrolment comes after its nomination."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce


def put_in_order(apps, schema_editor):
    """Days recorded later than the thing itself: the earlier day is the true one."""
    invitations = apps.get_model("training", "Invitation").objects
    invitations.filter(answer="open", answered_on__isnull=False).update(answered_on=None)
    invitations.exclude(answer="open").filter(answered_on__isnull=True).update(
        answered_on=Coalesce("called_on", "invited_on")
    )
    enrolments = apps.get_model("training", "Enrolment").objects
    enrolments.filter(ended_on__lt=F("nominated_on")).update(nominated_on=F("ended_on"))
    enrolments.filter(acknowledged_on__lt=F("nominated_on")).update(
        acknowledged_on=F("nominated_on")
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0008_withdrawn_sheets")]

    operations = [
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="invitation", name="invitation_declined_with_reason"
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "open"), ("answered_on__isnull", True)),
                    models.Q(
                        models.Q(("answer", "open"), _negated=True),
                        ("answered_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="invitation_answered_with_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="invitation_declined_with_reason",
                violation_error_message="Enter why the person will not come.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True),
                    ("ended_on__gte", models.F("nominated_on")),
                    _connector="OR",
                ),
                name="enrolment_ends_after_nomination",
                violation_error_message="The end lies before the nomination.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("acknowledged_on__isnull", True),
                    ("acknowledged_on__gte", models.F("nominated_on")),
                    _connector="OR",
                ),
                name="enrolment_acknowledged_after_nomination",
                violation_error_message="The answer lies before the nomination.",
            ),
        ),
    ]
