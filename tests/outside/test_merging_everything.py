"""Merging moves every row of a person, and taking apart brings every row back."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings as limits, strategies as st

from parvis.account.actions import merging
from parvis.account.actions.merging import Cause
from parvis.account.models import Resident
from parvis.account.testing import MORNING, a_person, alice
from parvis.deliberation.models import Contribution, Draft, Flag, Follow, Support
from parvis.deliberation.testing import NOON, a_contribution, a_remark
from parvis.kernel.declarations import moves
from parvis.kernel.ids import new_public_id
from parvis.openid.actions.subjects import subject
from parvis.openid.models import AccessToken, Login
from parvis.openid.testing import a_service, agrees
from parvis.relation.models import Preference, TimelineEntry

# What is only ever added to: the books say that accounts were merged and taken apart.
BOOKS = {
    "kernel.FactRecord",
    "kernel.RegisterEntry",
    "kernel.OutgoingMail",
    "residents.Merge",
}


def our_models():
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("parvis.") or model._meta.app_label == "account"
    ]


def everything():
    """Return every row of the city, by table, but for the books."""
    return {
        model._meta.label: list(models.QuerySet(model).order_by("pk").values())
        for model in our_models()
        if model._meta.label not in BOOKS
    }


def held_by(person_id):
    """Count the rows that name a person, column by column of what moves."""
    return Counter(
        {
            f"{label}.{column}": models.QuerySet(apps.get_model(label))
            .filter(**{column: person_id})
            .count()
            for one in moves
            for label, column in one.columns
        }
    )


def test_every_column_that_holds_a_person_moves_or_stays():
    declared = [pair for one in moves for pair in (*one.columns, *one.stays)]
    assert len(declared) == len(set(declared))
    person = apps.get_model(settings.AUTH_USER_MODEL)
    found = {
        (model._meta.label, field.name)
        for model in our_models()
        if model._meta.app_label != "account"
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is person
    }
    assert found - set(declared) == set()
    for label, column in declared:
        assert apps.get_model(label)._meta.get_field(column)


who = st.sampled_from(["stays", "goes", "both", "nobody"])
ACTS = (
    "vote",
    "other_vote",
    "remark_vote",
    "follow",
    "flag",
    "draft",
    "choose",
    "be_told",
    "write",
    "enter",
)
lives = st.fixed_dictionaries(dict.fromkeys(ACTS, who))


KNOWN_TO_BOTH = {
    "openid.Subject.person",
    "openid.Login.person",
    "openid.AccessToken.user",
}


def enter(person, library):
    """Let a person sign in to a library with their account."""
    agrees(person, library)
    subject(library.service.sector, f"person:{person.id}")
    login = Login.objects.create(
        service=library.service,
        person_id=person.id,
        session_ref=new_public_id().hex,
        auth_time=NOON,
        acr="eidas1",
        began_at=NOON,
    )
    AccessToken.objects.create(
        user_id=person.id,
        application=library.service,
        login=login,
        token=new_public_id().hex,
        expires=NOON,
    )


def chosen(choice, sides):
    return [sides[name] for name in ("stays", "goes") if choice in (name, "both")]


def live(life, sides, author):
    texts = [a_contribution(author, title=f"Proposition {n}") for n in range(2)]
    first, second = (Contribution.objects.get(public_id=text) for text in texts)
    a_remark(first.public_id, author)
    fact, library = new_public_id(), a_service()
    acts = {
        "vote": lambda one: Support.objects.create(
            contribution=first, person_id=one.id, given_at=NOON
        ),
        "other_vote": lambda one: Support.objects.create(
            contribution=second, person_id=one.id, opinion="mixed", given_at=NOON
        ),
        "remark_vote": lambda one: Support.objects.create(
            remark=first.remarks.get(), person_id=one.id, given_at=NOON
        ),
        "follow": lambda one: Follow.objects.create(
            contribution=first, person_id=one.id, followed_at=NOON
        ),
        "flag": lambda one: Flag.objects.create(
            contribution=second, person_id=one.id, reason="other", flagged_at=NOON
        ),
        "draft": lambda one: Draft.objects.create(
            consultation=first.consultation,
            person_id=one.id,
            kind="measure",
            section_ref="1",
            body=one.usual_name,
            saved_at=NOON,
        ),
        "choose": lambda one: Preference.objects.create(
            person_id=one.id, topic="account", mail=False, chosen_at=NOON
        ),
        "be_told": lambda one: TimelineEntry.objects.create(
            person_id=one.id, fact_id=fact, notice_key="x", topic="account", happened_at=NOON
        ),
        "write": lambda one: a_contribution(one, title="Mine"),
        "enter": lambda one: enter(one, library),
    }
    for act, person in ((act, one) for act, who in life.items() for one in chosen(who, sides)):
        acts[act](person)


@pytest.mark.django_db
@limits(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Each example writes and reads a whole city: to shrink one would take minutes.
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
)
@given(life=lives)
def test_taken_apart_every_row_is_back_whatever_the_two_did(life):
    with transaction.atomic():
        author = a_person("Chloé", email="chloe@parvis.example")
        sides = {"stays": alice(), "goes": a_person("Lili", email="lili@parvis.example")}
        live(life, sides, author)
        stays, goes = sides["stays"].id, sides["goes"].id
        before, mine = everything(), held_by(goes)
        theirs = held_by(stays)

        merge_id = merging.merge_accounts(
            stays=stays, goes=goes, cause=Cause(reason="Passport seen"), now=MORNING
        )
        left = {column for column, count in held_by(goes).items() if count}
        # The library knew both: what it had of the account that goes is over.
        assert left == (KNOWN_TO_BOTH if life["enter"] == "both" else set())
        for column, count in held_by(stays).items():
            if not column.startswith("kernel."):
                assert theirs[column] <= count <= theirs[column] + mine[column], column
        counted = Support.objects.filter(contribution__isnull=False).count()
        votes = ((row.ok_count, row.mixed_count) for row in Contribution.objects.all())
        assert sum(sum(pair) for pair in votes) == counted

        merging.undo_merge(merge_id, cause=Cause(reason="Twins"), now=MORNING)
        after = everything()
        assert [name for name in before if before[name] != after[name]] == []
        assert Resident.objects.get(pk=goes).closed_at is None
        transaction.set_rollback(True)
