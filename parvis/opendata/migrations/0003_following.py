"""Who follows a dataset, by mail and by webhook; what people made of it and ask about it."""

from __future__ import annotations

import django.db.models.deletion
import parvis.kernel.ids
from django.conf import settings
from django.db import migrations, models

_SAME_DATASET = """
ALTER TABLE opendata_following ADD CONSTRAINT following_watches_its_dataset
    FOREIGN KEY (watch_id, dataset_id) REFERENCES opendata_watch (id, dataset_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("opendata", "0002_harvesting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('public', 'public'), ('hidden', 'hidden'), ('withdrawn', 'withdrawn')], default='public', max_length=10)),
                ('message', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('revised_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
            ],
            options={
                'db_table': 'opendata_question',
                'indexes': [
                    models.Index(fields=['dataset', '-asked_at'], name='question_by_dataset'),
                    models.Index(condition=models.Q(('answered_at', None), ('state', 'public')), fields=['asked_at'], name='question_that_waits'),
                    models.Index(fields=['author'], name='question_by_author'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['public', 'hidden', 'withdrawn'])), name='question_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(('answer__regex', '\\S'), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_has_words_and_a_date'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'hidden'), _negated=True), ('message__regex', '\\S'), _connector='OR'), name='a_hidden_question_is_told_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reuse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('title', models.CharField(max_length=140)),
                ('url', models.CharField(max_length=500)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('proposed', 'waits for a moderator'), ('public', 'public'), ('refused', 'not taken'), ('withdrawn', 'withdrawn')], default='proposed', max_length=10)),
                ('message', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'opendata_reuse',
                'indexes': [
                    models.Index(fields=['dataset', 'state'], name='reuse_by_dataset'),
                    models.Index(condition=models.Q(('state', 'proposed')), fields=['proposed_at'], name='reuse_that_waits'),
                    models.Index(fields=['author'], name='reuse_by_author'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'public', 'refused', 'withdrawn'])), name='reuse_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(('url__regex', '^https?://')), name='reuse_is_on_the_web'),
                    models.CheckConstraint(condition=models.Q(('state__in', ('proposed', 'withdrawn')), ('decided_at__isnull', False), _connector='OR'), name='a_public_reuse_was_decided'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), ('message__regex', '\\S'), _connector='OR'), name='a_refused_reuse_is_told_why'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'public'))), fields=('dataset', 'url'), name='one_reuse_per_dataset_and_address'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('reason', models.CharField(choices=[('dead_link', 'the link is dead'), ('off_topic', 'it is not about this dataset'), ('misleading', 'it misleads'), ('personal', 'it gives away personal data'), ('illegal', 'it is insulting or against the law')], max_length=12)),
                ('comment', models.TextField(blank=True)),
                ('reported_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='opendata.question')),
                ('reuse', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='opendata.reuse')),
            ],
            options={
                'db_table': 'opendata_report',
                'indexes': [
                    models.Index(condition=models.Q(('closed_at', None)), fields=['reported_at'], name='report_that_waits'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('question', None), ('reuse__isnull', False)), models.Q(('question__isnull', False), ('reuse', None)), _connector='OR'), name='report_is_about_one_thing'),
                    models.CheckConstraint(condition=models.Q(('reason__in', ['dead_link', 'off_topic', 'misleading', 'personal', 'illegal'])), name='report_has_a_reason'),
                    models.CheckConstraint(condition=models.Q(('question', None), models.Q(('reason', 'dead_link'), _negated=True), _connector='OR'), name='a_question_has_no_dead_link'),
                    models.UniqueConstraint(condition=models.Q(('closed_at', None), ('reuse__isnull', False)), fields=('person', 'reuse'), name='one_open_report_per_person_and_reuse'),
                    models.UniqueConstraint(condition=models.Q(('closed_at', None), ('question__isnull', False)), fields=('person', 'question'), name='one_open_report_per_person_and_question'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('told_version', models.PositiveIntegerField()),
                ('told_on', models.DateField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
            ],
            options={
                'db_table': 'opendata_watch',
                'constraints': [
                    models.UniqueConstraint(fields=('dataset', 'query'), name='one_watch_per_dataset_and_query'),
                    models.UniqueConstraint(fields=('id', 'dataset'), name='watch_with_its_dataset'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Following',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('since', models.PositiveIntegerField()),
                ('followed_at', models.DateTimeField()),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='followings', to='opendata.watch')),
            ],
            options={
                'db_table': 'opendata_following',
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'dataset'), name='one_following_per_person_and_dataset'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('url', models.CharField(max_length=500)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('active', 'Active'), ('stopped', 'Stopped')], default='waiting', max_length=10)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('added_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='opendata.dataset')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'opendata_webhook',
                'indexes': [
                    models.Index(fields=['dataset', 'state'], name='webhook_by_dataset'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'dataset', 'url'), name='one_webhook_per_person_and_address'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'active', 'stopped'])), name='webhook_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='an_active_webhook_has_answered'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WebhookMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('fact_id', models.UUIDField()),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='opendata.webhook')),
            ],
            options={
                'db_table': 'opendata_webhook_message',
                'indexes': [
                    models.Index(fields=['made_at'], name='webhook_message_by_age'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('webhook', 'fact_id'), name='one_message_per_webhook_and_fact'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'delivered', 'failed'])), name='message_is_in_a_known_state'),
                ],
            },
        ),
        migrations.RunSQL(
            _SAME_DATASET,
            "ALTER TABLE opendata_following DROP CONSTRAINT following_watches_its_dataset;",
        ),
    ]
