"""`python -m bench.opendata`: measures, and writes docs/benchmarks-open-data.md."""

from __future__ import annotations

import time

from rich.console import Console

from bench.opendata import report, running
from config.environment import ROOT


def main() -> None:
    """Run everything and write the report."""
    figures = running.run()
    target = ROOT / "docs" / "benchmarks-open-data.md"
    target.write_text(report.written(figures, today=time.strftime("%d %B %Y")), encoding="utf-8")
    Console().print(f"Written to {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
