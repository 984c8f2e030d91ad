"""No failure goes unseen: no broad except, nothing swallowed without a word (DESIGN §6)."""

from __future__ import annotations

import ast

from architecture.checkers.source import Finding, Source, called_name, last_word

SUPERVISOR = "connectors/worker/supervise.py"
"""The one place that may catch everything, because it reports it and starts the work again."""

BROAD = frozenset({"Exception", "BaseException"})


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {last_word(part) for part in parts}


def _passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _says_nothing(source: Source, handler: ast.ExceptHandler) -> bool:
    does_nothing = all(
        isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        for item in handler.body
    )
    lines = source.lines[handler.lineno - 1 : handler.end_lineno]
    return does_nothing and not any("#" in line for line in lines)


def broad_excepts(source: Source) -> list[Finding]:
    """Name each handler that catches everything.

    A handler that tidies up and ends in a bare ``raise`` swallows nothing: it may catch BaseException, spelled out.
    """
    findings = []
    for node in source.nodes if source.says("except", "suppress") else []:
        if isinstance(node, ast.ExceptHandler) and (broad := _caught(node) & BROAD):
            spelled = node.type is not None and "Exception" not in broad
            if not (spelled and _passes_on(node)):
                findings.append(source.finding(node, f"catches {' and '.join(sorted(broad))}: name what can go wrong"))
        if isinstance(node, ast.Call) and called_name(node) == "suppress" and BROAD & {last_word(a) for a in node.args}:
            findings.append(source.finding(node, "suppresses everything: name what may go wrong"))
    return findings


def silent_handlers(source: Source) -> list[Finding]:
    """Name each handler that does nothing and does not say why in a comment."""
    return [
        source.finding(node, "an error is dropped without a word: handle it, or say in a comment why it is none")
        for node in (source.nodes if source.says("except") else [])
        if isinstance(node, ast.ExceptHandler) and _says_nothing(source, node)
    ]
