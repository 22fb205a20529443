"""Zones: named pieces of ground that are no district."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import parvis.kernel.geometry
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territory', '0001_districts_streets_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('water', 'water'), ('wood', 'wood'), ('park', 'park or garden'), ('drawn', 'drawn by the City')], max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('area_m2', models.PositiveIntegerField()),
                ('source', models.CharField(blank=True, max_length=200)),
                ('drawn_at', models.DateTimeField()),
                ('redrawn_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'territory_zone',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['water', 'wood', 'park', 'drawn'])), name='zone_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('area_m2__gt', 0)), name='a_zone_covers_ground'), models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('drawn_at')), _connector='OR'), name='a_zone_is_closed_after_it_is_drawn'), models.CheckConstraint(condition=models.Q(('redrawn_at', None), ('redrawn_at__gte', models.F('drawn_at')), _connector='OR'), name='a_zone_is_redrawn_after_it_is_drawn')],
            },
        ),
        migrations.CreateModel(
            name='ZoneRing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_hole', models.BooleanField(default=False)),
                ('outline', parvis.kernel.geometry.PolygonField()),
                ('drawn_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
                ('bounds', models.GeneratedField(db_persist=True, expression=models.Func('outline', function='box'), output_field=parvis.kernel.geometry.BoxField())),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rings', to='territory.zone')),
            ],
            options={
                'db_table': 'territory_zone_ring',
                'constraints': [models.CheckConstraint(condition=models.Q(('replaced_at', None), ('replaced_at__gte', models.F('drawn_at')), _connector='OR'), name='a_ring_is_replaced_after_it_is_drawn')],
                'indexes': [django.contrib.postgres.indexes.GistIndex(condition=models.Q(('replaced_at', None)), fields=['bounds'], name='territory_zone_bounds')],
            },
        ),
    ]
