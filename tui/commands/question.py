"""One open question at a time: a staged order, or leaving. A letter answers it, anything else drops it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from tui.commands.guard import MS

DEAF_NS = 250 * MS
"""Somebody typing ``bybit`` into the ladder types ``b`` ``y``: an answer this early drops the question."""
LAPSE_NS = 10_000 * MS
"""A question older than this answers itself with no."""

Answer = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and which keys answer it."""

    sentence: str
    """For the message line, until it is answered or dropped."""
    answers: Mapping[str, Answer]
    """By Textual's key names. These close the question."""
    steps: Mapping[str, Answer] = field(default_factory=dict)
    """Keys that change what is staged and put a new question in its place."""
    dropped: str = "Dropped: nothing was sent."
    """Said when it is dropped."""
    lapsed: str = "Dropped after 10 s without an answer. Nothing was sent."
    """Said when it has stood for too long."""
    deaf_ns: int = DEAF_NS


class Heard(Enum):
    """What became of a key while a question stood open."""

    NOTHING_ASKED = auto()
    ANSWERED = auto()
    STEPPED = auto()
    TOO_EARLY = auto()
    DROPPED = auto()


class Asker:
    """Holds the open question and judges keys against it."""

    def __init__(self) -> None:
        self.open: Question | None = None
        self._since_ns = 0

    def ask(self, question: Question, now_ns: int) -> None:
        """Put a question; it takes the place of an open one."""
        self.open = question
        self._since_ns = now_ns

    def hear(self, key: str, now_ns: int) -> tuple[Heard, Answer | None]:
        """Judge a key.

        Returns:
            What became of it, and what to do where it answered or stepped.
        """
        question = self.open
        if question is None:
            return Heard.NOTHING_ASKED, None
        if now_ns - self._since_ns >= LAPSE_NS:
            self.open = None
            return Heard.NOTHING_ASKED, None
        if key in question.steps:
            return Heard.STEPPED, question.steps[key]
        self.open = None
        if key not in question.answers:
            return Heard.DROPPED, None
        if now_ns - self._since_ns < question.deaf_ns:
            return Heard.TOO_EARLY, None
        return Heard.ANSWERED, question.answers[key]

    def drop(self) -> Question | None:
        """Close the open question without an answer and return it."""
        question, self.open = self.open, None
        return question

    def lapsed(self, now_ns: int) -> str:
        """Close a question that is too old; what is said of that, empty where there was none."""
        question = self.open
        if question is None or now_ns - self._since_ns < LAPSE_NS:
            return ""
        self.open = None
        return question.lapsed
