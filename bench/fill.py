"""Fills a running city's consultation for the measurements: `python -m bench.fill SLUG COUNT
REMARKS`.

Prints the public id of the contribution that carries the remarks, if any were asked for.
"""

from __future__ import annotations

import importlib
import os
import sys

import django


def main(slug: str, contributions: int, remarks: int) -> None:
    """Add contributions to a consultation, and remarks to its newest contribution."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()
    testing = importlib.import_module("parvis.deliberation.testing")
    public = importlib.import_module("parvis.deliberation.public")
    if contributions:
        testing.generate(slug, contributions=contributions)
    if remarks:
        page = public.contributions(slug, wanted=public.Wanted(), viewer=None)
        newest = page.items[0].id
        testing.generate_remarks(newest, remarks=remarks)
        sys.stdout.write(f"{newest}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
