from django.db import migrations
from django.db.models import OuterRef, Subquery


def share_what_was_agreed(apps, schema_editor):
    """Cases handed over before, whose latest answer is yes, stay visible to the office of origin."""
    answers = apps.get_model("cases", "Consent").objects.filter(
        case=OuterRef("pk"), purpose="share_with_origin"
    )
    latest = answers.order_by("-answered_on", "-id").values("answer")[:1]
    apps.get_model("cases", "Case").objects.annotate(latest=Subquery(latest)).filter(
        handed_over_at__isnull=False, latest="given"
    ).update(is_shared_with_origin=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_shared_with_origin")]

    operations = [migrations.RunPython(share_what_was_agreed, migrations.RunPython.noop)]
