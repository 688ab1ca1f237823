from django.db import migrations

import core.fields


class Migration(migrations.Migration):
    dependencies = [("travel", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="journey",
            name="travels_with",
            field=core.fields.EncryptedTextField(
                blank=True,
                default="",
                help_text="Name and relation, for example the mother. Needed for somebody under 18 who is not marked as travelling alone.",
                verbose_name="travels with",
            ),
        ),
    ]
