"""Where things stand, what they are called, and what may not be left in them (DESIGN §2, §9)."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from pathlib import PurePosixPath

from architecture.checkers.source import Finding, Source, full_name

NAMES_THAT_SAY_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"})

TOP_LEVEL = frozenset(
    {
        "pyproject.toml",
        "requirements.lock",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        ".gitignore",
        ".ci",
        "docs",
        "tui",
        "connectors",
        "storage",
        "tests",
    }
)

HTTPX_DOOR = "connectors/wire/rest.py"

_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|pragma:\s*no cover", re.IGNORECASE)


def strangers(paths: Iterable[str]) -> list[Finding]:
    """Name each top-level entry the house does not know."""
    top = sorted({PurePosixPath(path).parts[0] for path in paths})
    return [Finding(name, 0, "is not a room of the house") for name in top if name not in TOP_LEVEL]


def meaningless_names(paths: Iterable[str]) -> list[Finding]:
    """Name each module or folder called utils, helpers, common, manager or the like."""
    findings = []
    for path in paths:
        stems = [PurePosixPath(part).stem for part in PurePosixPath(path).parts]
        bad = sorted(NAMES_THAT_SAY_NOTHING.intersection(stems))
        if path.endswith(".py") and bad:
            findings.append(Finding(path, 0, f"{bad[0]!r} says nothing about what is inside"))
    return findings


def packages_below_tests(paths: Iterable[str]) -> list[Finding]:
    """Name each ``__init__.py`` below tests: it would shadow a package of the house."""
    return [
        Finding(path, 0, "shadows a package of the house: tests hold no __init__.py")
        for path in paths
        if path.startswith("tests/") and path.endswith("/__init__.py")
    ]


def httpx_elsewhere(source: Source) -> list[Finding]:
    """Name each import of httpx outside the one door for HTTP, at any depth of the file."""
    if source.path == HTTPX_DOOR or not source.says("httpx"):
        return []
    findings = []
    for node in source.nodes:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        if any(module.split(".")[0] == "httpx" for module in modules):
            findings.append(source.finding(node, f"imports httpx: only {HTTPX_DOOR} does"))
    return findings


def unfinished(source: Source) -> list[Finding]:
    """Name each mark of unfinished work: in comments, and ``NotImplementedError`` in code."""
    if not _UNFINISHED.search(source.text) and not source.says("NotImplemented"):
        return []
    findings = [
        Finding(source.path, token.start[0], f"unfinished: {token.string}")
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type == tokenize.COMMENT and _UNFINISHED.search(token.string)
    ]
    findings += [
        source.finding(node, "NotImplementedError: declare a Protocol, or finish it")
        for node in source.nodes
        if isinstance(node, ast.Name) and node.id in {"NotImplementedError", "NotImplemented"}
        if not _is_operator_answer(source, node)
    ]
    return findings


def _is_operator_answer(source: Source, node: ast.Name) -> bool:
    """``return NotImplemented`` is how an operator says that it does not know the other side."""
    return node.id == "NotImplemented" and "return NotImplemented" in source.lines[node.lineno - 1]


def prints(source: Source) -> list[Finding]:
    """Name each ``print`` in a library room; the command line writes through typer."""
    if not source.says("print("):
        return []
    names = source.imports
    return [
        source.finding(node, "print in library code: return the text, or log it")
        for node in source.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if not full_name(node.func, names)
    ]
