"""Missions, their tasks, one answer per person and thing."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import parvis.kernel.geometry
import parvis.kernel.ids
from django.conf import settings
from django.db import migrations, models

ANSWERS_ARE_KEPT = """
CREATE FUNCTION missions_answers_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.task_id <> OLD.task_id OR NEW.values <> OLD.values
        OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') THEN
        RAISE EXCEPTION 'an answer is kept as it was given, and withdrawn for good'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_answer_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER missions_answers_are_kept BEFORE UPDATE ON missions_answer
    FOR EACH ROW EXECUTE FUNCTION missions_answers_are_kept();
"""
ANSWERS_MAY_CHANGE = """
DROP TRIGGER missions_answers_are_kept ON missions_answer;
DROP FUNCTION missions_answers_are_kept();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mandates', '0001_initial'),
        ('residents', '0006_rights'),
        ('territory', '0002_zones'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Trust',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('agreed', models.PositiveIntegerField(default=0)),
                ('contradicted', models.PositiveIntegerField(default=0)),
                ('far', models.PositiveIntegerField(default=0)),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'missions_trust',
            },
        ),
        migrations.CreateModel(
            name='Mission',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('verify', 'check what is known'), ('inventory', 'find and list')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'waits for the City'), ('open', 'open'), ('closed', 'closed'), ('refused', 'refused')], max_length=10)),
                ('title', models.CharField(max_length=150)),
                ('text', models.TextField()),
                ('why', models.TextField(blank=True)),
                ('refusal', models.CharField(blank=True, max_length=500)),
                ('arrondissement', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('questions', models.JSONField()),
                ('wanted', models.PositiveSmallIntegerField(default=3)),
                ('most', models.PositiveSmallIntegerField(default=5)),
                ('agree_percent', models.PositiveSmallIntegerField(default=67)),
                ('near_m', models.PositiveSmallIntegerField(default=50)),
                ('apart_m', models.PositiveSmallIntegerField(default=5)),
                ('is_photo_wanted', models.BooleanField(default=False)),
                ('source_dataset', models.CharField(blank=True, max_length=120)),
                ('source_version', models.PositiveIntegerField(blank=True, null=True)),
                ('source_field', models.CharField(blank=True, max_length=120)),
                ('licence', models.CharField(max_length=120)),
                ('provenance', models.TextField()),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('association', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mandates.association')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.zone')),
            ],
            options={
                'db_table': 'missions_mission',
                'indexes': [
                    models.Index(fields=['state', 'closes_at'], name='missions_mission_state'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['verify', 'inventory']), ('state__in', ['draft', 'proposed', 'open', 'closed', 'refused'])), name='mission_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(('most__gte', models.F('wanted')), ('most__lte', 15), ('wanted__gte', 2), ('agree_percent__gt', 50), ('agree_percent__lte', 100)), name='a_mission_needs_a_majority_of_several'),
                    models.CheckConstraint(condition=models.Q(('zone', None), ('arrondissement', None), _connector='OR'), name='a_mission_is_on_one_ground'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('opens_at__isnull', False), _connector='OR'), name='an_open_mission_has_begun'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('refusal', ''), _negated=True), _connector='OR'), name='a_refused_mission_says_why'),
                    models.CheckConstraint(condition=models.Q(('questions', []), _negated=True), name='a_mission_asks_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='missions.mission')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'missions_participation',
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'person'), name='a_person_takes_part_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('ref', models.CharField(max_length=120)),
                ('label', models.CharField(max_length=200)),
                ('location', parvis.kernel.geometry.PointField()),
                ('quartier', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('known', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'wants answers'), ('agreed', 'agreed'), ('disputed', 'disputed'), ('settled', 'settled by the City'), ('dropped', 'dropped')], default='open', max_length=10)),
                ('result', models.JSONField(blank=True, null=True)),
                ('agreement', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('answers_count', models.PositiveSmallIntegerField(default=0)),
                ('settled_why', models.CharField(blank=True, max_length=500)),
                ('added_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='missions.mission')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'missions_task',
                'indexes': [
                    django.contrib.postgres.indexes.GistIndex(models.F('mission'), models.F('location'), condition=models.Q(('state__in', ['open', 'disputed'])), name='missions_task_near'),
                    models.Index(fields=['mission', 'state'], name='missions_task_state'),
                    models.Index(fields=['mission', 'quartier'], name='missions_task_quartier'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('mission', 'ref'), name='one_task_per_thing'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['open', 'agreed', 'disputed', 'settled', 'dropped'])), name='task_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(models.Q(('result__isnull', False), ('state__in', ['agreed', 'settled'])), models.Q(('result', None), ('state__in', ['open', 'disputed', 'dropped'])), _connector='OR'), name='what_is_decided_has_a_result'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'settled'), _negated=True), models.Q(('settled_why', ''), _negated=True), _connector='OR'), name='who_settles_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('values', models.JSONField()),
                ('state', models.CharField(choices=[('counted', 'counts'), ('set_aside', 'does not count'), ('withdrawn', 'withdrawn')], default='counted', max_length=10)),
                ('metres', models.FloatField(blank=True, null=True)),
                ('is_far', models.BooleanField(default=False)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('was_right', models.BooleanField(blank=True, null=True)),
                ('photo', models.CharField(blank=True, max_length=200)),
                ('client_key', models.UUIDField(unique=True)),
                ('answered_at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='missions.task')),
            ],
            options={
                'db_table': 'missions_answer',
                'indexes': [
                    models.Index(fields=['person', 'answered_at'], name='missions_answer_person'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('task', 'person'), name='one_answer_per_person'),
                    models.CheckConstraint(condition=models.Q(('is_far', False), models.Q(('metres__isnull', False), models.Q(('state', 'counted'), _negated=True)), _connector='OR'), name='an_answer_from_afar_does_not_count'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Doubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doubted_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='missions.task')),
            ],
            options={
                'db_table': 'missions_doubt',
                'constraints': [models.UniqueConstraint(fields=('task', 'person'), name='a_person_doubts_a_thing_once')],
            },
        ),
        migrations.RunSQL(ANSWERS_ARE_KEPT, ANSWERS_MAY_CHANGE),
    ]
