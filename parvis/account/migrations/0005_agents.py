"""Roles by service and territory, from one day to another, for a reason; whom agents acted for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import parvis.kernel.ids

ROLES = ["moderator", "official", "agent", "administrator"]
PERSON = dict(
    null=True,
    on_delete=django.db.models.deletion.SET_NULL,
    related_name="+",
    to=settings.AUTH_USER_MODEL,
)


class Migration(migrations.Migration):
    dependencies = [("residents", "0004_identities")]

    operations = [
        migrations.AddField(
            "rolegrant",
            "service",
            models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            "rolegrant", "territory", models.PositiveSmallIntegerField(blank=True, null=True)
        ),
        migrations.AddField("rolegrant", "starts_at", models.DateTimeField(null=True)),
        migrations.AddField("rolegrant", "ends_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "rolegrant",
            "reason",
            models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddField("rolegrant", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("rolegrant", "ended_by", models.ForeignKey(**PERSON)),
        migrations.AddField(
            "rolegrant",
            "end_reason",
            models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.RunSQL(
            "UPDATE residents_rolegrant SET starts_at = granted_at", migrations.RunSQL.noop
        ),
        migrations.AlterField("rolegrant", "starts_at", models.DateTimeField()),
        migrations.RemoveConstraint("rolegrant", "one_grant_per_person_and_role"),
        migrations.AddConstraint(
            "rolegrant",
            models.UniqueConstraint(
                condition=Q(ended_at=None),
                fields=("person", "role", "service", "territory"),
                name="one_grant_per_person_role_service_and_territory",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(condition=Q(role__in=ROLES), name="role_is_known"),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(
                condition=Q(territory=None) | Q(territory__range=(1, 99)),
                name="role_is_held_in_an_arrondissement",
            ),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="role_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="role_is_taken_back_after_it_was_given",
            ),
        ),
        migrations.CreateModel(
            name="Assistance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=parvis.kernel.ids.new_public_id, editable=False, unique=True
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("counter", "At the counter"),
                            ("phone", "By phone"),
                            ("post", "By post"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("began_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistances_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistances_received",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "began_at"], name="assistances_of_a_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at=None),
                        fields=("agent",),
                        name="one_assistance_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=~Q(agent=F("person")), name="nobody_assists_themselves"
                    ),
                    models.CheckConstraint(
                        condition=~Q(reason=""), name="assistance_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=Q(until__gt=F("began_at")),
                        name="assistance_ends_after_it_begins",
                    ),
                ],
            },
        ),
    ]
