"""A vote: two schemas under two roles, and triggers that let nothing change once it is open."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, migrations, models, transaction

ROLES = ("parvis_roll", "parvis_box")
_TRIES = 20
_FIRST_WITH_OPTIONS = 160000

SCHEMAS = """
CREATE SCHEMA voting_roll;
CREATE SCHEMA voting_box;
REVOKE ALL ON SCHEMA voting_roll, voting_box FROM PUBLIC;
"""
NO_SCHEMAS = "DROP SCHEMA voting_roll CASCADE; DROP SCHEMA voting_box CASCADE;"

# The box belongs to a role whose rights the login does not inherit: it gets in by name only, and
# then sees nothing else. The register stays the login's, for people ask what is kept about them.
RIGHTS = """
GRANT USAGE ON SCHEMA voting_roll TO parvis_roll;
GRANT SELECT, INSERT ON voting_roll.tick, voting_roll.started TO parvis_roll;
GRANT UPDATE (told) ON voting_roll.tick TO parvis_roll;
GRANT UPDATE (reminded) ON voting_roll.started TO parvis_roll;
GRANT USAGE, CREATE ON SCHEMA voting_box TO parvis_box;
ALTER TABLE voting_box.envelope OWNER TO parvis_box;
ALTER TABLE voting_box.seal OWNER TO parvis_box;
ALTER TABLE voting_box.spent OWNER TO parvis_box;
ALTER TABLE voting_box.sealed OWNER TO parvis_box;
"""
NO_RIGHTS = """
REVOKE ALL ON voting_roll.tick, voting_roll.started FROM parvis_roll;
REVOKE ALL ON SCHEMA voting_roll FROM parvis_roll;
"""

GUARDS = """
CREATE FUNCTION voting_poll_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    follows text[] := ARRAY['released_at', 'box_opened_at', 'results', 'published_at'];
    one text;
BEGIN
    IF OLD.frozen_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - follows <> to_jsonb(NEW) - follows THEN
        RAISE EXCEPTION 'vote % is open: % refused', OLD.ref, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH one IN ARRAY follows LOOP
        IF coalesce(to_jsonb(OLD) ->> one, '') NOT IN ('', coalesce(to_jsonb(NEW) ->> one, '')) THEN
            RAISE EXCEPTION 'vote %: % is set once', OLD.ref, one
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER voting_poll_guard BEFORE UPDATE OR DELETE ON voting_poll
    FOR EACH ROW EXECUTE FUNCTION voting_poll_guard();

CREATE FUNCTION voting_contest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM voting_poll WHERE frozen_at IS NOT NULL
               AND ref IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.poll_id END,
                           CASE WHEN TG_OP <> 'DELETE' THEN NEW.poll_id END)) THEN
        RAISE EXCEPTION 'the vote of this contest is open: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER voting_contest_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_contest
    FOR EACH ROW EXECUTE FUNCTION voting_contest_guard();

CREATE FUNCTION voting_option_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM voting_poll p JOIN voting_contest c ON c.poll_id = p.ref
               WHERE p.frozen_at IS NOT NULL
               AND c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.contest_id END,
                            CASE WHEN TG_OP <> 'DELETE' THEN NEW.contest_id END)) THEN
        RAISE EXCEPTION 'the vote of this option is open: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER voting_option_guard BEFORE INSERT OR UPDATE OR DELETE ON voting_option
    FOR EACH ROW EXECUTE FUNCTION voting_option_guard();

-- The register grows while its vote is open; what changes in a line is whom it still names. A line
-- may lie elsewhere than it did: one that goes stands there again when its statement ends.
CREATE FUNCTION voting_tick_guard() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    follows text[] := ARRAY['told', 'person_id'];
BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT FROM voting_contest c JOIN voting_poll p ON p.ref = c.poll_id
        WHERE c.poll_id = NEW.poll AND c.key = NEW.contest
        AND p.frozen_at IS NOT NULL AND p.box_opened_at IS NULL) THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - follows = to_jsonb(NEW) - follows THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the register of votes: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER voting_tick_guard BEFORE INSERT OR UPDATE ON voting_roll.tick
    FOR EACH ROW EXECUTE FUNCTION voting_tick_guard();
CREATE FUNCTION voting_tick_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone WHERE NOT EXISTS (
        SELECT FROM voting_roll.tick t WHERE t.id = gone.id AND to_jsonb(t) = to_jsonb(gone)))
    THEN
        RAISE EXCEPTION 'the register of votes: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER voting_tick_stays AFTER DELETE ON voting_roll.tick
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION voting_tick_stays();

CREATE FUNCTION voting_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'voting_root' THEN
        IF to_jsonb(OLD) - 'timestamp' = to_jsonb(NEW) - 'timestamp'
            AND to_jsonb(OLD) ->> 'timestamp' = '' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER voting_tick_no_truncate BEFORE TRUNCATE ON voting_roll.tick
    FOR EACH STATEMENT EXECUTE FUNCTION voting_append_only();
CREATE TRIGGER voting_poll_no_truncate BEFORE TRUNCATE ON voting_poll
    FOR EACH STATEMENT EXECUTE FUNCTION voting_append_only();
CREATE TRIGGER voting_contest_no_truncate BEFORE TRUNCATE ON voting_contest
    FOR EACH STATEMENT EXECUTE FUNCTION voting_append_only();
CREATE TRIGGER voting_option_no_truncate BEFORE TRUNCATE ON voting_option
    FOR EACH STATEMENT EXECUTE FUNCTION voting_append_only();
"""
NO_GUARDS = """
DROP FUNCTION voting_poll_guard() CASCADE;
DROP FUNCTION voting_contest_guard() CASCADE;
DROP FUNCTION voting_option_guard() CASCADE;
DROP FUNCTION voting_tick_guard() CASCADE;
DROP FUNCTION voting_tick_stays() CASCADE;
DROP FUNCTION voting_append_only() CASCADE;
"""


def append_only(table: str) -> migrations.RunSQL:
    """Return the step that lets a table grow, and nothing else."""
    call = "EXECUTE FUNCTION voting_append_only();"
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW {call}"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT {call}",
        f"DROP TRIGGER {table}_append_only ON {table};DROP TRIGGER {table}_no_truncate ON {table};",
    )


def make_roles(apps, schema_editor):
    """Make the two roles where they are not there yet, and let this login take each by name.

    Roles belong to the whole server: another of its databases may be making them right now.
    """
    for role in ROLES:
        for left in reversed(range(_TRIES)):
            try:
                with transaction.atomic(using=schema_editor.connection.alias):
                    make_role(schema_editor.connection, role)
                break
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", "") == "42501":
                    raise CommandError(ASK) from error
                if not left:
                    raise


def make_role(connection, role):
    """Make one role and this login a member of it, as far as that is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone()[0]:
            cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        has_options = connection.pg_version >= _FIRST_WITH_OPTIONS
        right = "SET" if has_options else "MEMBER"
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [role, right])
        if not cursor.fetchone()[0]:
            options = " WITH INHERIT FALSE, SET TRUE" if has_options else ""
            cursor.execute(f"GRANT {role} TO CURRENT_USER{options}")


ASK = """
Parvis keeps who voted and what was voted under two roles of the database, and the login of
DATABASE_URL may not make them. Ask whoever runs this PostgreSQL to do so once, then migrate again:

    CREATE ROLE parvis_roll NOLOGIN;
    CREATE ROLE parvis_box NOLOGIN;
    GRANT parvis_roll, parvis_box TO "the login" WITH INHERIT FALSE, SET TRUE;

(Before PostgreSQL 16: without the words after the login.)
"""


def keep_roles(apps, schema_editor):
    """Leave the roles: another database of the server may live by them."""


def write_indexes(apps, schema_editor):
    """Write what Django leaves for the end: by then the tables of the box are no longer ours."""
    while schema_editor.deferred_sql:
        schema_editor.execute(schema_editor.deferred_sql.pop(0))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(make_roles, keep_roles),
        migrations.RunSQL(SCHEMAS, NO_SCHEMAS),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('poll', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('public', models.CharField(max_length=64)),
            ],
            options={
                'db_table': '"voting_box"."seal"',
            },
        ),
        migrations.CreateModel(
            name='Spent',
            fields=[
                ('poll', models.CharField(max_length=60)),
                ('tag', models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
            options={
                'db_table': '"voting_box"."spent"',
            },
        ),
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('poll', models.CharField(max_length=60)),
                ('contest', models.CharField(max_length=60)),
                ('seal', models.CharField(max_length=64)),
                ('outer', models.BinaryField()),
                ('cast_tag', models.CharField(max_length=64, unique=True)),
                ('receipt_tag', models.CharField(max_length=64)),
            ],
            options={
                'db_table': '"voting_box"."envelope"',
                'indexes': [models.Index(fields=['poll', 'seal'], name='envelope_by_seal')],
            },
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('poll', models.CharField(max_length=60)),
                ('position', models.PositiveIntegerField()),
                ('receipt', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'voting_log',
                'constraints': [models.UniqueConstraint(fields=('poll', 'position'), name='one_receipt_per_place'), models.UniqueConstraint(fields=('receipt',), name='a_receipt_is_logged_once')],
            },
        ),
        migrations.CreateModel(
            name='OpenedBallot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('poll', models.CharField(max_length=60)),
                ('contest', models.CharField(max_length=60)),
                ('receipt', models.CharField(max_length=64)),
                ('line', models.TextField(blank=True)),
                ('is_replaced', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'voting_ballot',
                'indexes': [models.Index(fields=['poll', 'contest', 'id'], name='ballot_by_contest')],
                'constraints': [models.UniqueConstraint(fields=('receipt',), name='a_ballot_is_opened_once'), models.CheckConstraint(condition=models.Q(models.Q(('is_replaced', True), ('line', '')), models.Q(('is_replaced', False), models.Q(('line', ''), _negated=True)), _connector='OR'), name='a_replaced_ballot_is_not_shown')],
            },
        ),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('ref', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('opening_key', models.CharField(blank=True, max_length=64)),
                ('signing_key', models.CharField(blank=True, max_length=64)),
                ('key_given_at', models.DateTimeField(blank=True, null=True)),
                ('key_kept_at', models.DateTimeField(blank=True, null=True)),
                ('configuration', models.TextField(blank=True)),
                ('configuration_hash', models.CharField(blank=True, max_length=64)),
                ('seed', models.CharField(blank=True, max_length=64)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('box_opened_at', models.DateTimeField(blank=True, null=True)),
                ('results', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'voting_poll',
                'constraints': [models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='a_poll_closes_after_it_opens'), models.CheckConstraint(condition=models.Q(('frozen_at', None), models.Q(('key_kept_at__isnull', False), models.Q(('configuration_hash', ''), _negated=True), models.Q(('seed', ''), _negated=True)), _connector='OR'), name='a_frozen_poll_is_whole'), models.CheckConstraint(condition=models.Q(('box_opened_at', None), ('released_at__isnull', False), _connector='OR'), name='the_box_opens_after_the_last_batch'), models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(('box_opened_at__isnull', False), models.Q(('results', ''), _negated=True)), _connector='OR'), name='results_come_after_the_box')],
            },
        ),
        migrations.CreateModel(
            name='PaperBox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40)),
                ('place', models.CharField(max_length=150)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='boxes', to='voting.poll')),
            ],
            options={
                'db_table': 'voting_paper_box',
                'constraints': [
                    models.UniqueConstraint(fields=('poll', 'code'), name='one_box_per_code'),
                ],
            },
        ),
        migrations.CreateModel(
            name='DeskDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_id', models.UUIDField()),
                ('day', models.DateField()),
                ('ticks', models.PositiveIntegerField()),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_days', to='voting.paperbox')),
            ],
            options={
                'db_table': 'voting_desk_day',
                'constraints': [models.UniqueConstraint(fields=('box', 'agent_id', 'day'), name='one_count_per_agent_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('approval', 'choose several'), ('choose_one', 'choose one'), ('knapsack', 'choose within the budget'), ('points', 'give points'), ('ranking', 'put in order'), ('grades', 'say what you think of each')], max_length=12)),
                ('max_options', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('budget', models.BigIntegerField(default=0)),
                ('rule', models.JSONField(default=dict)),
                ('position', models.PositiveSmallIntegerField()),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contests', to='voting.poll')),
            ],
            options={
                'db_table': 'voting_contest',
                'constraints': [
                    models.UniqueConstraint(fields=('poll', 'key'), name='one_contest_per_key'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['approval', 'choose_one', 'knapsack', 'points', 'ranking', 'grades']), ('budget__gte', 0)), name='a_contest_is_of_a_kind'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Root',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('poll', models.CharField(max_length=60)),
                ('size', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('day', models.DateField()),
                ('signed', models.TextField()),
                ('signature', models.CharField(max_length=128)),
                ('timestamp', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'voting_root',
                'indexes': [models.Index(fields=['poll', 'id'], name='root_by_poll')],
            },
        ),
        migrations.CreateModel(
            name='SealedBallot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('poll', models.CharField(max_length=60)),
                ('contest', models.CharField(max_length=60)),
                ('inner', models.BinaryField()),
            ],
            options={
                'db_table': '"voting_box"."sealed"',
                'indexes': [models.Index(fields=['poll', 'contest'], name='sealed_by_contest')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('first', models.TextField()),
                ('second', models.TextField(blank=True)),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='voting.paperbox')),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='voting.contest')),
                ('first_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'voting_sheet',
                'constraints': [
                    models.UniqueConstraint(fields=('box', 'contest', 'number'), name='one_sheet_per_number'),
                    models.CheckConstraint(condition=models.Q(('second_by', None), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), name='two_different_people_read_a_sheet'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='sheets_count_from_1'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Started',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('poll', models.CharField(max_length=60)),
                ('person_id', models.UUIDField()),
                ('day', models.DateField()),
                ('reminded', models.BooleanField(default=False)),
            ],
            options={
                'db_table': '"voting_roll"."started"',
                'indexes': [models.Index(fields=['person_id'], name='started_by_person')],
                'constraints': [models.UniqueConstraint(fields=('poll', 'person_id'), name='a_person_starts_once')],
            },
        ),
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('poll', models.CharField(max_length=60)),
                ('contest', models.CharField(max_length=60)),
                ('person_tag', models.CharField(max_length=64)),
                ('person_id', models.UUIDField(blank=True, null=True)),
                ('day', models.DateField()),
                ('channel', models.CharField(choices=[('online', 'online'), ('paper', 'paper')], max_length=6)),
                ('box', models.CharField(blank=True, max_length=40)),
                ('told', models.BooleanField(default=False)),
            ],
            options={
                'db_table': '"voting_roll"."tick"',
                'indexes': [models.Index(fields=['person_id'], name='tick_by_person'), models.Index(condition=models.Q(('told', False)), fields=['day'], name='tick_not_told_yet')],
                'constraints': [models.UniqueConstraint(fields=('poll', 'contest', 'person_tag'), name='one_tick_per_person_and_contest'), models.CheckConstraint(condition=models.Q(models.Q(('box', ''), ('channel', 'online')), models.Q(('channel', 'paper'), models.Q(('box', ''), _negated=True)), _connector='OR'), name='a_tick_on_paper_names_its_box')],
            },
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('poll', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'voting_tile',
                'constraints': [models.UniqueConstraint(fields=('poll', 'number'), name='one_root_per_tile')],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=300)),
                ('cost', models.BigIntegerField(default=0)),
                ('position', models.PositiveSmallIntegerField()),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='voting.contest')),
            ],
            options={
                'db_table': 'voting_option',
                'constraints': [models.UniqueConstraint(fields=('contest', 'key'), name='one_option_per_key'), models.CheckConstraint(condition=models.Q(('cost__gte', 0)), name='an_option_costs_no_less_than_0')],
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ballots', models.PositiveIntegerField()),
                ('blank', models.PositiveIntegerField()),
                ('spoilt', models.PositiveIntegerField()),
                ('written_at', models.DateTimeField()),
                ('difference', models.CharField(blank=True, max_length=500)),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='voting.contest')),
                ('signed_off_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='voting.paperbox')),
            ],
            options={
                'db_table': 'voting_minutes',
                'constraints': [models.UniqueConstraint(fields=('box', 'contest'), name='one_minutes_per_contest'), models.CheckConstraint(condition=models.Q(('ballots__gte', django.db.models.expressions.CombinedExpression(models.F('blank'), '+', models.F('spoilt')))), name='no_more_blank_and_spoilt_than_found'), models.CheckConstraint(condition=models.Q(('signed_off_by', None), models.Q(('signed_off_by', models.F('written_by')), _negated=True), _connector='OR'), name='who_wrote_the_minutes_does_not_sign_them_off')],
            },
        ),
        migrations.RunPython(write_indexes, migrations.RunPython.noop),
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        append_only("voting_log"),
        append_only("voting_root"),
        append_only("voting_tile"),
        append_only("voting_ballot"),
    ]
