"""The words of the European data portal, as people here say them.

Sources: the authority tables of the Publications Office (data-theme, frequency, licence), in their
French labels; the categories of Implementing Regulation (EU) 2023/138.
"""

from __future__ import annotations

THEMES = {
    "AGRI": "Agriculture, pêche, sylviculture et alimentation",
    "ECON": "Économie et finances",
    "EDUC": "Éducation, culture et sport",
    "ENER": "Énergie",
    "ENVI": "Environnement",
    "GOVE": "Gouvernement et secteur public",
    "HEAL": "Santé",
    "INTR": "Questions internationales",
    "JUST": "Justice, système juridique et sécurité publique",
    "REGI": "Régions et villes",
    "SOCI": "Population et société",
    "TECH": "Science et technologie",
    "TRAN": "Transports",
}
FREQUENCIES = {
    "ANNUAL": "Annuelle",
    "ANNUAL_2": "Semestrielle",
    "QUARTERLY": "Trimestrielle",
    "MONTHLY": "Mensuelle",
    "WEEKLY": "Hebdomadaire",
    "DAILY": "Quotidienne",
    "HOURLY": "Horaire",
    "UPDATE_CONT": "Continue",
    "CONT": "Continue",
    "IRREG": "Au fil du temps",
    "NEVER": "Pas de mise à jour",
}
LICENSES = {
    "ODC_BL": ("Open Database License (ODbL)", "http://opendatacommons.org/licenses/odbl/"),
    "ETALAB_2_0": (
        "Licence Ouverte v2.0 (Etalab)",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    "CC_BY_4_0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC_BYSA_4_0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/deed.fr"),
    "CC0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
HVD = {
    "c_ac64a52d": "geospatial",
    "c_dd313021": "environment",
    "c_164e0bf5": "meteorological",
    "c_e1da4e07": "statistics",
    "c_a9135398": "companies",
    "c_b79e35eb": "mobility",
}
TABLES = ("csv", "tsv", "xlsx", "ods", "geojson", "jsonl", "json", "parquet")
"""Formats a table is read from, the best first."""
MEDIA_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/geo+json": "geojson",
    "application/vnd.geo+json": "geojson",
    "application/json": "json",
    "application/vnd.apache.parquet": "parquet",
}


def last(address: str) -> str:
    """Return what stands behind the last slash or hash of an address."""
    return address.rstrip("/#").rpartition("/")[2].rpartition("#")[2]
