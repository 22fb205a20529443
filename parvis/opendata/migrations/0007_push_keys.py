"""Who may push rows into a dataset, and what a source that is asked answered last."""

from __future__ import annotations

import django.db.models.deletion
import parvis.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("opendata", "0006_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name='PushKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('label', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
            ],
            options={
                'db_table': 'opendata_push_key',
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='push_key_is_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='SourceDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000)),
                ('tag', models.CharField(blank=True, max_length=500)),
                ('modified', models.CharField(blank=True, max_length=100)),
                ('stamp', models.CharField(blank=True, max_length=64)),
                ('content', models.BinaryField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(blank=True, null=True)),
                ('fresh_until', models.DateTimeField(blank=True, null=True)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='opendata.liveseries')),
            ],
            options={
                'db_table': 'opendata_source_document',
                'constraints': [models.UniqueConstraint(fields=('series', 'url'), name='one_document_per_series_and_address')],
            },
        ),
    ]
