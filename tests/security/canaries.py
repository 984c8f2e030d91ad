"""Secrets that are looked for afterwards, in every form in which they could have left."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

_SHORTEST = 8


def forms(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """A secret plain, percent-encoded, in base64 at each of its three places, in hexadecimal and as JSON writes it."""
    text = secret.decode("utf-8", "surrogateescape")
    yield "plain", secret
    yield "percent", quote(text, safe="").encode()
    yield "plus", quote_plus(text).encode()
    for before in range(3):
        # Inside a longer text only the characters that depend on nothing before and after are the same.
        whole = base64.b64encode(bytes(before) + secret)
        core = whole[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        yield f"base64 at {before}", core
        yield f"base64 for addresses at {before}", core.replace(b"+", b"-").replace(b"/", b"_")
    yield "hexadecimal", secret.hex().encode()
    yield "HEXADECIMAL", secret.hex().upper().encode()
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "UTF-16", text.encode("utf-16-le", "surrogatepass")


def leaks(secrets: Mapping[str, bytes], said: Mapping[str, bytes]) -> list[str]:
    """Which secret stands where, and in which form.

    Args:
        secrets: Secrets by what they are.
        said: Texts by where they were found.
    """
    found = []
    for name, secret in secrets.items():
        assert len(secret) >= _SHORTEST, f"{name} is too short to be told from chance"
        for form, looked_for in dict(forms(secret)).items():
            found += [f"{name} in {where} ({form})" for where, text in said.items() if looked_for in text]
    return found


def files(*folders: Path) -> dict[str, bytes]:
    """Every file below some folders."""
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def reachable(error: BaseException) -> list[tuple[str, object]]:
    """All that an error carries: words, fields, notes, its causes, and the exceptions its frames still hold."""
    found: list[tuple[str, object]] = []
    seen: set[int] = set()
    waiting: list[tuple[str, BaseException]] = [(type(error).__name__, error)]
    while waiting:
        name, current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        found += [(f"{name}.args", current.args), (f"{name} as text", str(current)), (f"{name}.repr", repr(current))]
        found += [(f"{name}.{field}", value) for field, value in vars(current).items()]
        for word, other in (("cause", current.__cause__), ("context", current.__context__)):
            if other is not None:
                waiting.append((f"{name}.{word} {type(other).__name__}", other))
        waiting += [(f"{name} held {type(held).__name__}", held) for held in _held(current.__traceback__)]
        if isinstance(current, BaseExceptionGroup):
            waiting += [(f"{name} of {type(inner).__name__}", inner) for inner in current.exceptions]
    return found


def _held(trace: TracebackType | None) -> Iterable[BaseException]:
    while trace is not None:
        yield from (value for value in trace.tb_frame.f_locals.values() if isinstance(value, BaseException))
        trace = trace.tb_next
