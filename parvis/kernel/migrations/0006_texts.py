"""Text messages wait here until a gateway takes them."""

from django.db import migrations, models

import parvis.kernel.ids

_STATES = [
    ("waiting", "Waiting"),
    ("handing_over", "Handing over"),
    ("sent", "Sent"),
    ("uncertain", "Uncertain"),
    ("lost", "Lost"),
    ("settled", "Settled"),
]


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_reading")]

    operations = [
        migrations.CreateModel(
            name="OutgoingText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True)),
                ("message_key", models.CharField(max_length=200)),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("recipient", models.CharField(blank=True, max_length=16)),
                ("text", models.TextField(blank=True)),
                ("state", models.CharField(choices=_STATES, default="waiting", max_length=12)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("gateway_ref", models.CharField(blank=True, max_length=300)),
                ("posted_at", models.DateTimeField()),
                ("useless_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kernel_outgoing_text",
                "indexes": [
                    models.Index(condition=models.Q(("state", "sent"), _negated=True), fields=["changed_at"], name="text_not_sent_yet"),
                    models.Index(fields=["person_id"], name="text_by_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message_key",), name="one_text_per_message_key"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["waiting", "handing_over", "sent", "uncertain", "lost", "settled"])), name="text_is_in_a_known_state"),
                    models.CheckConstraint(condition=models.Q(models.Q(("state__in", ["sent", "lost", "settled"]), _negated=True), ("text", ""), _connector="OR"), name="a_text_that_left_keeps_no_words"),
                ],
            },
        ),
    ]
