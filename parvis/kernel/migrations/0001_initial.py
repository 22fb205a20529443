"""Facts, the register and answered requests; the first two append-only."""

import parvis.kernel.ids
from parvis.kernel.triggers import append_only, append_only_function
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AnsweredRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.TextField(blank=True)),
                ('content_type', models.CharField(blank=True, max_length=100)),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'kernel_answered_request',
                'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='one_answer_per_idempotency_key')],
            },
        ),
        migrations.CreateModel(
            name='FactRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('aggregate', models.CharField(max_length=200)),
                ('payload', models.JSONField()),
                ('announced_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'kernel_fact',
                'indexes': [models.Index(fields=['name', 'announced_at'], name='fact_by_name'), models.Index(fields=['aggregate', 'id'], name='fact_by_aggregate')],
            },
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('action', models.CharField(max_length=100)),
                ('object_ref', models.CharField(max_length=200)),
                ('actor_ref', models.CharField(blank=True, max_length=100)),
                ('on_behalf_of_ref', models.CharField(blank=True, max_length=100)),
                ('channel', models.CharField(choices=[('web', 'Web'), ('mail', 'Mail'), ('phone', 'Phone'), ('counter', 'Counter'), ('post', 'Post'), ('api', 'API'), ('program', 'Program')], default='web', max_length=10)),
                ('details', models.JSONField(default=dict)),
                ('personal', models.JSONField(default=dict)),
                ('recorded_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'kernel_register',
                'indexes': [models.Index(fields=['object_ref', 'id'], name='register_by_object'), models.Index(fields=['actor_ref', 'id'], name='register_by_actor'), models.Index(fields=['on_behalf_of_ref', 'id'], name='register_by_person')],
            },
        ),
        append_only_function(),
        append_only("kernel_fact", shreds="payload"),
        append_only("kernel_register", shreds="personal"),
    ]
