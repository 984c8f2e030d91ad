"""What one check found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from connectors.errors import TradedeskError
from tui.format.clean import clean


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a sentence, and a remedy where one is needed."""

    check: str
    level: Level
    sentence: str
    remedy: str = ""

    @property
    def whole(self) -> str:
        """Sentence and remedy."""
        return f"{self.sentence} {self.remedy}".rstrip()


def ok(check: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, sentence)


def warn(check: str, sentence: str, remedy: str) -> Finding:
    """It works, and may not always."""
    return Finding(check, Level.WARN, sentence, remedy)


def fail(check: str, sentence: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(check, Level.FAIL, sentence, remedy)


def refused(check: str, problem: TradedeskError, level: Level = Level.FAIL) -> Finding:
    """An error as a finding: its first sentences say what is wrong, its last what to do."""
    return told(check, str(problem), level)


def told(check: str, text: str, level: Level = Level.FAIL) -> Finding:
    """What the worker or a part of the desk said, as a finding."""
    said = clean(text)
    sentence, dot, remedy = said.rpartition(". ")
    return Finding(check, level, sentence + dot.strip(), remedy) if dot else Finding(check, level, said)


def tried(check: str, look: Callable[[], Finding]) -> Finding:
    """A check, of which an error is a finding too."""
    try:
        return look()
    except TradedeskError as problem:
        return refused(check, problem)
