"""Ready-made consultations for tests and measures, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from parvis.account.public import (
    Person,
    create_confirmed_account,
    grant_role,
    person_by_email,
    persons,
)
from parvis.deliberation.actions.answering import answer
from parvis.deliberation.actions.holding import hold_consultation
from parvis.deliberation.actions.inputs import (
    NewAnswer,
    NewConsultation,
    NewContribution,
    NewRemark,
)
from parvis.deliberation.actions.writing import post_contribution, post_remark
from parvis.deliberation.models import Consultation, Contribution
from parvis.deliberation.models.choices import AnswerStance, Kind, Stance
from parvis.deliberation.queries.shapes import ConsultationView
from parvis.kernel.ids import new_public_id

SUBJECT = "plan:paris-2015"
SECTION = "plan:paris-2015/1.2"
BRANCH = "plan:paris-2015/1"
OPENING = dt.datetime(2015, 6, 24, 22, tzinfo=dt.UTC)
CLOSING = dt.datetime(2015, 9, 15, 21, 59, 59, tzinfo=dt.UTC)
# Well within the opening, at noon in Paris.
NOON = dt.datetime(2015, 7, 14, 10, tzinfo=dt.UTC)

_SUBJECTS = (
    "Les pistes cyclables", "Le compte unique", "Les jardins partagés", "Les cantines scolaires",
    "Les données ouvertes", "Les conseils de quartier", "L'éclairage public", "Les bibliothèques",
    "Les marchés alimentaires", "Le chauffage urbain", "Les berges de la Seine", "Les crèches",
)  # fmt: skip
_VERBS = (
    "devraient être étendus à", "méritent un budget propre pour", "pourraient mieux servir",
    "doivent rester gratuits pour", "gagneraient à être pensés avec", "changent déjà la vie de",
)  # fmt: skip
_PEOPLE = (
    "toutes les familles", "chaque arrondissement", "les personnes âgées", "nos écoles",
    "les associations", "celles et ceux qui travaillent de nuit", "les étudiants",
)  # fmt: skip
_ENDS = (
    "dès l'année prochaine.", "avant 2020.", "avec un calendrier public.", "sans attendre.",
    "comme à Lyon ou à Nantes.", "et il faut en mesurer les effets.",
)  # fmt: skip
_COLUMNS = (
    "public_id", "consultation_id", "kind", "section_ref", "branch_ref", "author_id",
    "author_name", "district", "title", "body", "body_format", "state", "set_aside", "created_at",
    "form_token", "origin_ref", "extras", "ok_count", "mixed_count", "not_ok_count", "archived_ok",
    "archived_mixed", "archived_not_ok", "for_count", "against_count", "reply_count",
    "source_count",
)  # fmt: skip


def someone(name: str, role: str = "") -> Person:
    """Save one of the cast by name, or return them: the account's own cast where tests made it."""
    email = f"{name.lower()}@parvis.example"
    known = person_by_email(email)
    if known:
        return known
    created = create_confirmed_account(
        email=email, password=f"{name}-2015-parvis", usual_name=name, now=OPENING
    )
    if role:
        grant_role(person_id=created, role=role, by=None, now=OPENING)
    return persons([created])[created]


def a_consultation(**changes: Any) -> ConsultationView:
    """Save the consultation on the plan, open from 25 June to 15 September 2015, or return it."""
    given: dict[str, Any] = {
        "slug": "plan-2015",
        "title": "Paris intelligent et durable",
        "lead": "Donnez votre avis sur le plan.",
        "subject_ref": SUBJECT,
        "opens_at": OPENING,
        "closes_at": CLOSING,
    }
    return hold_consultation(new=NewConsultation(**given | changes), now=OPENING)


def a_contribution(
    by: Person | None = None, *, now: dt.datetime = NOON, **changes: Any
) -> uuid.UUID:
    """Post a measure, by Alice unless told; the consultation is saved if it is not there."""
    given: dict[str, Any] = {
        "consultation": "plan-2015",
        "kind": Kind.MEASURE,
        "section_ref": SECTION,
        "branch_ref": BRANCH,
        "title": "Des bancs à l'ombre",
        "body": "Il manque des bancs à l'ombre sur les grandes places.",
    }
    a_consultation(slug=changes.get("consultation", "plan-2015"))
    new = NewContribution(**given | changes)
    return post_contribution(new=new, by=by or someone("Alice"), now=now)


def a_remark(
    contribution_id: uuid.UUID,
    by: Person | None = None,
    *,
    now: dt.datetime = NOON,
    **changes: Any,
) -> uuid.UUID:
    """Post an argument for a contribution, by Alice unless told."""
    given: dict[str, Any] = {"stance": Stance.FOR, "body": "On s'y assiérait volontiers."}
    new = NewRemark(contribution_id=contribution_id, **given | changes)
    return post_remark(new=new, by=by or someone("Alice"), now=now)


def an_answer(
    contribution_id: uuid.UUID,
    by: Person | None = None,
    *,
    now: dt.datetime = NOON,
    **changes: Any,
) -> uuid.UUID:
    """Answer a contribution, by Oscar unless told, changing the section it is about."""
    given: dict[str, Any] = {
        "stance": AnswerStance.ADOPTED,
        "body": "La Ville installera cent bancs.",
        "section_ref": SECTION,
    }
    official = by or someone("Oscar", "official")
    new = NewAnswer(**given | changes)
    return answer(contribution_id=contribution_id, new=new, by=official, now=now)


def generate(
    slug: str, *, contributions: int = 100_000, authors: Sequence[Person] = (), sections: int = 30
) -> None:
    """Fill a consultation with made-up contributions by COPY, the same ones each time but for ids.

    They lie under three branches of `sections` sections in all; 100,000 take less than a minute.
    """
    consultation = Consultation.objects.get(slug=slug)
    columns = ", ".join(_COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY deliberation_contribution ({columns}) FROM STDIN") as copy:
            for row in _rows(consultation, contributions, authors, sections):
                copy.write_row(row)
        cursor.execute("ANALYZE deliberation_contribution, deliberation_sectiontally")


def generate_remarks(contribution_id: uuid.UUID, *, remarks: int = 500) -> None:
    """Hang made-up arguments and replies on a contribution, a tenth of them replies to
    arguments.
    """
    one = Contribution.objects.get(public_id=contribution_id)
    top = remarks - remarks // 10
    rows = one.remarks.bulk_create(
        one.remarks.model(
            contribution=one,
            stance=("for", "against", "")[number % 3],
            author_name=f"Habitant {number}",
            body=_sentence(number),
            created_at=one.created_at + dt.timedelta(seconds=number),
            archived_ok=number % 37,
        )
        for number in range(top)
    )
    one.remarks.bulk_create(
        one.remarks.model(
            contribution=one,
            parent=rows[number % top],
            author_name=f"Habitante {number}",
            body=_sentence(number * 7),
            created_at=one.created_at + dt.timedelta(days=1, seconds=number),
        )
        for number in range(remarks - top)
    )


def _rows(
    consultation: Consultation, number: int, authors: Sequence[Person], sections: int
) -> Iterator[tuple[Any, ...]]:
    step = (consultation.closes_at - consultation.opens_at) / (number + 1)
    for n in range(number):
        section = n * 7 % sections
        branch = f"{consultation.subject_ref}/{section % 3 + 1}"
        author = authors[n % len(authors)] if authors else None
        yield (
            new_public_id(), consultation.pk, "measure" if n % 4 == 0 else "comment",
            f"{branch}.{section // 3 + 1}", branch, author.id if author else None,
            "" if author else f"Habitant {n}", n % 21 or None, _title(n), _body(n), "text",
            "public", False, consultation.opens_at + step * (n + 1), "", "", "{}",
            0, 0, 0, n * 7919 % 1009 if n % 5 == 0 else n % 3, 0, 0, 0, 0, 0, 0,
        )  # fmt: skip


def _title(n: int) -> str:
    return f"{_SUBJECTS[n % 12]} pour {_PEOPLE[n * 5 % 7]}, proposition {n}"


def _body(n: int) -> str:
    return "\n\n".join(" ".join(_sentence(n * 31 + p * 11 + s) for s in range(3)) for p in range(2))


def _sentence(n: int) -> str:
    return f"{_SUBJECTS[n % 12]} {_VERBS[n % 6]} {_PEOPLE[n % 7]} {_ENDS[n * 5 % 6]}"
