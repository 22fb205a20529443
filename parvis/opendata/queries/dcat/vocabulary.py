"""The words of the European data portal: its names for our themes, frequencies and formats.

Sources: the authority tables of the Publications Office (data-theme, frequency, file-type, licence,
access-right) and the categories of Implementing Regulation (EU) 2023/138.
"""

from __future__ import annotations

import re
import unicodedata

AUTHORITY = "http://publications.europa.eu/resource/authority"
THEME_SCHEME = f"{AUTHORITY}/data-theme"
PUBLIC = f"{AUTHORITY}/access-right/PUBLIC"
RESTRICTED = f"{AUTHORITY}/access-right/RESTRICTED"
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"

_THEMES = {
    "administration et finances publiques": ("GOVE", "ECON"),
    "mobilite et espace public": ("TRAN",),
    "urbanisme et logements": ("REGI",),
    "citoyennete": ("GOVE",),
    "equipements, services, social": ("SOCI",),
    "environnement": ("ENVI",),
    "commerces et tourisme": ("ECON",),
    "culture": ("EDUC",),
}
_FREQUENCIES = {
    "annuelle": "ANNUAL",
    "bi-annuelle": "ANNUAL_2",
    "semestrielle": "ANNUAL_2",
    "trimestrielle": "QUARTERLY",
    "mensuelle": "MONTHLY",
    "hebdomadaire": "WEEKLY",
    "quotidienne": "DAILY",
    "horaire": "HOURLY",
    "minute": "UPDATE_CONT",
    "continue": "UPDATE_CONT",
    "au fil du temps": "IRREG",
    "ponctuelle": "IRREG",
    "pas de mise a jour": "NEVER",
    "pas de mises a jour": "NEVER",
    "aucune": "NEVER",
}
_LICENSES = {
    "http://opendatacommons.org/licenses/odbl/": f"{AUTHORITY}/licence/ODC_BL",
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence/": f"{AUTHORITY}/licence/ETALAB_2_0",
    "https://creativecommons.org/licenses/by-sa/4.0/deed.fr": f"{AUTHORITY}/licence/CC_BYSA_4_0",
}
_HVD = {
    "geospatial": "c_ac64a52d",
    "environment": "c_dd313021",
    "meteorological": "c_164e0bf5",
    "statistics": "c_e1da4e07",
    "companies": "c_a9135398",
    "mobility": "c_b79e35eb",
}
_FILE_TYPES = {
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON",
    "jsonld": "JSON_LD",
    "geojson": "GEOJSON",
    "gpx": "GPX",
    "kml": "KML",
    "xlsx": "XLSX",
    "parquet": "PARQUET",
    "shp": "SHP",
    "rdfxml": "RDF_XML",
    "turtle": "RDF_TURTLE",
    "n3": "N3",
}
_MARKS = re.compile("[\u0300-\u036f]")


def themes(names: tuple[str, ...]) -> list[str]:
    """Return the European themes of ours, each once; a theme of our own has none."""
    codes = [code for name in names for code in _THEMES.get(_plain(name), ())]
    return [f"{AUTHORITY}/data-theme/{code}" for code in dict.fromkeys(codes)]


def frequency(said: str | None) -> str | None:
    """Return the European frequency of what a producer wrote, None if it is none."""
    code = _FREQUENCIES.get(_plain(said or ""))
    return f"{AUTHORITY}/frequency/{code}" if code else None


def license_of(url: str) -> str | None:
    """Return the European name of a licence, or else its own address."""
    return _LICENSES.get(url, url or None)


def hvd_category(name: str | None) -> str | None:
    """Return the category of high-value datasets that this is, None if it is none."""
    code = _HVD.get(name or "")
    return f"http://data.europa.eu/bna/{code}" if code else None


def file_type(format_name: str) -> str | None:
    """Return the European name of a file format."""
    code = _FILE_TYPES.get(format_name)
    return f"{AUTHORITY}/file-type/{code}" if code else None


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).strip().lower()
