"""A fact says who did it and for whom; a person finds what was done in their name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_outbox")]

    operations = [
        migrations.AddField(
            model_name="factrecord",
            name="actor_ref",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="factrecord",
            name="on_behalf_of_ref",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
    ]
