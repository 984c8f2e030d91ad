"""Field lists of the fact sheet as specifications: a name and a kind a field, held against what was said.

Kinds: ``n`` an amount as text, ``i`` a whole number, ``s`` a text, ``b`` true or false, ``l`` a list, ``d`` an object,
``o`` a text or null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "n":
            return isinstance(value, str) and _AMOUNT.fullmatch(value) is not None
        case "i":
            return isinstance(value, int) and not isinstance(value, bool)
        case "o":
            return value is None or isinstance(value, str)
        case _:
            return isinstance(value, {"s": str, "b": bool, "l": list, "d": dict}[kind])


def fields(text: str) -> dict[str, str]:
    """``n=price,qty i=time`` as ``{"price": "n", "qty": "n", "time": "i"}``."""
    found: dict[str, str] = {}
    for part in text.split():
        kind, _, names = part.partition("=")
        found |= dict.fromkeys(names.split(","), kind)
    return found


def misfits(found: Mapping[str, Any], needed: str, may: str = "") -> list[str]:
    """What is missing, of another kind, or not described at all.

    Args:
        found: An object as it came.
        needed: Fields it must have.
        may: Fields it may have: said only when there is something to say.
    """
    must, can = fields(needed), fields(may) if may else {}
    wrong = [f"{name} is missing" for name in must if name not in found]
    for name, value in found.items():
        kind = must.get(name) or can.get(name)
        if kind is None:
            wrong.append(f"{name} is described nowhere")
        elif not _is(kind, value):
            wrong.append(f"{name} is {value!r}, no {kind}")
    return wrong
