"""Datasets whose rows only some keys open."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opendata", "0004_live")]
    operations = [
        migrations.AddField(
            model_name="dataset",
            name="restricted",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="apikey",
            name="datasets",
            field=models.ManyToManyField(
                blank=True,
                db_table="opendata_api_key_dataset",
                related_name="+",
                to="opendata.dataset",
            ),
        ),
    ]
