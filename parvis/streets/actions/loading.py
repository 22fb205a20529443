"""Loads what may be reported, who treats it and how a case lives, from the city's folder."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from parvis.streets.models import (
    Category,
    ClosingReason,
    Handler,
    Question,
    RoutingRule,
    ServiceHours,
    State,
    Subtype,
    Transition,
)
from parvis.territory.public import zone_ids

Row = dict[str, str]
Named = dict[str, Any]


@transaction.atomic
def load_streets(*, folder: Path, now: dt.datetime) -> int:
    """Bring categories and life cycle up to date with the files of `folder`, add the subtypes and
    handlers that are new, and return how many subtypes there are.

    What is no longer in the files stays, for cases refer to it; a subtype or a handler that is
    known stays as agents made it. Routing is learned once, while there is no rule. The territory
    comes first.

    :raises FileNotFoundError: if a file is missing
    """
    life, told = _toml(folder / "life.toml"), _toml(folder / "told.toml")
    _load_life(life)
    categories = _load_categories(_csv(folder / "categories.csv"))
    _load_subtypes(_csv(folder / "subtypes.csv"), told["words"], categories)
    _load_not_ours(told["not_ours"], categories)
    _load_questions(life["questions"])
    _load_handlers(_csv(folder / "handlers.csv"))
    _load_routing(_csv(folder / "routing.csv"), now)
    return Subtype.objects.count()


def _csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _toml(path: Path) -> Named:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _keep(rows: Sequence[models.Model], *, by: tuple[str, ...] = ("code",)) -> None:
    """Write rows in place of those of the same name."""
    if not rows:
        return
    table: models.QuerySet[Any] = models.QuerySet(type(rows[0]))
    columns = [
        field.name
        for field in table.query.get_meta().concrete_fields
        if not field.primary_key and field.name not in by
    ]
    table.bulk_create(rows, update_conflicts=True, unique_fields=list(by), update_fields=columns)


def _add(rows: Sequence[Subtype]) -> None:
    """Write the subtypes that are new; agents may have changed the others."""
    known = set(Subtype.objects.values_list("code", flat=True))
    Subtype.objects.bulk_create(row for row in rows if row.code not in known)


def _load_life(life: Named) -> None:
    _keep([_state(order, one) for order, one in enumerate(life["states"])])
    _keep([_reason(order, one) for order, one in enumerate(life["reasons"])])
    steps = [
        Transition(
            before_id=before,
            after_id=one["to"],
            deed=one["deed"],
            label_fr=one["fr"],
            label_en=one["en"],
            who=one["who"],
        )
        for one in life["steps"]
        for before in one["from"]
    ]
    _keep(steps, by=("before", "after"))
    wanted = {(step.before_id, step.after_id) for step in steps}
    for known in Transition.objects.all():
        if (known.before_id, known.after_id) not in wanted:
            known.delete()
    if not ServiceHours.objects.exists():
        ServiceHours.objects.bulk_create(
            ServiceHours(weekday=day, opens=one["opens"], closes=one["closes"])
            for one in life["hours"]
            for day in one["weekdays"]
        )


def _state(order: int, one: Named) -> State:
    return State(
        code=one["code"],
        label_fr=one["fr"],
        label_en=one["en"],
        means_fr=one["means_fr"],
        means_en=one["means_en"],
        tone=one["tone"],
        is_initial=one.get("initial", False),
        is_open=one["open"],
        clock=one["clock"],
        order=order,
    )


def _reason(order: int, one: Named) -> ClosingReason:
    return ClosingReason(
        code=one["code"],
        state_id=one["state"],
        label_fr=one["fr"],
        label_en=one["en"],
        text_fr=one["text_fr"],
        text_en=one["text_en"],
        wants_proof=one.get("proof", False),
        order=order,
    )


def _load_categories(rows: list[Row]) -> dict[str, int]:
    known: dict[str, int] = {}
    # Parents first: groups name them.
    for is_group in (False, True):
        _keep(
            [
                Category(
                    code=row["code"],
                    parent_id=known.get(row["parent"]),
                    label_fr=row["label_fr"],
                    label_en=row["label_en"],
                    icon=row["icon"],
                    order=int(row["order"]),
                )
                for row in rows
                if bool(row["parent"]) is is_group
            ]
        )
        known = dict(Category.objects.values_list("code", "id"))
    return known


def _load_subtypes(rows: list[Row], words: dict[str, list[str]], known: dict[str, int]) -> None:
    _add(
        [
            Subtype(
                code=row["code"],
                category_id=known[row["category"]],
                type_id=known[row["type"]],
                published_as=row["published_as"],
                label_fr=row["label_fr"],
                label_en=row["label_en"],
                keywords=words.get(row["code"], []),
                family=int(row["family"]),
                radius_m=int(row["radius_m"]),
                days=int(row["days"]),
                sla_hours=int(row["sla_hours"]) if row["sla_hours"] else None,
                is_reserved_to_agents=bool(row["agents"]),
                is_anonymous_allowed=bool(row["anonymous"]),
                is_place_public=bool(row["place_public"]),
                weight=int(row["weight"]),
                order=order,
            )
            for order, row in enumerate(rows)
        ]
    )


def _load_not_ours(given: list[Named], known: dict[str, int]) -> None:
    _add(
        [
            Subtype(
                code=one["code"],
                category_id=known[one["type"]],
                type_id=known[one["type"]],
                published_as=one["fr"],
                label_fr=one["fr"],
                label_en=one["en"],
                keywords=one["words"],
                family=0,
                radius_m=1,
                days=1,
                not_ours_fr=one["message_fr"],
                not_ours_en=one["message_en"],
                not_ours_url=one.get("url", ""),
            )
            for one in given
        ]
    )


def _load_questions(given: list[Named]) -> None:
    subtypes = dict(Subtype.objects.values_list("code", "id"))
    categories = dict(Category.objects.values_list("code", "id"))
    for order, one in enumerate(given):
        about: Named = {
            "subtype_id": subtypes[one["subtype"]] if "subtype" in one else None,
            "category_id": categories[one["category"]] if "category" in one else None,
        }
        Question.objects.update_or_create(
            **about,
            code=one["code"],
            defaults={
                "label_fr": one["fr"],
                "label_en": one["en"],
                "datatype": one["datatype"],
                "values": one.get("values", []),
                "is_required": one.get("required", False),
                "is_public": one.get("public", False),
                "stops_on": one.get("stops_on", []),
                "stop_fr": one.get("stop_fr", ""),
                "stop_en": one.get("stop_en", ""),
                "order": order,
            },
        )


def _load_handlers(rows: list[Row]) -> None:
    known = set(Handler.objects.values_list("code", flat=True))
    Handler.objects.bulk_create(
        Handler(
            code=row["code"],
            published_as=row["published_as"],
            name=row["name"],
            kind=row["kind"],
        )
        for row in rows
        if row["code"] not in known
    )


def _load_routing(rows: list[Row], now: dt.datetime) -> None:
    if RoutingRule.objects.exists():
        return
    subtypes = dict(Subtype.objects.values_list("code", "id"))
    categories = dict(Category.objects.values_list("code", "id"))
    handlers = dict(Handler.objects.values_list("code", "id"))
    zones = zone_ids()
    RoutingRule.objects.bulk_create(
        RoutingRule(
            subtype_id=subtypes[row["subtype"]] if row["subtype"] else None,
            type_id=categories[row["type"]] if row["type"] else None,
            zone_id=zones[row["zone"]] if row["zone"] else None,
            handler_id=handlers[row["handler"]],
            valid=DateRange(None, None),
            rank=int(row["rank"]),
            why=f"{row['agreed']} / {row['seen']}",
            is_learned=True,
            seen=int(row["seen"]),
            agreed=int(row["agreed"]),
            written_at=now,
        )
        for row in rows
    )
