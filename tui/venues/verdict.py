"""What a test of a key has found, how it is drawn, and which words must be typed before the key is kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.model.connection import Connection
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.worker import api
from tui.format.clean import clean
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token, wrapped

ACCEPT = "ACCEPT"
LIVE = "LIVE"
_WARN, _BAD = Ink(Token.WARN), Ink(Token.DANGER, bold=True)


@dataclass(frozen=True, slots=True)
class Word:
    """What has to be typed, whole and in this spelling, and why."""

    text: str
    why: str
    accepts: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a test."""

    steps: tuple[tuple[str, bool, str], ...]
    rights: KeyRights | None = None
    warnings: tuple[str, ...] = ()
    needs: tuple[Acceptance, ...] = ()

    @classmethod
    def of(cls, result: api.KeyTried | api.ConnectionTested) -> Verdict:
        """From the worker's answer."""
        if isinstance(result, api.KeyTried):
            return cls(result.steps, result.rights, result.warnings, result.needs)
        return cls(result.steps)

    @property
    def passed(self) -> bool:
        """Whether every step passed."""
        return bool(self.steps) and all(passed for _step, passed, _sentence in self.steps)

    @property
    def failure(self) -> str:
        """Why it did not pass; empty when it did."""
        return next((clean(sentence) for _step, passed, sentence in self.steps if not passed), "")

    def lines(self, width: int) -> list[Line]:
        """Each step on a row of its own with ✓, ✗ or !; sentences are wrapped under themselves."""
        lines: list[Line] = []
        for step, passed, sentence in self.steps:
            lines += _marked("✓" if passed else "✗", clean(sentence) or clean(step), width, PLAIN if passed else _BAD)
        for warning in self.warnings:
            lines += _marked("!", clean(warning), width, _WARN)
        if Acceptance.WITHDRAWAL in self.needs:
            lines += _marked("✗", "CAN WITHDRAW: refused", width, _BAD)
        if Acceptance.TRANSFER in self.needs:
            lines += _marked("✗", "may move funds: refused", width, _BAD)
        if Acceptance.UNKNOWN_RIGHTS in self.needs:
            lines += _marked("!", "withdrawal right unknown", width, _WARN)
        return lines or [[("  nothing was tested", DIM)]]


def refusal_of(needed: Acceptance, label: str) -> Word:
    """The word that accepts what a key may do."""
    if needed is Acceptance.UNKNOWN_RIGHTS:
        return Word(
            ACCEPT,
            f"{label}: the venue does not say whether this key may withdraw. Type {ACCEPT} to keep it so; it stays"
            " marked.",
            needed,
        )
    what = "withdraw funds" if needed is Acceptance.WITHDRAWAL else "move funds between accounts"
    return Word(
        f"{ACCEPT} {label}",
        f"{label}: this key may {what}. Remove that right at the venue, or type  {ACCEPT} {label}  to keep it.",
        needed,
    )


def words_for(needs: tuple[Acceptance, ...], label: str, mode: Mode) -> tuple[Word, ...]:
    """What must be typed before a key is kept: the dearest first, ``LIVE`` at the end.

    Args:
        needs: What the test found that must be accepted.
        label: Of the connection.
        mode: Of the connection.
    """
    words = [refusal_of(each, label) for each in Acceptance if each in needs]
    if mode is Mode.LIVE:
        words.append(Word(LIVE, f"{label} trades with real money. Type {LIVE} to keep it."))
    return tuple(words)


def hosts_to_type(connection: Connection) -> tuple[Word, ...]:
    """Hosts of the user's own to which a key with real money would go: typed out once more before anything is sent."""
    hosts = connection.hosts
    if connection.mode is not Mode.LIVE or not connection.keyed:
        return ()
    addresses = (*hosts.rest, *((hosts.ws_api,) if hosts.ws_api else ()))
    names = dict.fromkeys(clean(urlsplit(address).hostname or "") for address in addresses)
    return tuple(
        Word(name, f"The key of {connection.label} would go to {name}, a host of your own choice. Type it out in full.")
        for name in names
    )


def _marked(mark: str, text: str, width: int, ink: Ink) -> list[Line]:
    rows = wrapped(text, max(width - 4, 8))
    return [[(f" {mark} " if not at else "   ", ink), (row, ink)] for at, row in enumerate(rows)]
