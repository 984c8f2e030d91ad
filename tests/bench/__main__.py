"""`make bench`: run every bench, print its table, and write docs/performance.md and docs/performance.json."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from bench import report

BENCHES = ("book", "orders", "replay", "unlock", "desk")


def main(names: list[str]) -> int:
    """Run the named benches, or all."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"There is no bench {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    sections = []
    for name in names or BENCHES:
        section = importlib.import_module(f"bench.{name}").measure()
        sections.append(section)
        print(f"\n{section[0]}\n{section[1]}\n{report.table(section[2])}", flush=True)
    if not names:
        report.write(sections, Path(__file__).parents[2] / "docs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
