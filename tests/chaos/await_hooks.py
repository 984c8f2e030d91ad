"""Awaits that tell when they begin and when they are over, so that a process can die at one of them.

Modules are rewritten as they are imported: ``await X`` becomes ``ended(n, await begun(n, X))``. Two calls an await are
all it costs; line numbers stay.
"""

from __future__ import annotations

import ast
import asyncio
import importlib.abc
import importlib.machinery
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, TypeVar

from chaos.await_points import CHECKOUT, awaits, files

T = TypeVar("T")

_BEGUN, _ENDED = "__await_begun__", "__await_ended__"


class Moment(StrEnum):
    """When at an await."""

    BEFORE = "before"
    """Nothing of what is awaited has begun."""
    DURING = "during"
    """It has begun; the kill comes a little later, whatever has happened by then."""
    AFTER = "after"
    """It is over, and nothing was made of it yet."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Where and when to die.

    Attributes:
        point: Name of the await; empty for the first ones that are none of ``others``.
        occurrence: At the how-manieth time; at the how-manieth await, where no name is given.
        moment: When at it.
        delay_ms: How much later, for DURING.
        others: Awaits at which not to die, where no name is given.
    """

    point: str
    occurrence: int
    moment: Moment
    delay_ms: float = 0
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.point:
            return f"{self.moment} new await {self.occurrence}"
        return f"{self.moment} {self.point}, time {self.occurrence}"


class Hooks:
    """What was reached in this process, and where it dies."""

    def __init__(self) -> None:
        self.begun: Counter[str] = Counter()
        self.over: Counter[str] = Counter()
        self.last_words: Callable[[Kill], None] = lambda _kill: None
        """Told where it dies, right before."""
        self._kill: Kill | None = None
        self._others: frozenset[str] = frozenset()
        self._new = 0

    def arm(self, kill: Kill | None) -> None:
        """Count anew, and die there."""
        self.begun.clear()
        self.over.clear()
        self._others = frozenset(kill.others) if kill is not None else frozenset()
        self._new = 0
        self._kill = kill

    def begins(self, name: str, awaited: T) -> T:
        """An await is about to begin."""
        self.begun[name] += 1
        if self._kill is not None and not self._kill.point and self.begun[name] == 1 and name not in self._others:
            self._new += 1
            if self._new == self._kill.occurrence:
                again = self.over[name] + 1
                self._kill = replace(self._kill, point=name, occurrence=again, others=())
                self._dies_if(self._kill, again)
            return awaited
        kill = self._kill
        if kill is not None and kill.point == name:
            self._dies_if(kill, self.begun[name])
        return awaited

    def _dies_if(self, kill: Kill, occurrence: int) -> None:
        """It is the how-manieth time that the await begins."""
        if occurrence == kill.occurrence:
            if kill.moment is Moment.BEFORE:
                self._die(kill)
            elif kill.moment is Moment.DURING:
                asyncio.get_running_loop().call_later(kill.delay_ms / 1_000, self._die, kill)

    def _die(self, kill: Kill) -> None:
        self.last_words(kill)
        die()

    def ends(self, name: str, result: T) -> T:
        """An await is over."""
        self.over[name] += 1
        kill = self._kill
        wanted = kill is not None and (kill.moment, kill.point) == (Moment.AFTER, name)
        if wanted and kill is not None and self.over[name] == kill.occurrence:
            self._die(kill)
        return result

    def counts(self) -> str:
        """What was reached since it was armed, as JSON."""
        return json.dumps({"begun": self.begun, "over": self.over})


def die() -> None:
    """Leave no time for anything."""
    os.kill(os.getpid(), signal.SIGKILL)


HOOKS = Hooks()


def written(kill: Kill | None) -> str:
    """A kill as JSON."""
    return json.dumps(None if kill is None else asdict(kill))


def read(text: str) -> Kill | None:
    """The kill that `written` wrote."""
    found: dict[str, Any] | None = json.loads(text)
    if found is None:
        return None
    return Kill(**found | {"moment": Moment(found["moment"]), "others": tuple(found["others"])})


class _Telling(ast.NodeTransformer):
    def __init__(self, names: Mapping[ast.AST, str]) -> None:
        self._names = names

    def _told(self, by: str, node: ast.AST, value: ast.expr) -> ast.expr:
        call = ast.Call(ast.Name(by, ast.Load()), [ast.Constant(self._names[node]), value], [])
        return ast.fix_missing_locations(ast.copy_location(call, value))

    def visit_Await(self, node: ast.Await) -> ast.AST:
        self.generic_visit(node)
        node.value = self._told(_BEGUN, node, node.value)
        return self._told(_ENDED, node, node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        node.items[0].context_expr = self._told(_BEGUN, node, node.items[0].context_expr)
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        node.iter = self._told(_BEGUN, node, node.iter)
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = Path(self.get_filename(fullname))
        tree = ast.parse(path.read_bytes())
        names = {node: point.name for node, point in awaits(tree, path.relative_to(CHECKOUT).as_posix())}
        code: CodeType = compile(_Telling(names).visit(tree), str(path), "exec", dont_inherit=True)
        return code

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, _BEGUN, HOOKS.begins)
        setattr(module, _ENDED, HOOKS.ends)
        super().exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, modules: Mapping[str, Path]) -> None:
        self._modules = modules

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        file = self._modules.get(fullname)
        if file is None:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is not None:
            found.loader = _Loader(fullname, str(file))
        return found


def module_of(file: Path) -> str:
    """The dotted name of a file of the checkout."""
    parts = file.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def install() -> None:
    """Rewrite the modules that count from now on; none of them may have been imported."""
    modules = {module_of(file): file for file in files()}
    early = sorted(modules.keys() & sys.modules.keys())
    if early:
        raise RuntimeError(f"imported before they could be rewritten: {', '.join(early)}")
    sys.meta_path.insert(0, _Finder(modules))
