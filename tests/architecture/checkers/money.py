"""Money is Decimal: no float literal, annotation or conversion where prices and sizes live (DESIGN §4).

A float is permitted where it is plainly a span of time: in what is assigned to, passed as, compared with or returned by
a name that ends in a time word. Everything else is named, and mended by using Decimal, int ns, or a better name.
"""

from __future__ import annotations

import ast

from architecture.checkers.source import Finding, Function, Source, full_name, last_word

ROOMS = (
    "connectors/model",
    "connectors/sync",
    "connectors/engine",
    "connectors/matching",
    "connectors/venues",
    "connectors/worker",
    "storage",
)

TIME_WORDS = ("_s", "seconds", "timeout", "delay", "_monotonic")
"""Endings of names that hold spans of time, in any case: ``retry_after_s``, ``READ_TIMEOUT``."""

TIME_CALLS = frozenset({"sleep", "timeout", "timeout_at", "wait_for", "call_later", "call_at"})
"""Calls whose positional numbers are seconds."""

BINARY_COLUMNS = frozenset({"Float", "REAL", "Double", "DOUBLE", "Numeric", "NUMERIC", "DECIMAL"})
"""Column types that SQLite keeps as binary floating point."""

JSON_READERS = {"json.load": "parse_float", "json.loads": "parse_float"}
MSGSPEC_READERS = frozenset({"msgspec.json.decode", "msgspec.json.Decoder"})


def is_time_name(name: str) -> bool:
    """Say whether a name tells its reader that it holds a span of time."""
    return bool(name) and name.lower().endswith(TIME_WORDS)


class _MoneyLint(ast.NodeVisitor):
    """Walks a file and keeps a count of enclosing places that permit a float."""

    def __init__(self, source: Source, allowed: frozenset[str]) -> None:
        self.source = source
        self.allowed = allowed
        self.names = source.imports
        self.permits = 0
        self.findings: list[Finding] = []

    def _find(self, node: ast.AST, what: str) -> None:
        self.findings.append(self.source.finding(node, what))

    def _permitted(self, name: str) -> bool:
        return is_time_name(name) or name in self.allowed

    def _visit(self, *nodes: ast.AST | None, permit: bool = False) -> None:
        self.permits += permit
        for node in nodes:
            if node is not None:
                self.visit(node)
        self.permits -= permit

    # Where floats show

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, float) and not self.permits:
            self._find(node, f"float literal {node.value!r}: write Decimal, or name what holds it with _s")

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == "float" and not self.permits:
            self._find(node, "float: money is Decimal; a span of time is named _s")
        if node.id in BINARY_COLUMNS and self.names.get(node.id, "").startswith(("sqlalchemy", "sqlmodel")):
            self._find(node, f"column type {node.id} loses digits on SQLite: use DecimalText")

    def _annotation(self, node: ast.expr | None, permit: bool) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            quoted = ast.parse(node.value, mode="eval")
            node = ast.copy_location(quoted.body, node)
            for part in ast.walk(quoted):
                ast.copy_location(part, node)
        self._visit(node, permit=permit)

    # Who may hold them

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit(*node.targets, node.value, permit=all(self._permitted(last_word(t)) for t in node.targets))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        permit = self._permitted(last_word(node.target))
        self._annotation(node.annotation, permit)
        self._visit(node.target, node.value, permit=permit)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._visit(node.target, node.value, permit=self._permitted(last_word(node.target)))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit(node.value, permit=self._permitted(node.target.id))

    def visit_keyword(self, node: ast.keyword) -> None:
        self._visit(node.value, permit=self._permitted(node.arg or ""))

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        self._visit(*sides, permit=any(self._speaks_of_time(side) for side in sides))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._visit(node.left, node.right, permit=self._speaks_of_time(node))

    def _speaks_of_time(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BinOp):
            return self._speaks_of_time(node.left) or self._speaks_of_time(node.right)
        return self._permitted(last_word(node))

    def visit_Call(self, node: ast.Call) -> None:
        name = last_word(node.func)
        if name == "isinstance":
            # To look for a float in order to refuse it is the opposite of using one.
            self._visit(*node.args[:1])
            return
        self._reader(node)
        self._visit(node.func)
        self._visit(*node.args, permit=name in TIME_CALLS or self._permitted(name))
        self._visit(*node.keywords)

    def _reader(self, node: ast.Call) -> None:
        name = full_name(node.func, self.names)
        given = {keyword.arg for keyword in node.keywords}
        if name in JSON_READERS and JSON_READERS[name] not in given:
            self._find(node, f"{name} without {JSON_READERS[name]}: it makes floats of prices")
        typed = "type" in given or "float_hook" in given or (name.endswith("Decoder") and node.args)
        if name in MSGSPEC_READERS and not typed:
            self._find(node, f"{name} without a type or float_hook: it makes floats of prices")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: Function) -> None:
        arguments = node.args
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(arguments.defaults)), *arguments.defaults]
        pairs = [*zip(plain, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        pairs += [(extra, None) for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        for argument, default in pairs:
            permit = self._permitted(argument.arg)
            self._annotation(argument.annotation, permit)
            self._visit(default, permit=permit)
        own = self._permitted(node.name)
        self._annotation(node.returns, own)
        self._visit(*node.decorator_list)
        for statement in node.body:
            self._visit(statement, permit=own and isinstance(statement, ast.Return))


def floats(source: Source, allowed: frozenset[str] = frozenset()) -> list[Finding]:
    """Name every float of a file that is not plainly a span of time.

    Args:
        source: The file.
        allowed: Names, beside those ending in a time word, that may hold one here.
    """
    lint = _MoneyLint(source, allowed)
    lint.visit(source.tree)
    return lint.findings
