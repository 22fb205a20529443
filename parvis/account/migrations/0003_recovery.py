"""Phones, the codes sent to them, and ways back into an account."""

import datetime as dt
from itertools import combinations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Lower

import parvis.kernel.ids

_ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
_PUBLIC_ID = ("public_id", models.UUIDField(default=parvis.kernel.ids.new_public_id, editable=False, unique=True))
_E164 = r"^\+[1-9][0-9]{5,14}$"
_PROOFS = ["mail_at", "text_at", "code_at", "passkey_at"]
_OUTCOMES = [
    ("refused", "Refused from an old address"),
    ("signed_in", "The owner signed in"),
    ("withdrawn", "Withdrawn by an agent"),
    ("recovered", "The person has their account back"),
    ("expired", "The link was not used"),
]
_PAPERS = [
    ("identity_card", "Identity card"),
    ("passport", "Passport"),
    ("residence_permit", "Residence permit"),
    ("driving_licence", "Driving licence"),
    ("other", "Another paper with a photograph"),
]


def _person(on_delete=django.db.models.deletion.CASCADE, **options):
    return models.ForeignKey(on_delete=on_delete, related_name="+", to=settings.AUTH_USER_MODEL, **options)


def _two_proofs():
    enough = Q()
    for pair in combinations(_PROOFS, 2):
        enough |= Q(**{f"{proof}__isnull": False for proof in pair})
    return enough


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_devices")]

    operations = [
        migrations.CreateModel(
            name="Phone",
            fields=[
                _ID,
                _PUBLIC_ID,
                ("number", models.CharField(max_length=16)),
                ("verified_at", models.DateTimeField()),
                ("person", _person()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="one_account_per_phone"),
                    models.CheckConstraint(condition=Q(number__regex=_E164), name="phone_is_e164"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                _ID,
                _PUBLIC_ID,
                ("number", models.CharField(max_length=16)),
                ("use", models.CharField(choices=[("add", "Add a phone"), ("recover", "Recover an account, as the first proof"), ("second", "Recover an account, after another proof")], max_length=10)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("sent_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("person", _person()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "sent_at"], name="phone_code_by_person"),
                    models.Index(fields=["number", "sent_at"], name="phone_code_by_number"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(number__regex=_E164), name="code_goes_to_e164"),
                    models.CheckConstraint(condition=Q(use__in=["add", "recover", "second"]), name="code_has_one_use"),
                    models.CheckConstraint(condition=Q(tries__lte=5), name="code_is_tried_five_times_at_most"),
                    models.CheckConstraint(
                        condition=Q(posted_at=None, fingerprint="") | (Q(posted_at__isnull=False) & ~Q(fingerprint="")),
                        name="code_exists_once_it_is_posted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                _ID,
                _PUBLIC_ID,
                ("begun_at", models.DateTimeField()),
                ("text_asked_at", models.DateTimeField(blank=True, null=True)),
                ("mail_at", models.DateTimeField(blank=True, null=True)),
                ("text_at", models.DateTimeField(blank=True, null=True)),
                ("code_at", models.DateTimeField(blank=True, null=True)),
                ("passkey_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("person", _person(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["begun_at"], name="recoveries_by_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(done_at=None) | _two_proofs(), name="recovery_takes_two_proofs"
                    ),
                    models.CheckConstraint(
                        condition=Q(person__isnull=False) | Q(**dict.fromkeys([*_PROOFS, "done_at"])),
                        name="nobody_proves_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterRecovery",
            fields=[
                _ID,
                _PUBLIC_ID,
                ("reason", models.CharField(max_length=500)),
                ("paper", models.CharField(choices=_PAPERS, max_length=20)),
                ("email", models.EmailField(max_length=254)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("refusal_hash", models.CharField(max_length=64, unique=True)),
                ("link_hash", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("link_sent_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, choices=_OUTCOMES, max_length=10)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("opened_by", _person(on_delete=django.db.models.deletion.SET_NULL, null=True)),
                ("person", _person()),
            ],
            options={
                "indexes": [
                    models.Index(condition=Q(settled_at=None), fields=["due_at"], name="open_recoveries_by_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(settled_at=None), fields=("person",), name="one_open_recovery_per_person"
                    ),
                    models.CheckConstraint(
                        condition=Q(due_at__gte=F("opened_at") + dt.timedelta(hours=24)),
                        name="recovery_gives_a_day_to_refuse",
                    ),
                    models.CheckConstraint(
                        condition=Q(link_sent_at=None, link_hash=None)
                        | Q(link_sent_at__gte=F("due_at"), link_hash__isnull=False),
                        name="recovery_link_leaves_after_the_notice",
                    ),
                    models.CheckConstraint(
                        condition=Q(settled_at=None, outcome="")
                        | Q(settled_at__isnull=False, outcome__in=[one for one, _label in _OUTCOMES]),
                        name="settled_recovery_has_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=~Q(outcome="recovered") | Q(link_sent_at__isnull=False),
                        name="recovered_by_the_link",
                    ),
                    models.CheckConstraint(
                        condition=Q(email=Lower("email")), name="recovery_email_is_lower_case"
                    ),
                    models.CheckConstraint(condition=~Q(reason=""), name="recovery_has_a_reason"),
                    models.CheckConstraint(
                        condition=Q(paper__in=[one for one, _label in _PAPERS]),
                        name="recovery_saw_a_known_paper",
                    ),
                ],
            },
        ),
    ]
