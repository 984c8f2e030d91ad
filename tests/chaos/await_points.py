"""Every await of the rooms through which an order goes, found by reading the code, never by running it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

ROOMS = ("connectors/engine", "connectors/worker")
"""Whole rooms; what of them is left out stands in `LEFT_OUT`."""

VENUE = (
    "connectors/venues/binance/account.py",
    "connectors/venues/binance/changes.py",
    "connectors/venues/binance/gate.py",
    "connectors/venues/binance/lists.py",
    "connectors/venues/binance/sending.py",
    "connectors/venues/binance/trading.py",
    "connectors/venues/binance/user.py",
    "connectors/wire/corked.py",
    "connectors/wire/hosts.py",
    "connectors/wire/limiter.py",
    "connectors/wire/pools.py",
    "connectors/wire/rest.py",
    "connectors/wire/retry.py",
)
"""Venue trading, down to where bytes leave."""

LEFT_OUT: Mapping[str, str] = {
    "connectors/worker/audit.py": "audit facts about orders, not orders: tests/worker/test_audit_recording.py",
    "connectors/worker/audit_answers.py": "answers about the audit chain",
    "connectors/worker/copies.py": "backups: killed by tests of their own in tests/storage and tests/cli",
    "connectors/worker/desk_ledger.py": "reads the archive for a screen",
    "connectors/worker/desk_lists.py": "reads the archive for a screen",
    "connectors/worker/desk_statistics.py": "reads the archive for a screen",
    "connectors/worker/desk_venues.py": "registering connections",
    "connectors/worker/feeds.py": "market data",
    "connectors/worker/keys": "the vault: killed by tests of its own in tests/storage",
    "connectors/worker/link.py": "the client's end of the link",
    "connectors/worker/panes.py": "market data",
    "connectors/worker/queries.py": "market data",
    "connectors/worker/roster.py": "registering and removing connections",
    "connectors/worker/waking.py": "a laptop that slept: the clock that jumps is no test of kills",
    "connectors/worker/wires.py": "frames of the link",
}
"""Modules of the rooms in which no order is on its way, and why."""


@dataclass(frozen=True, slots=True)
class AwaitPoint:
    """One await.

    Attributes:
        path: Its file, from the checkout on.
        line: Where it begins today.
        name: ``path::function#n``, the n-th of its function: stays when lines move.
    """

    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def left_out(path: str) -> bool:
    """Whether a file is one of `LEFT_OUT`."""
    return any(path == one or path.startswith(f"{one}/") for one in LEFT_OUT)


def files() -> Iterator[Path]:
    """The modules that count, in order."""
    for room in ROOMS:
        for file in sorted((CHECKOUT / room).rglob("*.py")):
            if not left_out(file.relative_to(CHECKOUT).as_posix()):
                yield file
    yield from (CHECKOUT / path for path in VENUE)


@cache
def found() -> tuple[AwaitPoint, ...]:
    """Every await of them."""
    points: list[AwaitPoint] = []
    for file in files():
        path = file.relative_to(CHECKOUT).as_posix()
        points += [point for _, point in awaits(ast.parse(file.read_text(encoding="utf-8")), path)]
    return tuple(points)


def awaits(tree: ast.Module, path: str) -> list[tuple[ast.AST, AwaitPoint]]:
    """The nodes of a module that await, each with its point."""
    met: list[tuple[ast.AST, AwaitPoint]] = []
    numbers: Counter[str] = Counter()

    def walk(node: ast.AST, inside: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{inside}.{node.name}" if inside else node.name
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            numbers[inside] += 1
            met.append((node, AwaitPoint(path, node.lineno, f"{path}::{inside}#{numbers[inside]}")))
        for child in ast.iter_child_nodes(node):
            walk(child, inside)

    walk(tree, "")
    return met
