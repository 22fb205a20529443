"""Wards, associations and mandates; no two of the same two persons at a time, no third parent."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import parvis.kernel.ids
import parvis.mandates.models.mandate
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Association',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('rna', models.CharField(blank=True, max_length=10)),
                ('siret', models.CharField(blank=True, max_length=14)),
                ('recorded_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'mandates_association',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='association_has_a_name'), models.CheckConstraint(condition=models.Q(('rna', ''), ('rna__regex', '^W[0-9][0-9A-Z][0-9]{7}$'), _connector='OR'), name='rna_has_its_form'), models.CheckConstraint(condition=models.Q(('siret', ''), ('siret__regex', '^[0-9]{14}$'), _connector='OR'), name='siret_has_its_form'), models.CheckConstraint(condition=models.Q(('rna', ''), ('siret', ''), _negated=True), name='association_has_a_public_number'), models.UniqueConstraint(condition=models.Q(('rna', ''), _negated=True), fields=('rna',), name='one_association_per_rna'), models.UniqueConstraint(condition=models.Q(('siret', ''), _negated=True), fields=('siret',), name='one_association_per_siret')],
            },
        ),
        migrations.CreateModel(
            name='Ward',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('given_names', models.CharField(blank=True, max_length=120)),
                ('family_name', models.CharField(blank=True, max_length=120)),
                ('born_on', models.DateField(blank=True, null=True)),
                ('code_hash', models.CharField(blank=True, max_length=64)),
                ('code_use', models.CharField(blank=True, choices=[('join', 'for a second parent, to hold the child'), ('claim', 'for the person, to make the file their own')], max_length=10)),
                ('code_until', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('forgotten_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'mandates_ward',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('born_on__isnull', False), ('forgotten_at', None), models.Q(('given_names', ''), _negated=True), models.Q(('family_name', ''), _negated=True)), models.Q(('born_on', None), ('code_hash', ''), ('family_name', ''), ('forgotten_at__isnull', False), ('given_names', '')), _connector='OR'), name='ward_is_named_until_forgotten'),
                    models.CheckConstraint(condition=models.Q(models.Q(('code_hash', ''), ('code_until', None), ('code_use', '')), models.Q(models.Q(('code_hash', ''), _negated=True), ('code_until__isnull', False), ('code_use__in', ['join', 'claim'])), _connector='OR'), name='code_of_a_ward_has_a_use_and_an_end'),
                    models.UniqueConstraint(condition=models.Q(('code_hash', ''), _negated=True), fields=('code_hash',), name='one_ward_per_code'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('parent', 'Parent of a child'), ('guardian', 'Guardian of a protected adult'), ('relative', 'For a relative or a friend'), ('association', 'For an association')], max_length=20)),
                ('state', models.CharField(choices=[('offered', 'Waits for who would act'), ('asked', 'Waits for who would be represented'), ('to_check', 'Waits for the City to look at the paper'), ('granted', 'Granted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('represented', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(models.F('person'), models.F('ward'), models.F('association'), output_field=models.UUIDField(null=True)), output_field=models.UUIDField(null=True))),
                ('invited', models.EmailField(blank=True, max_length=254)),
                ('domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('begins_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('seat', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('proof', models.CharField(choices=[('family_book', 'Family record book'), ('birth_certificate', 'Birth certificate'), ('court_decision', 'Court decision'), ('power_of_attorney', 'Signed power of attorney'), ('board_minutes', 'Minutes that name the board'), ('association_receipt', "Receipt of the association's declaration"), ('own_word', 'Given by the person themselves')], max_length=20)),
                ('proof_reference', models.CharField(blank=True, max_length=120)),
                ('proof_file', models.CharField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('ended_why', models.CharField(blank=True, choices=[('revoked', 'ended by the person represented'), ('renounced', 'given up by who acted'), ('by_the_city', 'ended by the City'), ('came_of_age', 'the child came of age'), ('ran_out', 'its last day has passed'), ('account_closed', 'an account was closed')], max_length=20)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('association', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='mandates.association')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('representative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='mandates.ward')),
            ],
            options={
                'db_table': 'mandates_mandate',
                'indexes': [
                    models.Index(condition=models.Q(('state', 'granted')), fields=['representative'], name='mandates_of_a_person'),
                    models.Index(fields=['represented'], name='mandates_over_somebody'),
                    models.Index(condition=models.Q(('state', 'to_check')), fields=['asked_at'], name='mandates_to_check'),
                    models.Index(condition=models.Q(('invited', ''), _negated=True), fields=['invited'], name='mandates_by_invited'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'granted'), _negated=True), models.Q(('begins_at__isnull', False), ('decided_at__isnull', False), ('representative__isnull', False), ('represented__isnull', False)), _connector='OR'), name='granted_mandate_names_both_and_begins'),
                    models.CheckConstraint(condition=models.Q(models.Q(('association', None), ('ward', None)), models.Q(('association', None), ('person', None)), models.Q(('person', None), ('ward', None)), _connector='OR'), name='mandate_is_for_one'),
                    models.CheckConstraint(condition=models.Q(models.Q(('association', None), ('kind__in', ['parent', 'guardian']), ('person', None)), models.Q(('association', None), ('kind', 'relative')), models.Q(('kind', 'association'), ('person', None), ('ward', None)), _connector='OR'), name='mandate_is_for_whom_its_kind_says'),
                    models.CheckConstraint(condition=models.Q(('representative', None), ('person', None), models.Q(('representative', models.F('person')), _negated=True), _connector='OR'), name='nobody_acts_for_themselves'),
                    models.CheckConstraint(condition=models.Q(('ends_at', None), ('begins_at', None), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='mandate_ends_after_it_begins'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'parent'), ('seat__in', [1, 2]), ('seat__isnull', False), ('state', 'granted')), models.Q(('seat', None), models.Q(('kind', 'parent'), ('state', 'granted'), _negated=True)), _connector='OR'), name='a_parent_has_one_of_two_seats'),
                    models.CheckConstraint(condition=models.Q(('domains__len__gt', 0)), name='mandate_covers_something'),
                    models.CheckConstraint(condition=models.Q(('ended_why', ''), ('ends_at__isnull', False), _connector='OR'), name='ended_mandate_has_an_end'),
                    django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'granted')), expressions=[('representative', '='), ('represented', '='), (parvis.mandates.models.mandate.Period(models.F('begins_at'), models.F('ends_at')), '&&')], name='one_mandate_at_a_time'),
                    django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'granted'), ('kind', 'parent')), expressions=[('ward', '='), ('seat', '='), (parvis.mandates.models.mandate.Period(models.F('begins_at'), models.F('ends_at')), '&&')], name='two_parents_at_a_time'),
                ],
            },
        ),
    ]
