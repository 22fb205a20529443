"""Files whose rows must be picked out before they can be typed: contracts, debts, the catalogue.

Each reader takes an entry of `datasets.toml`, the folder of data and a function that reads a plain
file, and returns rows.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Reader = Callable[[Row, Path, Callable[[Path], Iterable[Row]]], list[Row]]
Read = Callable[[Path], Iterable[Row]]

YEARS = range(2019, 2024)
CATALOGUE = "opendata/paris/catalogue_opendata_paris_2023-10-03_explore_v2.1_export.json.gz"


def _json(path: Path) -> Any:
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


# --- contracts (DECP): two formats, one of them nested --------------------------------------------


def _inner(record: Row, plural: str, singular: str) -> list[Any]:
    """Return the values of `{"techniques": {"technique": [...]}}`."""
    return list((record.get(plural) or {}).get(singular) or ())


def _holders(record: Row) -> list[Row]:
    return [one.get("titulaire", one) for one in record.get("titulaires") or ()]


def _contract(record: Row) -> Row:
    place, holders = record.get("lieuExecution") or {}, _holders(record)
    return {
        "id": record["id"],
        "date_notification": record.get("dateNotification"),
        "date_publication_donnees": record.get("datePublicationDonnees"),
        "nature": record.get("nature"),
        "objet": record.get("objet"),
        "code_cpv": record.get("codeCPV"),
        "procedure": record.get("procedure"),
        "techniques": _inner(record, "techniques", "technique"),
        "modalites_execution": _inner(record, "modalitesExecution", "modaliteExecution"),
        "id_accord_cadre": record.get("idAccordCadre"),
        "ccag": record.get("ccag"),
        "forme_prix": record.get("formePrix"),
        "types_prix": _inner(record, "typesPrix", "typePrix"),
        "montant": record.get("montant"),
        "duree_mois": record.get("dureeMois"),
        "offres_recues": None if record.get("offresRecues") == "NC" else record.get("offresRecues"),
        "lieu_execution_code": place.get("code"),
        "lieu_execution_nom": place.get("nom"),
        "considerations_sociales": _inner(record, "considerationsSociales", "considerationSociale"),
        "considerations_environnementales": _inner(
            record, "considerationsEnvironnementales", "considerationEnvironnementale"
        ),
        "marche_innovant": record.get("marcheInnovant"),
        "attribution_avance": record.get("attributionAvance"),
        "taux_avance": record.get("tauxAvance"),
        "sous_traitance_declaree": record.get("sousTraitanceDeclaree"),
        "type_groupement": record.get("typeGroupementOperateurs"),
        "titulaires": [
            one["denominationSociale"] for one in holders if "denominationSociale" in one
        ],
        "titulaires_id": [one["id"] for one in holders if one.get("id")],
        "nombre_modifications": len(record.get("modifications") or ()),
        "source": record.get("source"),
    }


def decp(entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per contract."""
    return [_contract(record) for record in _json(data / entry["read"])]


def decp_modifications(entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per modification of a contract."""
    rows = []
    for path in (entry["read"], *entry["also"]):
        for record in _json(data / path):
            for one in record.get("modifications") or ():
                change = one.get("modification", one)
                # The format of 2019 dates the signature, that of 2022 the notification.
                signed = change.get("dateSignatureModification")
                rows.append(
                    {
                        "id_marche": record["id"],
                        "objet_marche": record.get("objet"),
                        "date_notification": change.get("dateNotificationModification", signed),
                        "date_publication_donnees": change["datePublicationDonneesModification"],
                        "objet": change.get("objetModification"),
                        "montant": change.get("montant"),
                        "duree_mois": change.get("dureeMois"),
                    }
                )
    return rows


# --- guaranteed debt: one file a year -------------------------------------------------------------


def _debts(data: Path) -> list[tuple[int, Row]]:
    folder = data / "opendata" / "paris"
    return [(year, _json(folder / f"hors_bilan_{year}.json")) for year in YEARS]


def debt_years(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per year."""
    return [
        {
            "annee": year,
            **debt["totals"],
            **{name: value for name, value in debt["taux"].items() if not isinstance(value, list)},
            "capital_non_localise": debt["non_localised"]["capital_restant"],
        }
        for year, debt in _debts(data)
    ]


def _debt_part(name: str) -> Reader:
    def rows(_entry: Row, data: Path, _read: Read) -> list[Row]:
        return [{"annee": year, **row} for year, debt in _debts(data) for row in debt[name]]

    return rows


def debt_loans(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return the largest loans of each district and year."""
    return [
        {"annee": year, "arr": district["arr"], **loan}
        for year, debt in _debts(data)
        for district in debt["by_arrondissement"]
        for loan in district["emprunts_top"]
    ]


# --- voted and done -------------------------------------------------------------------------------


def _comparison(data: Path) -> Row:
    found: Row = _json(data / "opendata" / "paris" / "vote_vs_execute.json")
    return found


def voted_and_done(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per theme and year that was both voted and done; no estimate of ours or
    theirs."""
    return [
        {"thematique": theme["thematique"], **year}
        for theme in _comparison(data)["detail_thematique"]
        for year in theme["par_annee"]
    ]


def execution_rates(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per section and year that was both voted and done."""
    sections = {"fonct": "Fonctionnement", "inves": "Investissement"}
    return [
        {
            "annee": year["annee"],
            "section": name,
            "vote": year[f"vote_{short}"],
            "execute": year[f"execute_{short}"],
            "taux_execution": year[f"taux_{short}"],
        }
        for year in _comparison(data)["global_rates"]
        if year["type"] == "comparaison"
        for short, name in sections.items()
    ]


def completeness(entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per set of figures and year."""
    rows = []
    for name, known in _json(data / entry["read"])["datasets"].items():
        for year, state in known["years"].items():
            counts = [value for key, value in state.items() if key.startswith("nb_")]
            rows.append(
                {
                    "jeu": name,
                    "description": known["description"],
                    "annee": year,
                    "etat": state["status"],
                    "lignes": counts[0],
                    "montant_total": state.get("total_montant"),
                    "part_localisee": state.get("pct_geolocalises"),
                }
            )
    return rows


# --- counters, and the catalogue itself -----------------------------------------------------------


def counters(entry: Row, data: Path, read: Read) -> list[Row]:
    """Return each counter once: the file repeats it every hour."""
    seen = {row["counter_id"]: row for row in read(data / entry["read"])}
    return [seen[name] for name in sorted(seen)]


def catalogue_datasets(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per dataset of the catalogue."""
    return [
        {
            "dataset_id": one["dataset_id"],
            **{name: one["metas"]["default"][name] for name in _METAS},
            "accrualperiodicity": one["metas"]["dcat"]["accrualperiodicity"],
            "fields_count": len(one["fields"]),
            "described_fields_count": sum(bool(field["description"]) for field in one["fields"]),
            "geographic": "geo" in one["features"],
        }
        for one in _json(data / CATALOGUE)
    ]


_METAS = (
    "title",
    "theme",
    "keyword",
    "publisher",
    "license",
    "records_count",
    "modified",
    "data_processed",
)


def catalogue_fields(_entry: Row, data: Path, _read: Read) -> list[Row]:
    """Return one row per field of a dataset of the catalogue."""
    return [
        {
            "dataset_id": one["dataset_id"],
            "rang": rank,
            **{name: field[name] for name in ("name", "label", "type", "description")},
            "annotations": sorted(field["annotations"]),
        }
        for one in _json(data / CATALOGUE)
        for rank, field in enumerate(one["fields"], 1)
    ]


READERS: dict[str, Reader] = {
    "decp": decp,
    "decp_modifications": decp_modifications,
    "debt_years": debt_years,
    "debt_natures": _debt_part("by_nature"),
    "debt_districts": _debt_part("by_arrondissement"),
    "debt_borrowers": _debt_part("top_beneficiaires"),
    "debt_lenders": _debt_part("top_preteurs"),
    "debt_loans": debt_loans,
    "voted_and_done": voted_and_done,
    "execution_rates": execution_rates,
    "completeness": completeness,
    "counters": counters,
    "catalogue_datasets": catalogue_datasets,
    "catalogue_fields": catalogue_fields,
}
