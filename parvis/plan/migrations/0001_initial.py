"""Plans, their versions and sections; triggers keep what is published as it was published."""

from __future__ import annotations

import django.db.models.deletion
import parvis.kernel.ids
from django.db import migrations, models

# A version is written while `published_at` is null, then published; from then on it is history.
PUBLISHED = """
CREATE FUNCTION plan_version_is_published(version_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT published_at IS NOT NULL FROM plan_version WHERE id = version_id
$$;

CREATE FUNCTION plan_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published plan does not change: % refused', what
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION plan_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        PERFORM plan_refuse(TG_OP || ' on ' || TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION plan_keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND plan_version_is_published(OLD.version_id)
        OR TG_OP <> 'DELETE' AND plan_version_is_published(NEW.version_id) THEN
        PERFORM plan_refuse(TG_OP || ' on ' || TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION plan_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN touched := touched || OLD.placement_id; END IF;
    IF TG_OP <> 'DELETE' THEN touched := touched || NEW.placement_id; END IF;
    IF EXISTS (
        SELECT 1 FROM plan_placement
        WHERE id = ANY (touched) AND plan_version_is_published(version_id)
    ) THEN
        PERFORM plan_refuse(TG_OP || ' on ' || TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION plan_keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM plan_refuse('renumbering a section');
    RETURN NEW;
END $$;

CREATE TRIGGER plan_version_kept BEFORE UPDATE OR DELETE ON plan_version
    FOR EACH ROW EXECUTE FUNCTION plan_keep_version();
CREATE TRIGGER plan_version_text_kept BEFORE INSERT OR UPDATE OR DELETE ON plan_version_text
    FOR EACH ROW EXECUTE FUNCTION plan_keep_part();
CREATE TRIGGER plan_placement_kept BEFORE INSERT OR UPDATE OR DELETE ON plan_placement
    FOR EACH ROW EXECUTE FUNCTION plan_keep_part();
CREATE TRIGGER plan_section_text_kept BEFORE INSERT OR UPDATE OR DELETE ON plan_section_text
    FOR EACH ROW EXECUTE FUNCTION plan_keep_words();
CREATE TRIGGER plan_section_kept BEFORE UPDATE ON plan_section
    FOR EACH ROW EXECUTE FUNCTION plan_keep_number();
"""

UNPUBLISHED = """
DROP TRIGGER plan_section_kept ON plan_section;
DROP TRIGGER plan_section_text_kept ON plan_section_text;
DROP TRIGGER plan_placement_kept ON plan_placement;
DROP TRIGGER plan_version_text_kept ON plan_version_text;
DROP TRIGGER plan_version_kept ON plan_version;
DROP FUNCTION plan_keep_number();
DROP FUNCTION plan_keep_words();
DROP FUNCTION plan_keep_part();
DROP FUNCTION plan_keep_version();
DROP FUNCTION plan_refuse(text);
DROP FUNCTION plan_version_is_published(bigint);
"""


class Migration(migrations.Migration):

    initial = True

    # The search of the plan asks for the text search configurations of the kernel.
    dependencies = [("kernel", "0002_text_search")]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'plan_plan',
            },
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('horizon', models.PositiveSmallIntegerField()),
                ('dated', models.DateField()),
                ('origin', models.CharField(choices=[('file', "Loaded from the city's file"), ('amendment', 'Amended by the City')], max_length=10)),
                ('fingerprint', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='plan.plan')),
            ],
            options={
                'db_table': 'plan_version',
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'number'), name='one_plan_version_per_number'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='plan_versions_are_counted_from_one'),
                    models.CheckConstraint(condition=models.Q(('fingerprint__regex', '^[0-9a-f]{64}$')), name='plan_fingerprint_is_a_sha256'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PlanText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], max_length=2)),
                ('title', models.CharField(max_length=200)),
                ('subtitle', models.CharField(blank=True, max_length=200)),
                ('lead', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('source_title', models.CharField(blank=True, max_length=200)),
                ('translated', models.BooleanField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='plan.planversion')),
            ],
            options={
                'db_table': 'plan_version_text',
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'language'), name='one_plan_text_per_language'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=6)),
                ('kind', models.CharField(choices=[('pillar', 'Pillar'), ('axis', 'Axis'), ('action', 'Action')], max_length=6)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='plan.plan')),
            ],
            options={
                'db_table': 'plan_section',
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'number'), name='one_plan_section_per_number'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'pillar'), ('number__regex', '^[1-9]$')), models.Q(('kind', 'axis'), ('number__regex', '^[1-9]\\.[A-Z]$')), models.Q(('kind', 'action'), ('number__regex', '^[1-9]\\.[1-9][0-9]{0,2}$')), _connector='OR'), name='plan_section_number_tells_its_kind'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('quoted', models.BooleanField()),
                ('placed_by', models.CharField(blank=True, max_length=20)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='plan.planversion')),
                ('axis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.section')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='plan.section')),
            ],
            options={
                'db_table': 'plan_placement',
                'constraints': [
                    models.UniqueConstraint(fields=('version', 'section'), name='plan_section_stands_once_in_a_version'),
                    models.UniqueConstraint(fields=('version', 'position'), name='one_plan_section_per_position'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SectionText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], max_length=2)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('mark', models.TextField(blank=True)),
                ('translated', models.BooleanField()),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='plan.placement')),
            ],
            options={
                'db_table': 'plan_section_text',
                'constraints': [
                    models.UniqueConstraint(fields=('placement', 'language'), name='one_plan_section_text_per_language'),
                    models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='plan_section_has_words'),
                ],
            },
        ),
        migrations.RunSQL(PUBLISHED, UNPUBLISHED),
    ]
