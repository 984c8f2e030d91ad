"""The dispatcher: every key press comes here first and leaves as one outcome. Pure: keys and ns in, outcomes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.commands.command import Command, Context, written
from tui.commands.gate import Gate
from tui.commands.guard import MS, REPEAT_NS, BurstGuard, RepeatGuard, SequenceGuard
from tui.commands.question import Answer, Asker, Heard
from tui.commands.trie import Node, plant

PREFIX_NS = 2_000 * MS
"""A prefix nobody completes is forgotten after so long."""

BURST = "Ignored: three keys in 15 ms are no hand. Nothing was sent."
TOO_EARLY = "Dropped: y came within 250 ms. Nothing was sent."


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key press."""

    key: str
    """Textual's name of it."""
    character: str | None
    """What it prints, or None."""
    in_text: bool = False
    """A text field has the focus: printable keys are its own."""


@dataclass(frozen=True, slots=True)
class PassOn:
    """Let the focused widget have the key."""


@dataclass(frozen=True, slots=True)
class Swallow:
    """The key does nothing; ``sentence`` says why, where that is worth saying."""

    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Run a command."""

    command: Command


@dataclass(frozen=True, slots=True)
class Reply:
    """Do what the open question's answer says."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Choose:
    """A prefix is pending; ``sentence`` shows its choices."""

    sentence: str


Outcome = PassOn | Swallow | Run | Reply | Choose


class Hand:
    """Guards, then the open question, then the tries.

    Args:
        commands: Every command.
        gate: Settling and stalls.
    """

    def __init__(self, commands: Iterable[Command], gate: Gate) -> None:
        self.gate = gate
        self.asker = Asker()
        self._roots = plant(commands)
        self._sequence = SequenceGuard()
        self._burst = BurstGuard()
        self._repeat = RepeatGuard()
        self._node: Node | None = None
        self._prefix = ""
        self._prefix_ns = 0

    @property
    def prefix(self) -> str:
        """The keys of a pending sequence as a human writes them; empty when none is pending."""
        return self._prefix

    def is_order_key(self, key: str) -> bool:
        """Whether a key begins an order on the ladder."""
        node = self._roots[Context.LADDER].after.get(key)
        return node is not None and node.leads_to_orders()

    def forget_prefix(self) -> bool:
        """Drop a pending prefix (focus moved, ctrl+g); whether there was one."""
        had, self._node, self._prefix = self._node is not None, None, ""
        return had

    def expire(self, now_ns: int) -> str:
        """Drop what is too old: a prefix silently, a question with the sentence returned. Called at every beat."""
        if self._node is not None and now_ns - self._prefix_ns >= PREFIX_NS:
            self.forget_prefix()
        return self.asker.lapsed(now_ns)

    def take(self, stroke: Stroke, contexts: Sequence[Context], now_ns: int) -> Outcome:
        """Judge one key press.

        Args:
            stroke: The key.
            contexts: Where the hand is, nearest first; ALWAYS is added here.
            now_ns: Monotonic time.
        """
        always = self._roots[Context.ALWAYS].after.get(stroke.key)
        if always is not None and always.command is not None:
            self.forget_prefix()
            return Run(always.command)
        if stroke.in_text:
            return self._answer_in_text(stroke, contexts, now_ns) or self._in_text(stroke, contexts)
        if self._sequence.swallows(stroke.character, now_ns):
            return Swallow()
        since_ns = self._repeat.since_last_ns(stroke.key, now_ns)
        if self._burst.bursts(stroke.character, now_ns):
            self.asker.drop()
            self.forget_prefix()
            return Swallow(BURST)
        self.expire(now_ns)
        return self._resolve(stroke.key, contexts, now_ns, since_ns)

    def _answer_in_text(self, stroke: Stroke, contexts: Sequence[Context], now_ns: int) -> Outcome | None:
        """Let a question that was asked from a text field be answered there; what does not answer it drops it."""
        question = self.asker.open
        if question is None:
            return None
        if stroke.key in question.answers or stroke.key in question.steps:
            return self._ask(stroke.key, contexts, now_ns)
        self.asker.drop()
        return Swallow(question.dropped) if stroke.key == "escape" else None

    def _in_text(self, stroke: Stroke, contexts: Sequence[Context]) -> Outcome:
        """In a text field only its own context's keys count, and none that prints."""
        if stroke.character is not None and stroke.character.isprintable():
            return PassOn()
        for context in contexts:
            node = self._roots[context].after.get(stroke.key)
            if node is not None and node.command is not None:
                return Run(node.command)
        return PassOn()

    def _resolve(self, key: str, contexts: Sequence[Context], now_ns: int, since_ns: int | None) -> Outcome:
        if self._node is None:
            asked = self._ask(key, contexts, now_ns)
            if asked is not None:
                return asked
            node = self._find(key, contexts)
        else:
            node = self._node.after.get(key)
            choices = self._prefix
            self.forget_prefix()
            if node is None:
                return Swallow("" if key == "escape" else f"{choices}{written(key)} is no command. Nothing was done.")
        if node is None:
            return PassOn()
        if node.command is None:
            return self._begin(key, node, now_ns)
        return self._admit(node.command, key, now_ns, since_ns)

    def _ask(self, key: str, contexts: Sequence[Context], now_ns: int) -> Outcome | None:
        """Let the open question hear the key; None when the key is still to be looked up."""
        question = self.asker.open
        heard, answer = self.asker.hear(key, now_ns)
        if heard is Heard.NOTHING_ASKED or question is None:
            return None
        if answer is not None:
            return Reply(answer)
        if heard is Heard.TOO_EARLY:
            return Swallow(TOO_EARLY)
        node = self._find(key, contexts)
        if node is not None and node.leads_to_orders():
            return None
        return Swallow(question.dropped)

    def _find(self, key: str, contexts: Sequence[Context]) -> Node | None:
        for context in contexts:
            node = self._roots[context].after.get(key)
            if node is not None:
                return node
        return None

    def _begin(self, key: str, node: Node, now_ns: int) -> Outcome:
        self._node, self._prefix, self._prefix_ns = node, written(key), now_ns
        choices = " · ".join(f"{written(after)} {command.words}" for after, command in node.choices())
        return Choose(f"{written(key)}: {choices} · esc")

    def _admit(self, command: Command, key: str, now_ns: int, since_ns: int | None) -> Outcome:
        if not command.adds_risk:
            return Run(command)
        if since_ns is not None and since_ns < REPEAT_NS:
            return Swallow(
                f"{written(key)} ignored: {since_ns // MS} ms after the last {written(key)}, 250 ms is the least."
            )
        refusal = self.gate.refusal(now_ns)
        return Swallow(refusal) if refusal else Run(command)
