"""The City's file of winning projects (« bp_projets_gagnants »): read, and written back as it was.

A date of the file is a month or a word for why there is none; both are kept.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

COLUMNS = (
    "thematique",
    "echelle_bp",
    "lancement_procedure_projet",
    "debut_etudes_projet",
    "identifiant_projet_gagnant",
    "projet_q_pop",
    "adresse_projet_gagnant",
    "arrondissement_projet_gagnant",
    "budget_global_projet_gagnant",
    "titre_projet_gagnant",
    "direction_pilote_projet",
    "ouverture_projet",
    "edition",
    "avancement_projet",
    "lancement_travaux_projet",
    "livraison_prev_projet",
    "budget_intervalle",
)
CENTRE = 23
"""How the City's file writes Paris Centre, the first four arrondissements together."""
CITY, ARRONDISSEMENT = "Budget participatif parisien", "Budget participatif d\u2019arrondissement"
NO_TITLE, NO_PLACE = "NON REGISTRÉ", "NON REGISTRE"
_CENTS = 100
_INTERVALS = (
    (100_000, "<100k"),
    (300_000, "100k-300k"),
    (600_000, "300k-600k"),
    (1_000_000, "600k-1M"),
)


class Step(StrEnum):
    """The dated steps of a delivery, in their order."""

    STUDY = "study"
    PROCEDURE = "procedure"
    WORKS = "works"
    DUE = "due"
    OPENING = "opening"
    END = "end"


_AFTER = {
    Step.PROCEDURE: {Step.STUDY},
    Step.WORKS: {Step.STUDY},
    Step.DUE: {Step.STUDY},
    Step.OPENING: {Step.STUDY, Step.PROCEDURE, Step.WORKS},
    Step.END: {Step.STUDY, Step.PROCEDURE, Step.WORKS, Step.OPENING},
}
"""What a step cannot come before. A delivery is planned, and may be late: nothing comes after it;
and a second procedure may be launched once works have begun."""
_LONGEST_YEARS = 30


class Stage(StrEnum):
    """How far a delivery got."""

    NOT_STARTED = "not_started"
    STUDY = "study"
    PROCEDURE = "procedure"
    WORKS = "works"
    DELIVERY = "delivery"
    DONE = "done"
    ABANDONED = "abandoned"


class Unknown(StrEnum):
    """Why a step has no date."""

    NOT_RECORDED = "not_recorded"
    NOT_SET = "not_set"
    NOT_BEGUN = "not_begun"


STAGES = {
    "NON DEMARRE": Stage.NOT_STARTED,
    "ETUDES": Stage.STUDY,
    "PROCEDURES": Stage.PROCEDURE,
    "TRAVAUX": Stage.WORKS,
    "LIVRAISON": Stage.DELIVERY,
    "FIN": Stage.DONE,
    "ABANDONNÉ": Stage.ABANDONED,
}
_STEPS = {
    Step.STUDY: ("debut_etudes_projet", "NON DÉMARRÉES"),
    Step.PROCEDURE: ("lancement_procedure_projet", "NON LANCÉE"),
    Step.WORKS: ("lancement_travaux_projet", "NON LANCÉS"),
    Step.DUE: ("livraison_prev_projet", "NON PRÉVUE"),
    Step.OPENING: ("ouverture_projet", "Non ouvert"),
}
_WORDS = {"NON REGISTRE": Unknown.NOT_RECORDED, "NON ENCORE FIXE": Unknown.NOT_SET}
_WORD_OF = {word: text for text, word in _WORDS.items()}
_STAGE_OF = {stage: text for text, stage in STAGES.items()}


class Unreadable(ValueError):
    """A file, or a line of it, is not what the City publishes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """When a step was or is to be taken: a month, or why none is known."""

    first_day: dt.date | None = None
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """A line of the file. `arrondissement` is what it says even of projects for the whole city,
    which it places at the town hall."""

    number: int
    title: str
    theme: str
    is_for_city: bool
    is_popular: bool
    place: str
    arrondissement: int
    cents: int
    pilot: str
    edition: int
    stage: Stage
    steps: tuple[tuple[Step, Month], ...]


def why_not_months(
    known: Mapping[Step, dt.date], changed: Iterable[Step], *, edition: int
) -> tuple[str, Step | None]:
    """Return "" for months that can be so, else `month_far` (not within thirty years from the
    year of the edition on) or `months_disorder`, with the step that was changed. What was not
    changed is not judged by itself."""
    for step in changed:
        month = known.get(step)
        if month is None:
            continue
        if not edition <= month.year < edition + _LONGEST_YEARS:
            return "month_far", step
        before = [known[one] for one in _AFTER.get(step, ()) if one in known]
        after = [known[one] for one, follows in _AFTER.items() if step in follows and one in known]
        if any(one > month for one in before) or any(one < month for one in after):
            return "months_disorder", step
    return "", None


def read(content: bytes) -> list[Winner]:
    """Return the winners of a file, in its order.

    :raises Unreadable: with the number of the line
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable("not a CSV in UTF-8") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise Unreadable("not the columns of bp_projets_gagnants")
    return [_winner(row, line) for line, row in enumerate(rows, start=2)]


def write(winners: Iterable[Winner]) -> bytes:
    """Return winners as the file has them."""
    kept = io.StringIO(newline="")
    out = csv.DictWriter(kept, COLUMNS, lineterminator="\r\n")
    out.writeheader()
    out.writerows(map(_row, winners))
    return kept.getvalue().encode("utf-8")


def interval(cents: int) -> str:
    """Return the class of an amount, as the file names it."""
    euros = cents / _CENTS
    return next((name for most, name in _INTERVALS if euros <= most), ">1M")


def _winner(row: dict[str, str], line: int) -> Winner:
    try:
        return Winner(
            number=int(row["identifiant_projet_gagnant"]),
            title=row["titre_projet_gagnant"],
            theme=row["thematique"],
            is_for_city={CITY: True, ARRONDISSEMENT: False}[row["echelle_bp"]],
            is_popular={"Oui": True, "Non": False}[row["projet_q_pop"]],
            place=row["adresse_projet_gagnant"],
            arrondissement=int(row["arrondissement_projet_gagnant"]),
            cents=int(row["budget_global_projet_gagnant"]) * _CENTS,
            pilot=row["direction_pilote_projet"],
            edition=int(row["edition"]),
            stage=STAGES[row["avancement_projet"]],
            steps=tuple(
                (step, _month(row[column], none)) for step, (column, none) in _STEPS.items()
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        message = f"line {line}: {error}"
        raise Unreadable(message) from error


def _month(text: str, none: str) -> Month:
    if text == none:
        return Month(unknown=Unknown.NOT_BEGUN)
    if text in _WORDS:
        return Month(unknown=_WORDS[text])
    year, month = text.split("-")
    return Month(first_day=dt.date(int(year), int(month), 1))


def _row(one: Winner) -> dict[str, str]:
    dates = dict(one.steps)
    return {
        "thematique": one.theme,
        "echelle_bp": CITY if one.is_for_city else ARRONDISSEMENT,
        "identifiant_projet_gagnant": str(one.number),
        "projet_q_pop": "Oui" if one.is_popular else "Non",
        "adresse_projet_gagnant": one.place,
        "arrondissement_projet_gagnant": str(one.arrondissement),
        "budget_global_projet_gagnant": str(one.cents // _CENTS),
        "titre_projet_gagnant": one.title,
        "direction_pilote_projet": one.pilot,
        "edition": str(one.edition),
        "avancement_projet": _STAGE_OF[one.stage],
        "budget_intervalle": interval(one.cents),
        **{column: _text(dates[step], none) for step, (column, none) in _STEPS.items()},
    }


def _text(month: Month, none: str) -> str:
    if month.first_day is not None:
        return f"{month.first_day:%Y-%m}"
    if month.unknown is None or month.unknown == Unknown.NOT_BEGUN:
        return none
    return _WORD_OF[month.unknown]
