"""The words by which an address narrows a table: `est.ville=Paris`, `de.annee=2020`."""

from __future__ import annotations

IS, SAYS, FROM, TO = "est", "dit", "de", "a"
