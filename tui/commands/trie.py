"""Keys to commands: one small trie per context, so that a dearer verb is a prefix and then a side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.commands.command import Command, Context


class KeyClash(ValueError):
    """Two commands of one context ask for the same key, or one's key begins another's sequence."""


@dataclass(slots=True)
class Node:
    """What follows after the keys so far: a command, or more keys."""

    command: Command | None = None
    after: dict[str, Node] = field(default_factory=dict)

    def choices(self) -> tuple[tuple[str, Command], ...]:
        """The next keys that end a sequence, with their commands, in the order they were declared."""
        return tuple((key, node.command) for key, node in self.after.items() if node.command is not None)

    def leads_to_orders(self) -> bool:
        """Whether some sequence that begins here adds risk."""
        if self.command is not None and self.command.adds_risk:
            return True
        return any(node.leads_to_orders() for node in self.after.values())


def plant(commands: Iterable[Command]) -> dict[Context, Node]:
    """Build the tries.

    Args:
        commands: Every command of the desk.

    Returns:
        The root of each context's trie.

    Raises:
        KeyClash: If a key is taken twice in one context; the sentence names both commands.
    """
    roots: dict[Context, Node] = {context: Node() for context in Context}
    for command in commands:
        for context in command.contexts:
            for sequence in command.keys:
                _insert(roots[context], sequence.split(" "), command, context)
    return roots


def _insert(node: Node, keys: list[str], command: Command, context: Context) -> None:
    for key in keys:
        if node.command is not None:
            raise KeyClash(f"{command.id} and {node.command.id} both want {' '.join(keys)} in {context}.")
        node = node.after.setdefault(key, Node())
    if node.command is not None or node.after:
        other = node.command.id if node.command is not None else "a longer sequence"
        raise KeyClash(f"{command.id} and {other} both want {' '.join(keys)} in {context}.")
    node.command = command
