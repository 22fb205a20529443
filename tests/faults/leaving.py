"""Says, inside the running city, what would stay of each of its people without a law, or of nobody:
run by `test_leaving`."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import django


def main() -> None:
    """Print, as JSON, each name with the kinds that would stay unexplained, and how many that
    go or stay in all."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()
    residents = importlib.import_module("parvis.account.models").Resident.objects
    told = {one.usual_name: _of(one.pk) for one in residents.exclude(email=None)}
    sys.stdout.write(json.dumps(told))


def _of(person_id: Any) -> dict[str, Any]:
    closing = importlib.import_module("parvis.account.actions.closing")
    now = importlib.import_module("parvis.kernel.clock").now()
    rehearsal = closing.rehearse_closing(person_id=person_id, now=now)
    kinds = [(module.key, kind) for module in rehearsal.modules for kind in module.kinds]
    return {
        "refusal": rehearsal.refusal,
        "rows": sum(kind.left.erased + kind.left.stays for _key, kind in kinds),
        "unexplained": [
            f"{key}: {kind.label}"
            for key, kind in kinds
            if kind.left.stays and not (kind.what and kind.law)
        ],
    }


if __name__ == "__main__":
    main()
