"""Nothing asks the time but the clock (DESIGN §4)."""

from __future__ import annotations

import ast

from architecture.checkers.source import Finding, Source, full_name, last_word

ASKS = frozenset(
    {f"time.{name}{unit}" for name in ("time", "monotonic", "perf_counter", "process_time") for unit in ("", "_ns")}
    | {"time.sleep", "time.localtime", "time.gmtime"}
    | {f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")}
    | {"datetime.date.today"}
)


def _waits(node: ast.Call, name: str) -> bool:
    """Say whether it is ``asyncio.sleep`` with a span; ``sleep(0)`` only gives way to the loop."""
    if name != "asyncio.sleep" or not node.args:
        return False
    span = node.args[0]
    return not (isinstance(span, ast.Constant) and span.value == 0)


def asks_the_time(source: Source) -> list[Finding]:
    """Name each place that reads or waits on a clock of its own: a call, or the function handed on."""
    if not source.says("time", "sleep"):
        return []
    names = source.imports
    findings = []
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            name = full_name(node, names)
            if name in ASKS:
                findings.append(source.finding(node, f"{name} asks the time: use the injected Clock"))
        if isinstance(node, ast.Call):
            if _waits(node, full_name(node.func, names)):
                findings.append(source.finding(node, "asyncio.sleep waits on its own: use Clock.sleep"))
            if _asks_the_loop(node):
                findings.append(source.finding(node, "loop.time() asks the time: use the injected Clock"))
    return findings


def _asks_the_loop(node: ast.Call) -> bool:
    func = node.func
    if not (isinstance(func, ast.Attribute) and func.attr == "time" and not node.args):
        return False
    return last_word(func.value).endswith("loop")
