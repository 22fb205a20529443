"""Districts with their outlines, streets, addresses: native geometry, trigram index."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import parvis.kernel.geometry
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0002_text_search")]

    operations = [
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('arrondissement', 'arrondissement'), ('quartier', 'quartier')], max_length=20)),
                ('number', models.PositiveSmallIntegerField()),
                ('arrondissement', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('insee_code', models.CharField(max_length=10, unique=True)),
                ('area_m2', models.PositiveIntegerField()),
                ('key', models.CharField(max_length=100)),
                ('path', models.TextField()),
                ('label_x', models.IntegerField()),
                ('label_y', models.IntegerField()),
                ('box', models.JSONField()),
            ],
            options={
                'db_table': 'territory_district',
                'constraints': [models.UniqueConstraint(fields=('kind', 'number'), name='one_district_per_kind_and_number'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'arrondissement'), _negated=True), ('number', models.F('arrondissement')), _connector='OR'), name='an_arrondissement_is_in_itself'), models.CheckConstraint(condition=models.Q(('area_m2__gt', 0)), name='a_district_covers_ground')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField()),
                ('drawing', models.JSONField()),
                ('only_one', models.BooleanField(default=True, unique=True)),
            ],
            options={
                'db_table': 'territory_edition',
                'constraints': [models.CheckConstraint(condition=models.Q(('only_one', True)), name='one_edition_of_the_territory'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='an_edition_has_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='Street',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('key', models.CharField(max_length=150)),
                ('arrondissement', models.PositiveSmallIntegerField()),
                ('postcode', models.CharField(max_length=5)),
                ('location', parvis.kernel.geometry.PointField(null=True)),
                ('source', models.CharField(choices=[('listed', 'list of streets'), ('reported', 'address of a report')], max_length=10)),
            ],
            options={
                'db_table': 'territory_street',
                'indexes': [django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass(models.F('key'), name='gist_trgm_ops'), name='territory_street_key'), models.Index(fields=['arrondissement'], name='territory_street_arr')],
                'constraints': [models.UniqueConstraint(fields=('name', 'arrondissement'), name='one_street_per_name_and_arrondissement'), models.CheckConstraint(condition=models.Q(('postcode__regex', '^75[01][0-2][0-9]$')), name='a_street_has_a_postcode_of_the_city')],
            },
        ),
        migrations.CreateModel(
            name='Ring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_hole', models.BooleanField(default=False)),
                ('outline', parvis.kernel.geometry.PolygonField()),
                ('bounds', models.GeneratedField(db_persist=True, expression=models.Func('outline', function='box'), output_field=parvis.kernel.geometry.BoxField())),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rings', to='territory.district')),
            ],
            options={
                'db_table': 'territory_ring',
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['bounds'], name='territory_ring_bounds')],
            },
        ),
        migrations.CreateModel(
            name='AddressPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('suffix', models.CharField(blank=True, max_length=6)),
                ('postcode', models.CharField(max_length=5)),
                ('location', parvis.kernel.geometry.PointField()),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='territory.street')),
            ],
            options={
                'db_table': 'territory_address_point',
                'indexes': [django.contrib.postgres.indexes.GistIndex(models.F('location'), name='territory_address_location')],
                'constraints': [models.UniqueConstraint(fields=('street', 'number', 'suffix'), name='one_point_per_address'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='an_address_has_a_number')],
            },
        ),
    ]
