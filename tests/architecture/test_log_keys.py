"""What a line of ours logs is on the list of names that may be written."""

from __future__ import annotations

import ast

from architecture.checkers.source import PACKAGES, sources
from connectors.worker.redaction import ALLOWED_KEYS, denied

_LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
_OF_THE_LOGGER = {"exc_info"}


def unlisted(text: str) -> list[str]:
    """Names given to our logger that would be left out of the log."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="logger")), attr=level)) if (
                level in _LEVELS
            ):
                found += [keyword.arg or "**" for keyword in node.keywords]
            case _:
                pass
    return [name for name in found if name not in ALLOWED_KEYS | _OF_THE_LOGGER]


def test_every_name_that_is_logged_is_listed_in_the_redaction() -> None:
    wanted = {
        f"{source.path}: {name}"
        for source in sources(*PACKAGES)
        if source.says("logger")
        for name in unlisted(source.text)
    }
    assert not wanted, f"add to ALLOWED_KEYS in connectors/worker/redaction.py, if it can hold no secret: {wanted}"


def test_no_listed_name_is_a_denied_one() -> None:
    assert [name for name in ALLOWED_KEYS if denied(name)] == []


def test_an_unlisted_name_is_seen() -> None:
    assert unlisted('logger().info("x", label=1, body=2, **more)') == ["body", "**"]
