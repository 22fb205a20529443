"""Files that agents send: kept for a time, read by a job, decided by a person; and files of
datasets the catalogue does not know yet."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

STATES = [
    ("waiting", "Waiting to be read"),
    ("reading", "Being read"),
    ("refused", "Refused"),
    ("blocked", "To be signed for"),
    ("ready", "Ready to publish"),
    ("accepted", "Being published"),
    ("published", "Published"),
    ("stopped", "Interrupted"),
    ("withdrawn", "Withdrawn"),
]
NAME_THE_DATASET = """
    UPDATE opendata_ingest_run run SET wanted_id = dataset.dataset_id
    FROM opendata_dataset dataset WHERE dataset.id = run.dataset_id
"""


class Migration(migrations.Migration):
    dependencies = [("opendata", "0005_runs")]

    operations = [
        migrations.AddField(
            model_name="ingestrun",
            name="wanted_id",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunSQL(NAME_THE_DATASET, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="ingestrun", name="order", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="ingestrun",
            name="file",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ingestrun",
            name="file_size",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ingestrun",
            name="job",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ingestrun", name="progress", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="ingestrun",
            name="decided_by",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="ingestrun",
            name="dataset",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="opendata.dataset",
            ),
        ),
        migrations.AlterField(
            model_name="ingestrun",
            name="sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="ingestrun",
            name="state",
            field=models.CharField(choices=STATES, default="reading", max_length=10),
        ),
        migrations.RemoveConstraint(model_name="ingestrun", name="run_is_in_a_known_state"),
        migrations.AddConstraint(
            model_name="ingestrun",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=[state for state, _label in STATES]),
                name="run_is_in_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="ingestrun",
            constraint=models.CheckConstraint(
                condition=~models.Q(wanted_id=""), name="run_says_which_dataset_it_is_for"
            ),
        ),
        migrations.AddConstraint(
            model_name="ingestrun",
            constraint=models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(version__isnull=False),
                name="published_run_has_its_version",
            ),
        ),
        migrations.AddIndex(
            model_name="ingestrun",
            index=models.Index(fields=["wanted_id"], name="run_by_wanted_id"),
        ),
        migrations.AddIndex(
            model_name="ingestrun",
            index=models.Index(
                condition=models.Q(state__in=["blocked", "ready"]),
                fields=["-id"],
                name="run_to_decide",
            ),
        ),
        migrations.AlterField(
            model_name="approval",
            name="dataset",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="opendata.dataset",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="opendata.ingestrun",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(dataset__isnull=False) | models.Q(run__isnull=False),
                name="approval_is_about_a_file",
            ),
        ),
    ]
