"""Devices, open sessions, codes on paper and in a mail."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import parvis.kernel.ids

_ID = (
    "id",
    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
)


def _person(related_name, **options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=settings.AUTH_USER_MODEL,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                _ID,
                (
                    "public_id",
                    models.UUIDField(
                        default=parvis.kernel.ids.new_public_id, editable=False, unique=True
                    ),
                ),
                ("token_hash", models.CharField(max_length=64)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(db_index=True)),
                ("trusted_until", models.DateTimeField(blank=True, null=True)),
                ("person", _person("devices")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "token_hash"), name="one_row_per_person_and_device"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                _ID,
                ("ref", models.CharField(max_length=64, unique=True)),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="open_sessions",
                        to="residents.device",
                    ),
                ),
                ("person", _person("open_sessions")),
            ],
        ),
        migrations.CreateModel(
            name="MailedCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("person", _person("+", blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("tries__lte", 5)), name="mailed_code_has_few_tries"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperCode",
            fields=[
                _ID,
                ("rank", models.PositiveSmallIntegerField()),
                ("code_hash", models.CharField(max_length=128)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("person", _person("paper_codes")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "rank"), name="one_paper_code_per_rank"
                    ),
                    models.CheckConstraint(
                        condition=Q(("rank__lt", 10)), name="paper_code_has_a_rank"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("used_at", None), ("used_at__gte", F("made_at")), _connector="OR"
                        ),
                        name="paper_code_is_used_after_it_is_made",
                    ),
                ],
            },
        ),
    ]
