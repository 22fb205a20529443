"""A text says in the name of which association it was written."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deliberation", "0002_counters")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="association",
            field=models.CharField(blank=True, db_default="", max_length=200),
        )
        for model in ("contribution", "remark")
    ]
