"""Rows that arrive one by one, and versions that go on in further files."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

_KINDS = [("state", "State"), ("history", "History")]


def _id() -> models.BigAutoField:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [("opendata", "0003_following")]

    operations = [
        migrations.AddField(
            model_name="datasetversion", name="parts", field=models.JSONField(default=list)
        ),
        migrations.AddField(
            model_name="datasetversion",
            name="live_revision",
            field=models.PositiveBigIntegerField(null=True, blank=True),
        ),
        migrations.CreateModel(
            name="LiveSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("state", "State"), ("history", "History")], max_length=10
                    ),
                ),
                ("key_fields", models.JSONField()),
                ("fields", models.JSONField()),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("sealed", models.PositiveBigIntegerField(default=0)),
                ("ttl_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("pull", models.JSONField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                (
                    "dataset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live",
                        to="opendata.dataset",
                    ),
                ),
            ],
            options={
                "db_table": "opendata_live_series",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["state", "history"]),
                        name="series_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(sealed__lte=models.F("revision")),
                        name="sealed_up_to_a_revision",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("row", models.JSONField(null=True)),
                ("observed_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("revision", models.PositiveBigIntegerField()),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="opendata.liveseries",
                    ),
                ),
            ],
            options={
                "db_table": "opendata_live_row",
                "indexes": [
                    models.Index(fields=["series", "revision"], name="live_row_by_revision")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "key"), name="one_row_per_series_and_key"
                    )
                ],
            },
        ),
    ]
