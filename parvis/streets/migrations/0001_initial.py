"""Reports, cases and who treats them: known steps only, stars no wider than twice the radius, counts
kept without waiting."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import parvis.kernel.geometry
import parvis.kernel.ids
import parvis.streets.models.life
from django.conf import settings
from django.db import migrations, models

from parvis.kernel.triggers import append_only

GUARDS = """
CREATE FUNCTION streets_keep_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing streets_state;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.state_id IS DISTINCT FROM OLD.state_id AND NOT EXISTS (
        SELECT FROM streets_transition
        WHERE before_id = OLD.state_id AND after_id = NEW.state_id
    ) THEN
        RAISE EXCEPTION 'streets_case: no transition from % to %', OLD.state_id, NEW.state_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_case_takes_known_steps';
    END IF;
    SELECT * INTO standing FROM streets_state WHERE code = NEW.state_id;
    IF TG_OP = 'INSERT' AND standing.is_initial IS FALSE THEN
        RAISE EXCEPTION 'streets_case: no case begins as %', NEW.state_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_case_takes_known_steps';
    END IF;
    -- An unknown state is left to the foreign key.
    NEW.is_open := coalesce(standing.is_open, NEW.is_open);
    RETURN NEW;
END $$;

CREATE FUNCTION streets_keep_star() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    root streets_case;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.location[0] = OLD.location[0] AND NEW.location[1] = OLD.location[1]
        AND NEW.radius_m >= OLD.radius_m AND NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id
    THEN
        RETURN NEW;
    END IF;
    IF NEW.merged_into_id IS NOT NULL THEN
        SELECT * INTO root FROM streets_case WHERE id = NEW.merged_into_id FOR SHARE;
        IF root.merged_into_id IS NOT NULL OR (NEW.location <-> root.location) > root.radius_m
            OR EXISTS (SELECT FROM streets_case WHERE merged_into_id = NEW.id)
        THEN
            RAISE EXCEPTION 'streets_case: % is no root near enough', NEW.merged_into_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_gather_as_a_star';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM streets_report
        WHERE case_id = NEW.id AND first_case_id <> NEW.id
            AND (location <-> NEW.location) > NEW.radius_m
    ) OR EXISTS (
        SELECT FROM streets_report
        WHERE case_id = NEW.id AND role = 'joins' AND (location <-> NEW.location) > NEW.radius_m
    ) THEN
        RAISE EXCEPTION 'streets_case: a report of % would be too far', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_gather_as_a_star';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION streets_keep_near() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    root streets_case;
BEGIN
    -- Not FOR SHARE: two reporters at once would then wait for each other to count.
    SELECT * INTO root FROM streets_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF root.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'streets_report: % was merged into another case', NEW.case_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_report_is_of_a_root';
    END IF;
    NEW.metres := NEW.location <-> root.location;
    IF NEW.metres > root.radius_m AND NOT (NEW.role = 'opens' AND NEW.first_case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'streets_report: % m from a case of % m', NEW.metres, root.radius_m
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_report_joins_what_is_near';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION streets_count_reports() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was uuid := CASE WHEN TG_OP <> 'INSERT' AND OLD.withdrawn_at IS NULL THEN OLD.case_id END;
    is_now uuid := CASE WHEN TG_OP <> 'DELETE' AND NEW.withdrawn_at IS NULL THEN NEW.case_id END;
BEGIN
    IF was IS DISTINCT FROM is_now THEN
        UPDATE streets_case SET reports_count = reports_count - 1 WHERE id = was;
        UPDATE streets_case SET reports_count = reports_count + 1 WHERE id = is_now;
    END IF;
    RETURN NULL;
END $$;

-- The middle of the hexagon a point is in (rules/places.py): of two rectangular lattices the nearer.
CREATE FUNCTION streets_hexagon(spot point) RETURNS point LANGUAGE sql IMMUTABLE AS $$
    SELECT centre FROM (VALUES
        (point(round(spot[0] / (150 * sqrt(3))) * 150 * sqrt(3), round(spot[1] / 450) * 450)),
        (point((floor(spot[0] / (150 * sqrt(3))) + 0.5) * 150 * sqrt(3),
               (floor(spot[1] / 450) + 0.5) * 450))
    ) AS lattice(centre)
    ORDER BY centre <-> spot LIMIT 1
$$;

-- Where everybody may know that a case is.
CREATE FUNCTION streets_public_place(one streets_case) RETURNS point LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN is_place_public THEN one.location ELSE streets_hexagon(one.location) END
    FROM streets_subtype WHERE id = one.subtype_id
$$;

CREATE FUNCTION streets_cell_line(one streets_case, step smallint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO streets_cell_change (x, y, type_id, is_open, sign, east, north)
    SELECT floor(place[0] / 16)::int, floor(place[1] / 16)::int, one.type_id,
        one.is_open, step, round(place[0] * 10)::int, round(place[1] * 10)::int
    FROM streets_public_place(one) AS place
    WHERE one.is_shown AND one.merged_into_id IS NULL
$$;

CREATE FUNCTION streets_count_cells() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM streets_cell_line(OLD, -1::smallint);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM streets_cell_line(NEW, 1::smallint);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER streets_case_a_state BEFORE INSERT OR UPDATE ON streets_case
    FOR EACH ROW EXECUTE FUNCTION streets_keep_state();
CREATE TRIGGER streets_case_b_star BEFORE UPDATE ON streets_case
    FOR EACH ROW EXECUTE FUNCTION streets_keep_star();
CREATE TRIGGER streets_case_cells_added AFTER INSERT OR DELETE ON streets_case
    FOR EACH ROW EXECUTE FUNCTION streets_count_cells();
CREATE TRIGGER streets_case_cells_changed AFTER UPDATE ON streets_case
    FOR EACH ROW WHEN (
        OLD.is_open <> NEW.is_open OR OLD.is_shown <> NEW.is_shown
        OR OLD.subtype_id <> NEW.subtype_id OR OLD.type_id <> NEW.type_id
        OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
        OR OLD.location[0] <> NEW.location[0] OR OLD.location[1] <> NEW.location[1]
    ) EXECUTE FUNCTION streets_count_cells();
CREATE TRIGGER streets_report_near BEFORE INSERT OR UPDATE OF case_id, location ON streets_report
    FOR EACH ROW EXECUTE FUNCTION streets_keep_near();
CREATE TRIGGER streets_report_count AFTER INSERT OR DELETE OR UPDATE OF case_id, withdrawn_at
    ON streets_report FOR EACH ROW EXECUTE FUNCTION streets_count_reports();
"""

UNGUARDED = """
DROP TRIGGER streets_report_count ON streets_report;
DROP TRIGGER streets_report_near ON streets_report;
DROP TRIGGER streets_case_cells_changed ON streets_case;
DROP TRIGGER streets_case_cells_added ON streets_case;
DROP TRIGGER streets_case_b_star ON streets_case;
DROP TRIGGER streets_case_a_state ON streets_case;
DROP FUNCTION streets_count_cells();
DROP FUNCTION streets_cell_line(streets_case, smallint);
DROP FUNCTION streets_public_place(streets_case);
DROP FUNCTION streets_hexagon(point);
DROP FUNCTION streets_count_reports();
DROP FUNCTION streets_keep_near();
DROP FUNCTION streets_keep_star();
DROP FUNCTION streets_keep_state();
"""




class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mandates', '0001_initial'),
        ('territory', '0002_zones'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('name', models.CharField(max_length=100)),
            ],
            options={
                'db_table': 'streets_closed_day',
            },
        ),
        migrations.CreateModel(
            name='ClosingReason',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('label_fr', models.CharField(max_length=120)),
                ('label_en', models.CharField(max_length=120)),
                ('text_fr', models.TextField()),
                ('text_en', models.TextField()),
                ('wants_proof', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'streets_closing_reason',
            },
        ),
        migrations.CreateModel(
            name='BulkJob',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('action', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('undoing', 'being undone'), ('undone', 'undone')], max_length=10)),
                ('total', models.PositiveIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'streets_bulk_job',
                'indexes': [
                    models.Index(fields=['asked_at'], name='streets_bulk_by_age'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'undoing', 'undone'])), name='bulk_job_is_in_a_known_state'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('family', models.PositiveSmallIntegerField()),
                ('radius_m', models.PositiveSmallIntegerField()),
                ('location', parvis.kernel.geometry.PointField()),
                ('arrondissement', models.PositiveSmallIntegerField()),
                ('quartier', models.PositiveSmallIntegerField()),
                ('address', models.CharField(blank=True, max_length=200)),
                ('postcode', models.CharField(blank=True, max_length=5)),
                ('street_key', models.CharField(blank=True, max_length=150)),
                ('is_open', models.BooleanField(default=True, editable=False)),
                ('is_shown', models.BooleanField(default=True)),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('reports_count', models.PositiveIntegerField(default=0, editable=False)),
                ('contradictions_count', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('worked_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('times_late', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('changed_at', models.DateTimeField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='streets.case')),
            ],
            options={
                'db_table': 'streets_case',
                'indexes': [
                    django.contrib.postgres.indexes.GistIndex(models.F('family'), models.F('location'), condition=models.Q(('is_open', True)), name='streets_case_near'),
                    django.contrib.postgres.indexes.GistIndex(models.F('location'), condition=models.Q(('is_shown', True)), name='streets_case_place'),
                    models.Index(condition=models.Q(('is_open', True)), fields=['due_at'], name='streets_case_due'),
                    models.Index(fields=['quartier', 'opened_at'], name='streets_case_quartier'),
                    models.Index(fields=['street_key', 'opened_at'], name='streets_case_street'),
                    models.Index(fields=['opened_at', 'id'], name='streets_case_opened'),
                    models.Index(fields=['changed_at'], name='streets_case_changed'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('is_open', False), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='a_merged_case_is_closed_into_another'),
                    models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='a_case_closes_after_it_opens'),
                    models.CheckConstraint(condition=models.Q(('arrondissement__range', (1, 20)), ('quartier__range', (1, 80))), name='a_case_is_in_the_city'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BulkLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('outcome', models.SlugField(blank=True, max_length=60)),
                ('before', models.JSONField(default=dict)),
                ('revision', models.PositiveIntegerField(blank=True, null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='streets.bulkjob')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.case')),
            ],
            options={
                'db_table': 'streets_bulk_line',
                'indexes': [
                    models.Index(condition=models.Q(('outcome', '')), fields=['job'], name='streets_bulk_to_do'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('job', 'case'), name='a_case_once_in_a_bulk_job'),
                    models.UniqueConstraint(fields=('job', 'position'), name='one_line_per_position'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=80, unique=True)),
                ('label_fr', models.CharField(max_length=150)),
                ('label_en', models.CharField(max_length=150)),
                ('icon', models.CharField(blank=True, max_length=30)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='streets.category')),
            ],
            options={
                'db_table': 'streets_category',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='a_group_is_not_in_itself'),
                ],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.category'),
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('is_open', models.BooleanField()),
                ('count', models.IntegerField()),
                ('east', models.BigIntegerField()),
                ('north', models.BigIntegerField()),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.category')),
            ],
            options={
                'db_table': 'streets_cell',
                'constraints': [
                    models.UniqueConstraint(fields=('level', 'x', 'y', 'type', 'is_open'), name='one_count_per_cell_and_kind'),
                    models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='a_cell_counts_from_nothing'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CellChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('is_open', models.BooleanField()),
                ('sign', models.SmallIntegerField()),
                ('east', models.IntegerField()),
                ('north', models.IntegerField()),
                ('type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='streets.category')),
            ],
            options={
                'db_table': 'streets_cell_change',
                'indexes': [
                    models.Index(fields=['x', 'y'], name='streets_cell_change_place'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('sign__in', [-1, 1])), name='one_case_more_or_less'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ClockPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waits_for', models.CharField(max_length=10)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='streets.case')),
            ],
            options={
                'db_table': 'streets_clock_pause',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='a_pause_ends_after_it_begins'),
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('case', '='), (parvis.streets.models.life.Span(models.F('begins_at'), models.F('ends_at')), '&&')], name='one_pause_at_a_time'),
                ],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='reason',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.closingreason'),
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('street', 'a street'), ('quartier', 'a quartier'), ('subtype', 'a kind'), ('case', 'a case')], max_length=10)),
                ('target', models.CharField(max_length=170)),
                ('by_mail', models.BooleanField(default=True)),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'streets_follow',
                'indexes': [
                    models.Index(fields=['kind', 'target'], name='streets_follow_target'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'kind', 'target'), name='a_person_follows_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['street', 'quartier', 'subtype', 'case']), models.Q(('target', ''), _negated=True)), name='one_follows_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Handler',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('published_as', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(choices=[('service', 'service of the City'), ('partner', 'partner')], max_length=10)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'streets_handler',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['service', 'partner'])), name='handler_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_handler_has_a_name'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('closed_at__isnull', False), _connector='OR'), name='a_handler_that_is_over_takes_no_cases'), models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='handlers_are_told_apart_by_name')],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='handler',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.handler'),
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('prefix', models.CharField(max_length=8)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('may_update', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.handler')),
            ],
            options={
                'db_table': 'streets_api_key',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('key_hash__regex', '^[0-9a-f]{64}$')), name='a_key_is_kept_hashed'),
                    models.CheckConstraint(condition=models.Q(('may_update', False), ('handler__isnull', False), _connector='OR'), name='who_updates_is_a_handler'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('asks', models.BooleanField(default=False)),
                ('is_public', models.BooleanField(default=True)),
                ('actor_ref', models.CharField(blank=True, max_length=100)),
                ('sent_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='streets.case')),
            ],
            options={
                'db_table': 'streets_message',
                'indexes': [
                    models.Index(fields=['case', 'sent_at'], name='streets_message_of_case'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_message_says_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='OfflineBatch',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('sender_ref', models.CharField(max_length=100)),
                ('received_at', models.DateTimeField()),
                ('answered', models.JSONField(default=list)),
            ],
            options={
                'db_table': 'streets_offline_batch',
                'indexes': [models.Index(fields=['received_at'], name='streets_batch_by_age')],
            },
        ),
        migrations.CreateModel(
            name='OfflineAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_key', models.UUIDField(unique=True)),
                ('done_at', models.DateTimeField()),
                ('outcome', models.SlugField(max_length=60)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.case')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='streets.offlinebatch')),
            ],
            options={
                'db_table': 'streets_offline_action',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('opens', 'opens the case'), ('joins', 'me too')], max_length=10)),
                ('association', models.CharField(blank=True, db_default='', max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('email_confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('access_hash', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('wants_messages', models.BooleanField(default=True)),
                ('text', models.TextField(blank=True)),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('location', parvis.kernel.geometry.PointField()),
                ('metres', models.FloatField(default=0, editable=False)),
                ('channel', models.CharField(max_length=20)),
                ('client_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('noticed_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('forgotten_at', models.DateTimeField(blank=True, null=True)),
                ('api_key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='streets.apikey')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='streets.case')),
                ('first_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.case')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'streets_report',
                'indexes': [
                    models.Index(fields=['case', 'reported_at'], name='streets_report_of_case'),
                    models.Index(fields=['person', 'reported_at'], name='streets_report_of_person'),
                    models.Index(condition=models.Q(('email', ''), _negated=True), fields=['email'], name='streets_report_email'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('person__isnull', False), ('withdrawn_at', None)), fields=('case', 'person'), name='a_person_counts_once_in_a_case'),
                    models.UniqueConstraint(condition=models.Q(models.Q(('email', ''), _negated=True), ('withdrawn_at', None)), fields=('case', 'email'), name='an_address_counts_once_in_a_case'),
                    models.UniqueConstraint(condition=models.Q(('role', 'opens')), fields=('first_case',), name='one_report_opens_a_case'),
                    models.UniqueConstraint(condition=models.Q(('access_hash', ''), _negated=True), fields=('access_hash',), name='one_report_per_secret_link'),
                    models.CheckConstraint(condition=models.Q(('person', None), ('email', ''), _connector='OR'), name='an_account_needs_no_address'),
                    models.CheckConstraint(condition=models.Q(('association', ''), ('person__isnull', False), _connector='OR'), name='somebody_acts_for_an_association'),
                    models.CheckConstraint(condition=models.Q(('noticed_at__lte', models.F('reported_at'))), name='nobody_reports_the_future'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('said_at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='streets.message')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='streets.report')),
            ],
            options={
                'db_table': 'streets_reply',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_reply_says_something'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('overview', 'overview'), ('close', 'close view'), ('before', 'before'), ('after', 'after')], max_length=10)),
                ('state', models.CharField(choices=[('received', 'received'), ('to_review', 'waits for an agent'), ('shown', 'public'), ('withheld', 'kept from the public'), ('unreadable', 'could not be read'), ('gone', 'deleted')], max_length=10)),
                ('received', models.CharField(blank=True, max_length=200)),
                ('cleaned', models.CharField(blank=True, max_length=200)),
                ('shown', models.CharField(blank=True, max_length=200)),
                ('width', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('height', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('boxes', models.JSONField(blank=True, default=list)),
                ('proposed', models.JSONField(blank=True, default=list)),
                ('client_key', models.UUIDField(blank=True, null=True, unique=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('taken_in_at', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('originals_gone_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='streets.case')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='streets.report')),
            ],
            options={
                'db_table': 'streets_photo',
                'indexes': [
                    models.Index(fields=['case'], name='streets_photo_of_case'),
                    models.Index(condition=models.Q(('state__in', ['received', 'to_review'])), fields=['taken_in_at'], name='streets_photo_waiting'),
                    models.Index(condition=models.Q(('originals_gone_at', None)), fields=['reviewed_at'], name='streets_photo_originals'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('role__in', ['overview', 'close', 'before', 'after']), ('state__in', ['received', 'to_review', 'shown', 'withheld', 'unreadable', 'gone'])), name='photo_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'shown'), _negated=True), models.Q(models.Q(('shown', ''), _negated=True), ('reviewed_at__isnull', False)), _connector='OR'), name='a_public_photo_was_looked_at'),
                    models.CheckConstraint(condition=models.Q(('state', 'shown'), ('shown', ''), _connector='OR'), name='only_a_public_photo_has_a_public_file'),
                    models.CheckConstraint(condition=models.Q(('originals_gone_at', None), models.Q(('cleaned', ''), ('received', '')), _connector='OR'), name='originals_that_are_gone_are_gone'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RouteSheet',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('mode', models.CharField(choices=[('foot', 'on foot'), ('vehicle', 'by vehicle')], max_length=10)),
                ('starts_at', parvis.kernel.geometry.PointField(null=True)),
                ('metres', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.handler')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'streets_route_sheet',
                'indexes': [
                    models.Index(fields=['day'], name='streets_sheet_by_day'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('mode__in', ['foot', 'vehicle'])), name='one_walks_or_drives'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PartnerLink',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.case')),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='streets.handler')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sheet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.routesheet')),
            ],
            options={
                'db_table': 'streets_partner_link',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('case', None), ('sheet__isnull', False)), models.Q(('case__isnull', False), ('sheet', None)), _connector='OR'), name='a_link_opens_one_thing'),
                    models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='a_link_ends'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RouteStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('outcome', models.SlugField(blank=True, max_length=40)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.case')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='streets.routesheet')),
            ],
            options={
                'db_table': 'streets_route_stop',
                'constraints': [
                    models.UniqueConstraint(fields=('sheet', 'case'), name='a_case_once_on_a_round'),
                    models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('sheet', 'position'), name='one_stop_at_a_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quartier', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('arrondissement', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('rank', models.SmallIntegerField(default=0)),
                ('why', models.CharField(max_length=300)),
                ('is_learned', models.BooleanField(default=False)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('agreed', models.PositiveIntegerField(default=0)),
                ('broken_because', models.CharField(blank=True, max_length=300)),
                ('broken_at', models.DateTimeField(blank=True, null=True)),
                ('written_at', models.DateTimeField()),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='streets.handler')),
                ('type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.category')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.zone')),
            ],
            options={
                'db_table': 'streets_routing_rule',
                'indexes': [
                    models.Index(condition=models.Q(('broken_because', ''), _negated=True), fields=['broken_at'], name='streets_rule_broken'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('quartier', None), ('zone', None)), models.Q(('arrondissement', None), ('zone', None)), models.Q(('arrondissement', None), ('quartier', None)), _connector='OR'), name='a_rule_is_on_one_ground'),
                    models.CheckConstraint(condition=models.Q(models.Q(('broken_at', None), ('broken_because', '')), models.Q(models.Q(('broken_because', ''), _negated=True), ('broken_at__isnull', False)), _connector='OR'), name='a_broken_rule_says_why_and_since_when'),
                    models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='a_rule_holds_on_some_day'),
                    models.CheckConstraint(condition=models.Q(('agreed__lte', models.F('seen'))), name='no_more_agree_than_were_seen'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('actor_ref', models.CharField(blank=True, max_length=100)),
                ('assigned_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='streets.case')),
                ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.handler')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.routingrule')),
            ],
            options={
                'db_table': 'streets_assignment',
                'indexes': [
                    models.Index(fields=['case', 'id'], name='streets_assignment_of_case'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ServiceHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='streets.handler')),
            ],
            options={
                'db_table': 'streets_service_hours',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('opens__lt', models.F('closes')), ('weekday__lte', 6)), name='hours_are_in_a_day'),
                    models.UniqueConstraint(fields=('handler', 'weekday', 'opens'), name='hours_once_a_day', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='State',
            fields=[
                ('code', models.SlugField(max_length=24, primary_key=True, serialize=False)),
                ('label_fr', models.CharField(max_length=80)),
                ('label_en', models.CharField(max_length=80)),
                ('means_fr', models.CharField(max_length=250)),
                ('means_en', models.CharField(max_length=250)),
                ('tone', models.CharField(blank=True, max_length=10)),
                ('is_initial', models.BooleanField(default=False)),
                ('is_open', models.BooleanField()),
                ('clock', models.CharField(choices=[('runs', 'runs'), ('paused', 'paused'), ('stopped', 'stopped')], max_length=10)),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'db_table': 'streets_state',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_open', True), ('clock', 'stopped'), _connector='OR'), name='the_clock_stops_when_a_case_closes'), models.CheckConstraint(condition=models.Q(('is_open', True), ('is_initial', False), _connector='OR'), name='a_case_begins_open')],
            },
        ),
        migrations.AddField(
            model_name='closingreason',
            name='state',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reasons', to='streets.state'),
        ),
        migrations.AddField(
            model_name='case',
            name='state',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.state'),
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_note', models.CharField(blank=True, max_length=1000)),
                ('note', models.CharField(blank=True, max_length=2000)),
                ('actor_ref', models.CharField(blank=True, max_length=100)),
                ('door', models.CharField(max_length=20)),
                ('taken_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.state')),
                ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.state')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='streets.case')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.closingreason')),
            ],
            options={
                'db_table': 'streets_step',
                'indexes': [
                    models.Index(fields=['case', 'id'], name='streets_step_of_case'),
                ],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='step',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='message', to='streets.step'),
        ),
        migrations.CreateModel(
            name='Contradiction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('said_at', models.DateTimeField()),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contradictions', to='streets.case')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contradictions', to='streets.report')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contradictions', to='streets.step')),
            ],
            options={
                'db_table': 'streets_contradiction',
                'indexes': [
                    models.Index(fields=['case'], name='streets_contradiction_case'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('counted_at', None), ('counted_at__gte', models.F('said_at')), _connector='OR'), name='a_contradiction_counts_once_it_is_said'),
                    models.UniqueConstraint(fields=('closing', 'report'), name='a_closing_is_contradicted_once_by_each'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Subtype',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=100, unique=True)),
                ('published_as', models.CharField(max_length=250)),
                ('label_fr', models.CharField(max_length=200)),
                ('label_en', models.CharField(blank=True, max_length=200)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('family', models.PositiveSmallIntegerField()),
                ('radius_m', models.PositiveSmallIntegerField()),
                ('days', models.PositiveSmallIntegerField()),
                ('sla_hours', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('is_reserved_to_agents', models.BooleanField(default=False)),
                ('is_anonymous_allowed', models.BooleanField(default=True)),
                ('is_photo_required', models.BooleanField(default=False)),
                ('is_place_public', models.BooleanField(default=True)),
                ('not_ours_fr', models.TextField(blank=True)),
                ('not_ours_en', models.TextField(blank=True)),
                ('not_ours_url', models.URLField(blank=True)),
                ('weight', models.PositiveIntegerField(default=0)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subtypes', to='streets.category')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='all_subtypes', to='streets.category')),
            ],
            options={
                'db_table': 'streets_subtype',
                'indexes': [
                    models.Index(fields=['family'], name='streets_subtype_family'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('type', 'published_as'), name='one_subtype_per_published_name'),
                    models.CheckConstraint(condition=models.Q(('days__gt', 0), ('radius_m__gt', 0), ('radius_m__lte', 250)), name='a_subtype_says_what_is_near'),
                    models.CheckConstraint(condition=models.Q(('sla_hours', None), ('sla_hours__gt', 0), _connector='OR'), name='a_promise_takes_some_time'),
                ],
            },
        ),
        migrations.AddField(
            model_name='routingrule',
            name='subtype',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.subtype'),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40)),
                ('label_fr', models.CharField(max_length=200)),
                ('label_en', models.CharField(max_length=200)),
                ('datatype', models.CharField(choices=[('string', 'a few words'), ('text', 'text'), ('number', 'number'), ('datetime', 'moment'), ('singlevaluelist', 'one of a list'), ('multivaluelist', 'several of a list')], max_length=20)),
                ('values', models.JSONField(blank=True, default=list)),
                ('is_required', models.BooleanField(default=False)),
                ('is_public', models.BooleanField(default=False)),
                ('stops_on', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('stop_fr', models.TextField(blank=True)),
                ('stop_en', models.TextField(blank=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='streets.category')),
                ('subtype', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='streets.subtype')),
            ],
            options={
                'db_table': 'streets_question',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('category__isnull', False), ('subtype', None)), models.Q(('category', None), ('subtype__isnull', False)), _connector='OR'), name='a_question_is_about_one_thing'),
                    models.CheckConstraint(condition=models.Q(('datatype__in', ['string', 'text', 'number', 'datetime', 'singlevaluelist', 'multivaluelist'])), name='question_of_a_known_datatype'),
                    models.CheckConstraint(condition=models.Q(models.Q(('datatype__in', ['singlevaluelist', 'multivaluelist']), _negated=True), models.Q(('values', []), _negated=True), _connector='OR'), name='a_list_has_values'),
                    models.UniqueConstraint(fields=('subtype', 'code'), name='one_question_per_subtype_and_code'),
                    models.UniqueConstraint(fields=('category', 'code'), name='one_question_per_category_and_code'),
                ],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='subtype',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='streets.subtype'),
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('quartier', models.PositiveSmallIntegerField()),
                ('opened', models.PositiveIntegerField()),
                ('closed', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField()),
                ('in_time', models.PositiveIntegerField()),
                ('contradicted', models.PositiveIntegerField()),
                ('reports', models.PositiveIntegerField()),
                ('worked_minutes', models.BigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('subtype', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='streets.subtype')),
            ],
            options={
                'db_table': 'streets_tally',
                'indexes': [
                    models.Index(fields=['quartier', 'month'], name='streets_tally_quartier'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('month', 'quartier', 'subtype'), name='one_tally_per_month_and_place'),
                    models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_tally_is_of_a_month'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.SlugField(max_length=40)),
                ('label_fr', models.CharField(max_length=80)),
                ('label_en', models.CharField(max_length=80)),
                ('who', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('is_told', models.BooleanField(default=True)),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comes_from', to='streets.state')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads_to', to='streets.state')),
            ],
            options={
                'db_table': 'streets_transition',
                'constraints': [
                    models.UniqueConstraint(fields=('before', 'after'), name='one_transition_each_way'),
                    models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='a_transition_leads_elsewhere'),
                    models.CheckConstraint(condition=models.Q(('who__len__gt', 0)), name='somebody_may_take_it'),
                ],
            },
        ),
        migrations.AddIndex(
            model_name='routingrule',
            index=models.Index(fields=['subtype'], name='streets_rule_by_subtype'),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=models.CheckConstraint(condition=models.Q(('subtype', None), ('type', None), _connector='OR'), name='a_rule_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='routingrule',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.db.models.functions.comparison.Coalesce(models.F('subtype'), models.Value(0)), '='), (django.db.models.functions.comparison.Coalesce(models.F('type'), models.Value(0)), '='), (django.db.models.functions.comparison.Coalesce(models.F('zone'), models.Value(0)), '='), (django.db.models.functions.comparison.Coalesce(models.F('quartier'), models.Value(0)), '='), (django.db.models.functions.comparison.Coalesce(models.F('arrondissement'), models.Value(0)), '='), ('rank', '='), ('valid', '&&')], name='one_rule_per_subject_ground_rank_and_day'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['handler', 'state', 'due_at'], name='streets_case_board'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['subtype', 'opened_at'], name='streets_case_subtype'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_open', True), ('closed_at', None), ('reason', None)), models.Q(('closed_at__isnull', False), ('is_open', False), ('reason__isnull', False)), _connector='OR'), name='a_closed_case_says_when_and_why'),
        ),
        append_only("streets_step", shreds="note"),
        append_only("streets_assignment", shreds="note"),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
