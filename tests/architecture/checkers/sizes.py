"""How long a file and a function, how wide a class may be (DESIGN §9)."""

from __future__ import annotations

import ast

from architecture.checkers.source import Finding, Function, Source

FILE_LINES = 300
FILE_LINES_HARD = 500
FUNCTION_LINES = 50
PUBLIC_METHODS = 20


def long_file(source: Source, limit: int = FILE_LINES) -> list[Finding]:
    """Name the file if it has more than ``limit`` lines."""
    count = len(source.lines)
    return [Finding(source.path, count, f"{count} lines; the house ends at {limit}")] if count > limit else []


def long_functions(source: Source, limit: int = FUNCTION_LINES) -> list[Finding]:
    """Name each function with more than ``limit`` lines, from its ``def`` to its end, docstring included."""
    findings: list[Finding] = []
    if len(source.lines) <= limit:
        return findings
    for node in source.nodes:
        if isinstance(node, Function):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > limit:
                findings.append(source.finding(node, f"{node.name} has {count} lines; the house ends at {limit}"))
    return findings


def wide_classes(source: Source, limit: int = PUBLIC_METHODS) -> list[Finding]:
    """Name each class with more than ``limit`` public methods; a property and its setter count once."""
    findings = []
    for node in source.nodes:
        if isinstance(node, ast.ClassDef):
            methods = {item.name for item in node.body if isinstance(item, Function) and not item.name.startswith("_")}
            if len(methods) > limit:
                what = f"{node.name} has {len(methods)} public methods; the house ends at {limit}"
                findings.append(source.finding(node, what))
    return findings
