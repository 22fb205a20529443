"""The catalogue, its versions, runs, reasons, keys and calls; what is published never changes."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import parvis.kernel.ids
from django.db import migrations, models

from parvis.kernel.triggers import append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kernel", "0002_text_search"),
    ]

    operations = [
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('dataset_id', models.CharField(max_length=200, unique=True)),
                ('dataset_uid', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=500)),
                ('description', models.TextField(blank=True)),
                ('themes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('publisher', models.CharField(blank=True, max_length=300)),
                ('license', models.CharField(blank=True, max_length=200)),
                ('license_url', models.CharField(blank=True, max_length=500)),
                ('features', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None)),
                ('fields', models.JSONField(default=list)),
                ('metas', models.JSONField(default=dict)),
                ('attachments', models.JSONField(default=list)),
                ('key_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('sort_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('enriched_fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('warnings', models.JSONField(default=list)),
                ('source_url', models.CharField(blank=True, max_length=1000)),
                ('order', models.PositiveIntegerField(default=1000)),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('created_at', models.DateTimeField()),
                ('modified_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'opendata_dataset',
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['search'], name='dataset_by_words'),
                    django.contrib.postgres.indexes.GinIndex(fields=['themes'], name='dataset_by_theme'),
                    models.Index(fields=['order', 'dataset_id'], name='dataset_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('label', models.CharField(max_length=200)),
                ('person_id', models.UUIDField(blank=True, null=True)),
                ('daily_limit', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'opendata_api_key',
                'indexes': [models.Index(fields=['person_id'], name='api_key_by_person')],
            },
        ),
        migrations.CreateModel(
            name='DatasetVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('fields', models.JSONField()),
                ('rows', models.PositiveBigIntegerField()),
                ('file', models.CharField(max_length=300)),
                ('file_size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('index', models.CharField(blank=True, max_length=300)),
                ('profile', models.JSONField(default=dict)),
                ('note', models.TextField(blank=True)),
                ('origin', models.CharField(blank=True, max_length=500)),
                ('published_by', models.UUIDField(blank=True, null=True)),
                ('published_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
            ],
            options={
                'db_table': 'opendata_version',
                'constraints': [
                    models.UniqueConstraint(fields=('dataset', 'number'), name='one_version_per_dataset_and_number'),
                    models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='version_has_a_sha256'),
                ],
            },
        ),
        migrations.AddField(
            model_name='dataset',
            name='current',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.datasetversion'),
        ),
        migrations.CreateModel(
            name='DayCalls',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.CharField(max_length=80)),
                ('day', models.DateField()),
                ('calls', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'opendata_day_calls',
                'indexes': [models.Index(fields=['day'], name='day_calls_by_day')],
                'constraints': [models.UniqueConstraint(fields=('caller', 'day'), name='one_count_per_caller_and_day')],
            },
        ),
        migrations.CreateModel(
            name='IngestRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('state', models.CharField(choices=[('reading', 'Reading'), ('refused', 'Refused'), ('blocked', 'Blocked'), ('accepted', 'Accepted'), ('published', 'Published')], default='reading', max_length=10)),
                ('origin', models.CharField(max_length=500)),
                ('sha256', models.CharField(max_length=64)),
                ('report', models.JSONField(default=dict)),
                ('started_by', models.UUIDField(blank=True, null=True)),
                ('started_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.datasetversion')),
            ],
            options={
                'db_table': 'opendata_ingest_run',
                'indexes': [
                    models.Index(fields=['dataset', '-started_at'], name='run_by_dataset'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['reading', 'refused', 'blocked', 'accepted', 'published'])), name='run_is_in_a_known_state'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('finding', models.CharField(max_length=300)),
                ('reason', models.TextField()),
                ('signed_by', models.UUIDField(blank=True, null=True)),
                ('signed_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
            ],
            options={
                'db_table': 'opendata_approval',
                'indexes': [models.Index(fields=['dataset', 'finding'], name='approval_by_finding')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__regex', '^\\s*$'), _negated=True), name='approval_gives_a_reason')],
            },
        ),
        append_only("opendata_version", shreds="published_by"),
        append_only("opendata_approval", shreds="signed_by"),
    ]
