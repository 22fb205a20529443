"""The catalogue in the words of other catalogues: DCAT-AP 3, the European annex, schema.org."""

from __future__ import annotations

from parvis.opendata.queries.dcat.graph import Offered, build, dublin_core
from parvis.opendata.queries.dcat.pages import schema_org

__all__ = ["Offered", "build", "dublin_core", "schema_org"]
