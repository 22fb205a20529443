"""Catalogues of others that are harvested, and which dataset came from which of them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import parvis.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="HarvestSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("explore", "Explore API v2.1"),
                            ("dcat", "DCAT"),
                            ("folder", "Folder of files"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(max_length=1000)),
                ("prefix", models.CharField(blank=True, max_length=40)),
                ("every_hours", models.PositiveIntegerField(default=24)),
                ("takes_records", models.BooleanField(default=False)),
                ("is_enabled", models.BooleanField(default=True)),
                ("running_since", models.DateTimeField(blank=True, null=True)),
                ("last_run_at", models.DateTimeField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "opendata_harvest_source",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address", "prefix"), name="one_source_per_address_and_prefix"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["explore", "dcat", "folder"]),
                        name="source_speaks_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(prefix__regex="^([a-z0-9][a-z0-9_-]*)?$"),
                        name="source_prefix_is_plain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(every_hours__gte=1),
                        name="source_is_asked_at_most_hourly",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HarvestedDataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=500)),
                ("stamp", models.CharField(blank=True, max_length=200)),
                ("problem", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dataset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="harvested",
                        to="opendata.dataset",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opendata.harvestsource",
                    ),
                ),
            ],
            options={
                "db_table": "opendata_harvested_dataset",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "remote_id"),
                        name="one_dataset_per_source_and_remote_id",
                    )
                ],
            },
        ),
    ]
