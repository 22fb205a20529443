"""The log of who read what about whom: append-only, a line may go after a year."""

import parvis.kernel.ids
from parvis.kernel.triggers import append_only_log
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_acting")]

    operations = [
        migrations.CreateModel(
            name='ReadingEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ('person_ref', models.CharField(max_length=100)),
                ('reader_ref', models.CharField(max_length=100)),
                ('what', models.CharField(max_length=100)),
                ('object_ref', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('read_at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'kernel_reading',
                'indexes': [
                    models.Index(fields=['person_ref', 'id'], name='reading_by_person'),
                    models.Index(fields=['reader_ref', 'read_at'], name='reading_by_reader'),
                    models.Index(fields=['read_at'], name='reading_by_age'),
                ],
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(('person_ref', ''), _negated=True), models.Q(('reader_ref', models.F('person_ref')), _negated=True)),
                        name='somebody_reads_about_somebody_else',
                    )
                ],
            },
        ),
        append_only_log("kernel_reading", shreds="reason", moment="read_at", stays="12 months"),
    ]
