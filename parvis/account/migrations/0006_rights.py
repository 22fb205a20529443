"""Archives of one's data, and the nights of forgetting."""

import django.db.models.deletion
import parvis.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents", "0005_agents")]

    operations = [
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('language', models.CharField(max_length=2)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('building', 'Building'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('done', models.PositiveSmallIntegerField(default=0)),
                ('total', models.PositiveSmallIntegerField(default=0)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('rows', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'residents_archive',
                'indexes': [models.Index(fields=['asked_at'], name='archive_by_age')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'building'])), fields=('person',), name='one_archive_at_a_time_per_person'),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(('ended_at__isnull', False), ('sha256__regex', '^[0-9a-f]{64}$'), ('state', 'ready'), models.Q(('file', ''), _negated=True)), models.Q(models.Q(('state', 'ready'), _negated=True), ('file', ''), ('state__in', ['waiting', 'building', 'ready', 'failed'])), _connector='OR'),
                        name='archive_has_a_file_once_it_is_ready',
                    ),
                    models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='archive_is_part_done'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(unique=True)),
                ('lines', models.JSONField(default=list)),
            ],
            options={
                'db_table': 'residents_retention_run',
            },
        ),
    ]
