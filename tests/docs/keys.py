"""``docs/keys.md``: every key of the desk, read from the command classes."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

from tui.commands import gate, guard, hand, question
from tui.commands.catalogue import COMMANDS
from tui.commands.command import Command, Context, Group, written
from tui.commands.line import HINT

PLACES: dict[Context, str] = {
    Context.ALWAYS: "Always, under dialogs and in text fields too",
    Context.GLOBAL: "Everywhere but in dialogs and text fields",
    Context.LADDER: "Ladder",
    Context.TICKET: "Ticket",
    Context.CHART: "Chart",
    Context.TAPE: "Tape",
    Context.WATCH: "Watchlist",
    Context.ORDERS: "Orders screen",
    Context.ORDER_EDIT: "The fields of an order that is edited in its row",
    Context.POSITIONS: "Positions screen",
    Context.BALANCES: "Balances screen",
    Context.ALERTS: "Alerts screen",
    Context.VENUES: "Venues screen",
    Context.VENUE_FORM: "The form of a connection",
    Context.FIELD: "Fields for a secret or a word",
    Context.SHEET: "Dialogs that ask for a secret or a word",
    Context.LINE: "Typed lines: the command line, a price, a size",
    Context.SWITCH: "The list of instruments",
    Context.CONFIRM: "A dialog that asks before it sends",
    Context.PANIC: "The report of a panic",
    Context.HELP: "The help page",
    Context.GONE: "While the worker or the exchange is gone",
}
"""Every context, in the order of the page."""

INTRODUCTION = """# Keys

Made by `make docs` from the command classes; a test fails when it is stale. At the desk, `?` shows the keys of the
place you are in.

Letters beside each other are pressed one after the other: `mb` is `m`, then `b`. A sequence that nobody completes is
forgotten after {prefix}; `esc` drops it at once.

- **adds**: can add risk. Works on the ladder only, ARMED, not HALTED, with a LIVE book and a settled screen.
- **reduces**: takes risk off. Works disarmed and halted too.

What guards the keys that add risk:

- after a change of screen, pane, instrument, size or book state they wait for {settle};
- after the screen stood still for more than {stall} they wait until a whole frame was painted;
- a key pressed again within {repeat} does nothing, so a key held down sends two orders at most;
- {burst_keys} printable keys within {burst} were not pressed by a hand, and do nothing;
- pasted text, and what a slow line leaves of a broken escape sequence, reach no pane;
- a staged order is dropped by a `y` within {deaf}, which was typed before it could be read, and by {lapse} without an
  answer.
"""

RISKS = {Group.SAFE: "", Group.GO: "", Group.ADDS: "adds", Group.REDUCES: "reduces"}
FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, 13))


def key(sequence: str) -> str:
    """A key sequence as the page writes it."""
    held, plus, pressed = sequence.rpartition("+")
    if plus:
        return f"`{held}+{written(pressed)}`"
    return f"`{sequence.upper() if sequence in FUNCTION_KEYS else written(sequence)}`"


def meaning(command: Command) -> str:
    """What a command does; for a key of a later release, what the desk answers."""
    answer = getattr(command, "sentence", "")
    if answer:
        return f"Answers: {answer}"
    return (inspect.getdoc(type(command)) or "").splitlines()[0]


def table(commands: Iterable[Command]) -> list[str]:
    """The table of one context."""
    rows = ["| keys | what they do | risk |", "|---|---|---|"]
    for command in commands:
        keys = " ".join(key(sequence) for sequence in command.keys)
        rows.append(f"| {keys} | {meaning(command)} | {RISKS[command.group]} |")
    return rows


def page(commands: Sequence[Command] = COMMANDS) -> str:
    """The whole page."""
    lines = [
        INTRODUCTION.format(
            prefix=seconds(hand.PREFIX_NS),
            settle=ms(gate.SETTLE_NS),
            stall=ms(gate.STALL_NS),
            repeat=ms(guard.REPEAT_NS),
            burst_keys=guard.BURST_KEYS,
            burst=ms(guard.BURST_NS),
            deaf=ms(question.DEAF_NS),
            lapse=seconds(question.LAPSE_NS),
        )
    ]
    for context, title in PLACES.items():
        lines += [f"## {title}", "", *table(each for each in commands if context in each.contexts), ""]
    lines += ["## Words of the command line", "", "After `:`, with `enter`:", "", f"`{HINT}`"]
    return "\n".join(lines) + "\n"


def seconds(span_ns: int) -> str:
    """A span in s."""
    return f"{span_ns // (1000 * guard.MS)} s"


def ms(span_ns: int) -> str:
    """A span in ms."""
    return f"{span_ns // guard.MS} ms"
