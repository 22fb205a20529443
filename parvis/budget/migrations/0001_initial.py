"""Editions with their calendar and areas, projects, studies, deliveries; what is frozen is kept."""

import django.contrib.postgres.fields
import django.db.models.deletion
import parvis.kernel.geometry
import parvis.kernel.ids
from django.conf import settings
from django.db import migrations, models


FROZEN = """
CREATE FUNCTION budget_frozen() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this edition is frozen: its vote has its rules'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_frozen_edition_is_kept';
END $$;

CREATE FUNCTION budget_edition_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Who froze it may close their account: a name goes, the edition stays.
    IF OLD.frozen_at IS NOT NULL AND (TG_OP = 'DELETE'
        OR to_jsonb(NEW) - 'frozen_by_id' <> to_jsonb(OLD) - 'frozen_by_id') THEN
        PERFORM budget_frozen();
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_edition_is_kept BEFORE UPDATE OR DELETE ON budget_edition
    FOR EACH ROW EXECUTE FUNCTION budget_edition_is_kept();

CREATE FUNCTION budget_part_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose uuid[] := ARRAY[]::uuid[];
BEGIN
    IF TG_OP <> 'INSERT' THEN whose := whose || OLD.edition_id; END IF;
    IF TG_OP <> 'DELETE' THEN whose := whose || NEW.edition_id; END IF;
    -- The lock makes a change that began before the freezing wait for it, and then fail.
    PERFORM 1 FROM budget_edition WHERE id = ANY(whose) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM budget_edition WHERE id = ANY(whose) AND frozen_at IS NOT NULL) THEN
        PERFORM budget_frozen();
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_phase_is_kept BEFORE INSERT OR UPDATE OR DELETE ON budget_phase
    FOR EACH ROW EXECUTE FUNCTION budget_part_is_kept();
CREATE TRIGGER budget_area_is_kept BEFORE INSERT OR UPDATE OR DELETE ON budget_area
    FOR EACH ROW EXECUTE FUNCTION budget_part_is_kept();

CREATE FUNCTION budget_ballot_line(project budget_project) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN project.status = 'accepted' THEN jsonb_build_array(project.area_id,
        project.number, project.title, project.title_en, project.text, project.text_en,
        project.cost_cents, project.place, project.location::text)::text ELSE '' END
$$;
CREATE FUNCTION budget_ballot_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line_before text := '';
    line_after text := '';
    areas uuid[] := ARRAY[]::uuid[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        line_before := budget_ballot_line(OLD);
        areas := areas || OLD.area_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        line_after := budget_ballot_line(NEW);
        areas := areas || NEW.area_id;
    END IF;
    IF line_before <> line_after THEN
        PERFORM 1 FROM budget_edition WHERE id IN
            (SELECT edition_id FROM budget_area WHERE id = ANY(areas)) ORDER BY id FOR SHARE;
        IF EXISTS (SELECT 1 FROM budget_edition e JOIN budget_area a ON a.edition_id = e.id
            WHERE a.id = ANY(areas) AND e.frozen_at IS NOT NULL) THEN
            PERFORM budget_frozen();
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_ballot_is_kept BEFORE INSERT OR UPDATE OR DELETE ON budget_project
    FOR EACH ROW EXECUTE FUNCTION budget_ballot_is_kept();

CREATE FUNCTION budget_appeal_is_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose uuid := (SELECT a.edition_id FROM budget_area a JOIN budget_project p ON p.area_id = a.id
        WHERE p.id = NEW.project_id);
BEGIN
    -- Who fixes the list waits for an appeal under way, and then finds it without an answer.
    PERFORM 1 FROM budget_edition WHERE id = whose FOR SHARE;
    IF EXISTS (SELECT 1 FROM budget_edition WHERE id = whose AND frozen_at IS NOT NULL) THEN
        PERFORM budget_frozen();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_appeal_is_in_time BEFORE INSERT OR UPDATE OF project_id, outcome
    ON budget_appeal FOR EACH ROW EXECUTE FUNCTION budget_appeal_is_in_time();
"""
THAWED = """
DROP TRIGGER budget_appeal_is_in_time ON budget_appeal;
DROP FUNCTION budget_appeal_is_in_time();
DROP TRIGGER budget_ballot_is_kept ON budget_project;
DROP FUNCTION budget_ballot_is_kept();
DROP FUNCTION budget_ballot_line(budget_project);
DROP TRIGGER budget_area_is_kept ON budget_area;
DROP TRIGGER budget_phase_is_kept ON budget_phase;
DROP FUNCTION budget_part_is_kept();
DROP TRIGGER budget_edition_is_kept ON budget_edition;
DROP FUNCTION budget_edition_is_kept();
DROP FUNCTION budget_frozen();
"""
KEPT = """
CREATE FUNCTION budget_words_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- A draft was shown to nobody: it goes whole.
        IF EXISTS (SELECT 1 FROM budget_project
            WHERE id = OLD.project_id AND status <> 'draft') THEN
            RAISE EXCEPTION 'what was written is kept'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_version_is_kept';
        END IF;
        RETURN OLD;
    END IF;
    -- TG_ARGV[0] names who wrote it: that alone may be emptied.
    IF to_jsonb(NEW) - TG_ARGV[0] <> to_jsonb(OLD) - TG_ARGV[0]
        OR (to_jsonb(NEW) -> TG_ARGV[0] <> to_jsonb(OLD) -> TG_ARGV[0]
            AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL) THEN
        RAISE EXCEPTION 'what was written is kept as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_version_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_version_is_kept BEFORE UPDATE OR DELETE ON budget_version
    FOR EACH ROW EXECUTE FUNCTION budget_words_are_kept('written_by_id');
CREATE TRIGGER budget_decision_is_kept BEFORE UPDATE OR DELETE ON budget_decision
    FOR EACH ROW EXECUTE FUNCTION budget_words_are_kept('decided_by_id');
"""
REWRITTEN = """
DROP TRIGGER budget_decision_is_kept ON budget_decision;
DROP TRIGGER budget_version_is_kept ON budget_version;
DROP FUNCTION budget_words_are_kept();
"""
KEPT_WHOLE = ("edition", "phase", "area", "project", "appeal", "version", "decision")
WHOLE = """
CREATE FUNCTION budget_is_kept_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Emptying a table asks no trigger of its rows: what is frozen in it would go without a word.
    RAISE EXCEPTION '% is kept: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER budget_{table}_no_truncate BEFORE TRUNCATE ON budget_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION budget_is_kept_whole();\n"
    for table in KEPT_WHOLE
) + """
CREATE TRIGGER budget_project_stays BEFORE DELETE ON budget_project
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION budget_is_kept_whole();
"""
EMPTIED = "DROP FUNCTION budget_is_kept_whole() CASCADE;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=10)),
                ('arrondissement', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('population', models.PositiveIntegerField(default=0)),
                ('popular_population', models.PositiveIntegerField(default=0)),
                ('envelope_cents', models.BigIntegerField(default=0)),
                ('proposers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('propose_age', models.PositiveSmallIntegerField(default=0)),
                ('voters', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('vote_age', models.PositiveSmallIntegerField(default=0)),
                ('ballot', models.CharField(choices=[('approval', 'a number of projects at most'), ('choose_one', 'one project'), ('knapsack', 'projects within the envelope'), ('points', 'points to share out'), ('ranking', 'projects in order of preference'), ('grades', 'a grade for each project')], default='approval', max_length=12)),
                ('most_options', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('points', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('count_rule', models.CharField(default='greedy', max_length=20)),
                ('utility', models.CharField(default='cost', max_length=12)),
                ('completion', models.CharField(default='none', max_length=20)),
                ('threshold', models.PositiveIntegerField(blank=True, null=True)),
                ('is_compared', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'budget_area',
                'ordering': ['key'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('envelope_cents__gte', 0), ('popular_population__lte', models.F('population'))), name='an_area_counts_its_people'),
                    models.CheckConstraint(condition=models.Q(('proposers__contained_by', ['residence', 'work', 'heart']), ('voters__contained_by', ['residence', 'work', 'heart']), ('propose_age__lte', 120), ('vote_age__lte', 120)), name='an_area_knows_its_people'),
                    models.CheckConstraint(condition=models.Q(('ballot__in', ['approval', 'choose_one', 'knapsack', 'points', 'ranking', 'grades']), models.Q(('most_options', None), ('most_options__gte', 1), _connector='OR'), models.Q(models.Q(('ballot', 'points'), _negated=True), ('points__gte', 1), _connector='OR')), name='an_area_has_a_ballot'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'proposed'), ('coconstruction', 'being built together'), ('merged', 'brought together with another'), ('study', 'under study'), ('accepted', 'accepted'), ('rejected', 'not accepted'), ('withdrawn', 'taken back by its author'), ('removed', 'withdrawn by the City')], default='draft', max_length=16)),
                ('title', models.CharField(blank=True, max_length=150)),
                ('text', models.TextField(blank=True)),
                ('title_en', models.CharField(blank=True, max_length=150)),
                ('text_en', models.TextField(blank=True)),
                ('theme', models.CharField(blank=True, max_length=60)),
                ('place', models.CharField(blank=True, max_length=200)),
                ('location', parvis.kernel.geometry.PointField(blank=True, null=True)),
                ('is_popular', models.BooleanField(default=False)),
                ('estimated_cents', models.BigIntegerField(blank=True, null=True)),
                ('cost_cents', models.BigIntegerField(blank=True, null=True)),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('source_number', models.PositiveIntegerField(blank=True, null=True, unique=True)),
                ('form_token', models.UUIDField(blank=True, null=True, unique=True)),
                ('made_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='budget.area')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='budget.project')),
            ],
            options={
                'db_table': 'budget_project',
                'indexes': [
                    models.Index(fields=['area', 'status'], name='budget_project_status'),
                    models.Index(fields=['status', '-changed_at'], name='budget_project_changed'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'coconstruction', 'merged', 'study', 'accepted', 'rejected', 'withdrawn', 'removed'])), name='a_project_is_in_a_known_state'),
                    models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'withdrawn']), models.Q(models.Q(('title', ''), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='what_is_proposed_has_a_title'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'accepted'), _negated=True), ('cost_cents__gt', 0), _connector='OR'), name='an_accepted_project_has_a_cost'),
                    models.CheckConstraint(condition=models.Q(('number', None), ('status__in', ['accepted', 'withdrawn', 'removed']), _connector='OR'), name='only_the_ballot_is_numbered'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['rejected', 'removed']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='who_says_no_says_why'),
                    models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='what_is_merged_has_a_way'),
                    models.CheckConstraint(condition=models.Q(models.Q(('estimated_cents', None), ('estimated_cents__gt', 0), _connector='OR'), models.Q(('cost_cents', None), ('cost_cents__gt', 0), _connector='OR')), name='a_project_costs_something'),
                    models.UniqueConstraint(fields=('area', 'number'), name='a_number_names_one_project'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('key', models.SlugField(max_length=80, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
            ],
            options={
                'db_table': 'budget_department',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delivery', serialize=False, to='budget.project')),
                ('stage', models.CharField(choices=[('not_started', 'not begun'), ('study', 'studies'), ('procedure', 'procedures'), ('works', 'works'), ('delivery', 'being delivered'), ('done', 'delivered'), ('abandoned', 'given up')], default='not_started', max_length=12)),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('votes', models.PositiveIntegerField(blank=True, null=True)),
                ('town_hall', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='budget.department')),
            ],
            options={
                'db_table': 'budget_delivery',
                'indexes': [
                    models.Index(fields=['stage'], name='budget_delivery_stage'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('stage__in', ['not_started', 'study', 'procedure', 'works', 'delivery', 'done', 'abandoned'])), name='a_delivery_is_at_a_known_stage'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), ('stage', 'abandoned'), _connector='OR'), name='only_what_is_given_up_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=120)),
                ('status', models.CharField(max_length=16)),
                ('reason', models.TextField()),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='budget.project')),
            ],
            options={
                'db_table': 'budget_decision',
                'ordering': ['decided_at', 'id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_decision_has_its_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('declared_at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authors', to='budget.project')),
            ],
            options={
                'db_table': 'budget_author',
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'person'), name='a_person_is_author_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'upheld'), ('dismissed', 'dismissed')], max_length=10)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='budget.project')),
            ],
            options={
                'db_table': 'budget_appeal',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('outcome', '')), models.Q(('answered_at__isnull', False), ('outcome__in', ['upheld', 'dismissed']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_appeal_is_answered_with_reasons'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('year', models.PositiveSmallIntegerField()),
                ('title_fr', models.CharField(max_length=120)),
                ('title_en', models.CharField(max_length=120)),
                ('lead_fr', models.TextField(blank=True)),
                ('lead_en', models.TextField(blank=True)),
                ('local_cents', models.BigIntegerField(default=0)),
                ('bonus_percent', models.PositiveSmallIntegerField(default=0)),
                ('is_history', models.BooleanField(default=False)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('rules', models.TextField(blank=True)),
                ('rules_sha256', models.CharField(blank=True, max_length=64)),
                ('made_at', models.DateTimeField()),
                ('frozen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'budget_edition',
                'ordering': ['-year', 'slug'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('bonus_percent__lte', 300), ('local_cents__gte', 0)), name='an_edition_spends_nothing_negative'),
                    models.CheckConstraint(condition=models.Q(('frozen_at', None), ('is_history', True), models.Q(models.Q(('rules', ''), _negated=True), models.Q(('rules_sha256', ''), _negated=True)), _connector='OR'), name='what_is_fixed_is_published'),
                ],
            },
        ),
        migrations.AddField(
            model_name='area',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='budget.edition'),
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('followed_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='budget.project')),
            ],
            options={
                'db_table': 'budget_follow',
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'person'), name='a_project_is_followed_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Merging',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'waits for the authors'), ('done', 'brought together'), ('refused', 'an author said no'), ('dropped', 'given up')], default='waiting', max_length=10)),
                ('why', models.CharField(max_length=500)),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaving', to='budget.project')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joining', to='budget.project')),
            ],
            options={
                'db_table': 'budget_merging',
                'ordering': ['proposed_at', 'id'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'done'])), fields=('source',), name='a_project_merges_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('source', models.F('target')), _negated=True), ('state__in', ['waiting', 'done', 'refused', 'dropped'])), name='a_project_merges_with_another'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merging', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='budget.merging')),
            ],
            options={
                'db_table': 'budget_consent',
                'constraints': [
                    models.UniqueConstraint(fields=('merging', 'person'), name='an_author_consents_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Phase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('PRE_IDEATION', 'before the ideas'), ('IDEATION', 'ideas'), ('POST_IDEATION', 'ideas are read'), ('CO_CONSTRUCTION', 'building together'), ('PRE_SUBMIT', 'studies by the services'), ('SUBMIT', 'commissions'), ('PRE_VOTE', 'appeals and final list'), ('VOTE', 'vote'), ('POST_VOTE', 'paper ballots are counted'), ('PRE_RESULT', 'the count is checked'), ('RESULT', 'results and works')], max_length=20)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phases', to='budget.edition')),
            ],
            options={
                'db_table': 'budget_phase',
                'ordering': ['opens_at'],
                'constraints': [
                    models.UniqueConstraint(fields=('edition', 'kind'), name='an_edition_has_a_phase_once'),
                    models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at')), ('kind__in', ['PRE_IDEATION', 'IDEATION', 'POST_IDEATION', 'CO_CONSTRUCTION', 'PRE_SUBMIT', 'SUBMIT', 'PRE_VOTE', 'VOTE', 'POST_VOTE', 'PRE_RESULT', 'RESULT'])), name='a_phase_ends_after_it_begins'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('file', models.CharField(max_length=200)),
                ('words', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='budget.project')),
            ],
            options={
                'db_table': 'budget_picture',
                'ordering': ['added_at', 'id'],
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'file'), name='a_picture_is_added_once'),
                    models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='a_picture_is_told_in_words'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('form_token', models.UUIDField(unique=True)),
                ('written_at', models.DateTimeField()),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_why', models.CharField(blank=True, max_length=300)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hidden_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='budget.project')),
            ],
            options={
                'db_table': 'budget_remark',
                'ordering': ['written_at', 'id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('hidden_at', None), models.Q(('hidden_why', ''), _negated=True), _connector='OR'), name='who_hides_a_remark_says_why'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('opinion', models.CharField(choices=[('waiting', 'asked for'), ('feasible', 'feasible'), ('conditions', 'feasible under conditions'), ('unfeasible', 'not feasible')], default='waiting', max_length=12)),
                ('cost_cents', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField()),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='studies', to='budget.department')),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='studies', to='budget.project')),
            ],
            options={
                'db_table': 'budget_study',
                'ordering': ['asked_at', 'id'],
                'indexes': [
                    models.Index(fields=['opinion', 'department'], name='budget_study_waiting'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'department'), name='a_service_is_asked_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('given_at', None), ('opinion', 'waiting')), models.Q(models.Q(('opinion', 'waiting'), _negated=True), ('given_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='an_opinion_has_its_reason'),
                    models.CheckConstraint(condition=models.Q(('opinion__in', ['waiting', 'feasible', 'conditions', 'unfeasible']), models.Q(('cost_cents', None), ('cost_cents__gt', 0), _connector='OR'), models.Q(models.Q(('opinion__in', ['feasible', 'conditions']), _negated=True), ('cost_cents__isnull', False), _connector='OR')), name='what_is_feasible_has_a_cost'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=150)),
                ('text', models.TextField()),
                ('estimated_cents', models.BigIntegerField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('written_at', models.DateTimeField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='budget.project')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'budget_version',
                'ordering': ['rank'],
                'constraints': [
                    models.UniqueConstraint(fields=('project', 'rank'), name='versions_follow_each_other'),
                ],
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('not_started', 'not begun'), ('study', 'studies'), ('procedure', 'procedures'), ('works', 'works'), ('delivery', 'being delivered'), ('done', 'delivered'), ('abandoned', 'given up')], max_length=12)),
                ('text', models.TextField(blank=True)),
                ('form_token', models.UUIDField(blank=True, null=True, unique=True)),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news', to='budget.delivery')),
            ],
            options={
                'db_table': 'budget_news',
                'ordering': ['-written_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('study', 'Studies begin'), ('procedure', 'Procedures begin'), ('works', 'Works begin'), ('due', 'Delivery planned'), ('opening', 'Opens to the public'), ('end', 'End')], max_length=10)),
                ('month', models.DateField(blank=True, null=True)),
                ('unknown', models.CharField(blank=True, choices=[('not_recorded', 'not recorded'), ('not_set', 'not set yet'), ('not_begun', 'not yet')], max_length=12)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='budget.delivery')),
            ],
            options={
                'db_table': 'budget_milestone',
                'constraints': [
                    models.UniqueConstraint(fields=('delivery', 'step'), name='a_step_is_taken_once'),
                    models.CheckConstraint(condition=models.Q(('step__in', ['study', 'procedure', 'works', 'due', 'opening', 'end']), models.Q(models.Q(('month', None), ('unknown__in', ['not_recorded', 'not_set', 'not_begun'])), models.Q(('month__isnull', False), ('unknown', '')), _connector='OR')), name='a_step_has_a_month_or_a_reason'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(fields=('edition', 'key'), name='an_edition_has_an_area_once'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(fields=('edition', 'arrondissement'), name='an_arrondissement_is_one_area', nulls_distinct=False),
        ),
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(KEPT, REWRITTEN),
        migrations.RunSQL(WHOLE, EMPTIED),
    ]
