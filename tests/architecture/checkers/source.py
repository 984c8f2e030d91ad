"""A Python file as the checkers see it, and what they say about it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("tui", "connectors", "storage")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule of the house is broken."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Source:
    """The text of one file, parsed once at most; ``path`` is relative to the checkout, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What it says, parsed when first asked for: a check looks first whether the word it minds is there at all."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, as `ast.walk` gives them: walked once for all checks."""
        return list(ast.walk(self.tree))

    @cached_property
    def imports(self) -> dict[str, str]:
        """Each name it imports → what it stands for: ``{"t": "time", "now": "time.monotonic"}``."""
        return _imported_names(self.nodes)

    def says(self, *words: str) -> bool:
        """Whether one of the words stands in its text."""
        return any(word in self.text for word in words)

    @property
    def lines(self) -> list[str]:
        """The file's lines, without their ends."""
        return self.text.splitlines()

    def finding(self, node: ast.AST, what: str) -> Finding:
        """Say ``what`` about the line on which ``node`` stands."""
        return Finding(self.path, getattr(node, "lineno", 1), what)


def read(path: Path) -> Source:
    """Read and parse one file of the checkout."""
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def sources(*folders: str) -> Iterator[Source]:
    """Read every Python file below the given folders of the checkout, in order; a file's own path works too."""
    for folder in folders:
        base = ROOT / folder
        paths = [base] if base.is_file() else sorted(base.rglob("*.py"))
        yield from (read(path) for path in paths)


def report(findings: list[Finding]) -> str:
    """One finding a line, for the message of an assertion."""
    return "\n" + "\n".join(str(finding) for finding in findings)


def called_name(call: ast.Call) -> str:
    """The last word of what is called: ``loads`` for ``json.loads(x)``, empty when it has no name."""
    return last_word(call.func)


def last_word(node: ast.expr) -> str:
    """The name of a name or attribute: ``delay_s`` for ``self.delay_s``; of a call, what it calls; else empty."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return last_word(func)
        case _:
            return ""


def _imported_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def full_name(node: ast.expr, names: dict[str, str]) -> str:
    """Spell a dotted expression from its import: ``time.sleep`` for ``rest`` after ``from time import sleep as rest``.

    Empty when the expression is not a chain of names, or does not begin with something imported.
    """
    match node:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=value, attr=attr):
            base = full_name(value, names)
            return f"{base}.{attr}" if base else ""
        case _:
            return ""
