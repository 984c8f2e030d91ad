"""What the benches found: figures with their limits, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_most: bool = True
    """Whether the limit is a ceiling (else a floor)."""
    spread: tuple[float, float] | None = None
    """Smallest and largest of the runs the value is the median of."""
    note: str = ""

    @property
    def share(self) -> float | None:
        """How well the limit is met: 1 is just met, below 1 it falls short."""
        if self.limit is None or not self.value:
            return None
        return self.limit / self.value if self.at_most else self.value / self.limit

    @property
    def verdict(self) -> str:
        """One word for the table."""
        if self.share is None:
            return ""
        return "met" if self.share >= 1 else "short" if self.share >= 0.8 else "MISSED"


def median_of(name: str, values: Sequence[float], unit: str, **more: object) -> Figure:
    """A figure that is the median of several runs, with their spread."""
    return Figure(name, statistics.median(values), unit, spread=(min(values), max(values)), **more)  # type: ignore[arg-type]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least ``percent`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(percent * 10) // 1000) - 1))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """Markdown table of figures."""
    rows = ["| what | measured | spread | limit | verdict | note |", "|---|---:|---|---:|---|---|"]
    for each in figures:
        spread = f"{_number(each.spread[0])} – {_number(each.spread[1])}" if each.spread else ""
        sign = "≤" if each.at_most else "≥"
        limit = f"{sign} {_number(each.limit)} {each.unit}" if each.limit is not None else ""
        rows.append(
            f"| {each.name} | {_number(each.value)} {each.unit} | {spread} | {limit} | {each.verdict} | {each.note} |"
        )
    return "\n".join(rows)


def write(sections: Sequence[tuple[str, str, Sequence[Figure]]], folder: Path) -> None:
    """Write ``performance.md`` and ``performance.json`` into ``folder``.

    Args:
        sections: Title, one paragraph of how it was measured, and the figures.
        folder: Where to.
    """
    machine = (
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    )
    parts = [
        "# Performance",
        "",
        "Made by `make bench`. Every target is a ratio against a floor or a peer in the same run, or a time measured "
        "on the same machine in the same minute; machines differ, so compare columns, not days.",
        "",
        f"Machine: {machine}.",
    ]
    for title, paragraph, figures in sections:
        parts += ["", f"## {title}", "", paragraph, "", table(figures)]
    (folder / "performance.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    document = {
        "machine": machine,
        "sections": {
            title: [asdict(each) | {"verdict": each.verdict} for each in found] for title, _, found in sections
        },
    }
    (folder / "performance.json").write_text(
        json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
