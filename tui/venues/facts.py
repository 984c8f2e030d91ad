"""What is said of a connection: its state, its key's rights, when it was last used; what its venue can do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.model.capabilities import Support
from connectors.model.connection import Connection, ConnectionStatus, KeyKind, LinkState
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts, VaultState
from connectors.worker import api
from tui.format import times
from tui.format.clean import clean
from tui.format.numbers import NONE
from tui.format.words import BANNERS, LINK_GLYPHS
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left, wrapped

GOOD, WARN, BAD = PLAIN, Ink(Token.WARN), Ink(Token.DANGER, bold=True)
_DAY_NS = 86_400 * times.NANOS
_STATES = {
    LinkState.OFF: "off",
    LinkState.CONNECTING: "connecting",
    LinkState.LIVE: "connected",
    LinkState.SLOW: "slow",
    LinkState.RECONNECTING: "reconnecting",
    LinkState.DOWN: "down",
    LinkState.REFUSED: "refused",
}
KIND_WORDS = {KeyKind.ED25519: "Ed25519", KeyKind.HMAC: "HMAC", KeyKind.RSA: "RSA", None: "no key"}
_ACCEPTED = {
    Acceptance.WITHDRAWAL: "it may withdraw",
    Acceptance.TRANSFER: "it may move funds",
    Acceptance.UNKNOWN_RIGHTS: "its rights are unknown",
}
_OPENED_BY = {
    OpenedBy.PASSPHRASE: "passphrase",
    OpenedBy.KEYRING: "system keyring",
    OpenedBy.RECOVERY: "recovery key",
}
_NAME = 11
_SLOT_KEYS: Line = [
    run
    for keys, told in (
        ("vp", "passphrase"),
        ("vs", "second"),
        ("vr", "recovery"),
        ("vk", "keyring"),
        ("vx", "end one"),
        ("vn", "renew"),
    )
    for run in ((f" {keys}", Ink(Token.INFO, bold=True)), (f" {told} ", DIM))
]
"""Keys of `tui.commands.vault`, as its help writes them."""
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Row:
    """A connection and its state."""

    connection: Connection
    status: ConnectionStatus | None = None
    known: bool = True
    """False: no worker answers, so nobody knows how it stands."""
    used_ns: int | None = None
    """When this desk last saw it live, or a fill of it; wall time. None: never."""


def venue_words(connection: Connection) -> str:
    """``binance spot``."""
    return " ".join((clean(connection.venue), *(product.value for product in connection.products)))


def mode_run(mode: Mode) -> Run:
    """A mode in its one word; LIVE stands out."""
    return (mode.name, Ink(Token.DANGER, bold=True) if mode is Mode.LIVE else PLAIN)


def state_run(row: Row, vault: VaultState) -> Run:
    """``● connected``, with the vault in the way where it is what stops a key."""
    if not row.known:
        return ("○ ?", WARN)
    if not row.connection.active:
        return ("○ off", DIM)
    state = LinkState.OFF if row.status is None else row.status.state
    if row.connection.keyed and not row.connection.embedded and state is LinkState.OFF and vault is VaultState.LOCKED:
        return ("○ vault locked", WARN)
    inks = {LinkState.LIVE: GOOD, LinkState.OFF: DIM, LinkState.DOWN: BAD, LinkState.REFUSED: BAD}
    return (f"{LINK_GLYPHS[state]} {_STATES[state]}", inks.get(state, WARN))


def rights_run(row: Row) -> Run:
    """What its key may do, the worst of it first."""
    connection, rights = row.connection, None if row.status is None else row.status.rights
    if not connection.keyed:
        return ("no key", DIM)
    if not row.known:
        return ("?", WARN)
    if connection.embedded:
        # Made for this run, at an exchange that holds no money: nothing of it is a warning.
        return ("read trade" if row.status is not None and row.status.trading else "–", PLAIN)
    if rights is not None and rights.withdraw is None and connection.mode is not Mode.LIVE:
        return ("not told: test money", DIM)
    return ("not asked yet", DIM) if rights is None else _worst(rights)


def _worst(rights: KeyRights) -> Run:
    if rights.withdraw:
        return ("CAN WITHDRAW", BAD)
    if rights.withdraw is None:
        return ("withdrawal right unknown", WARN)
    trade = trade_words(rights)
    if rights.trade and rights.ip_restricted is False:
        return (f"{trade}, no IP list", WARN)
    return (trade, GOOD if rights.trade else WARN)


def trade_words(rights: KeyRights) -> str:
    """``read trade``, ``read only``, ``read, trade unknown``."""
    return {True: "read trade", False: "read only", None: "read, trade unknown"}[rights.trade]


def used_words(row: Row, now_ns: int) -> str:
    """``now``, ``14:03``, ``yesterday``, ``02 Jan``, ``never``; ``–`` where nobody wrote it down or saw it."""
    if row.status is not None and row.status.state in {LinkState.LIVE, LinkState.SLOW}:
        return "now"
    if not row.known:
        return "?"
    seen = [each for each in (row.connection.last_connected_ns, row.used_ns) if each is not None]
    if not seen:
        # When the embedded exchange was connected is not written down: it lives as long as the desk does.
        return NONE if row.connection.embedded else "never"
    last_ns = max(seen)
    days = now_ns // _DAY_NS - last_ns // _DAY_NS
    if days <= 0:
        return times.clock_short(last_ns)
    return "yesterday" if days == 1 else times.day_month(last_ns)


def vault_words(vault: VaultFacts, locks_in_ns: int | None = None, *, known: bool = True) -> str:
    """The vault in a line; where no worker answers (``known`` is false) nothing is claimed."""
    if not known:
        return "vault: nothing is known"
    match vault.state:
        case VaultState.NONE:
            return "no vault yet: the first key makes one"
        case VaultState.LOCKED:
            return "vault locked"
        case VaultState.COVERED:
            return "vault covered"
        case VaultState.OPEN:
            if locks_in_ns is None:
                return "vault unlocked"
            minutes = -(-locks_in_ns // (60 * times.NANOS))
            return f"vault unlocked, locks in {max(minutes, 1)} min"


# --- panes ----------------------------------------------------------------------------------------------------------


def ability_lines(venue: api.VenueFacts | None, width: int) -> list[Line]:
    """Native, emulated and missing, each wrapped under its word."""
    if venue is None:
        return [[(" Not told yet.", DIM)]]
    lines: list[Line] = []
    for support in Support:
        named = [
            f"{each.name} ({each.note})" if each.note and support is not Support.MISSING else each.name
            for each in venue.abilities
            if each.support is support
        ]
        ink = DIM if support is Support.MISSING else PLAIN
        lines += named_lines(support.value, "  ".join(_kept_together(name) for name in named) or "–", width, ink)
    return lines


def _kept_together(name: str) -> str:
    return name.replace(" ", _NO_BREAK)


def named_lines(name: str, text: str, width: int, ink: Ink = PLAIN, *, room: int = _NAME) -> list[Line]:
    """A name and its text, wrapped beside it."""
    beside = max(width - room - 1, 8)
    # An address is one word, and half of it would be another address.
    rows = [
        row.replace(_NO_BREAK, " ")[at : at + beside]
        for row in wrapped(text, beside)
        for at in range(0, max(len(row), 1), beside)
    ]
    return [[(" " + left("" if at else name, room), DIM), (row, ink)] for at, row in enumerate(rows)]


def slot_lines(vault: VaultFacts) -> list[Line]:
    """Who can open the vault, by age."""
    lines: list[Line] = [_slot_line(each) for each in vault.slots]
    if not vault.slots:
        lines.append([(" Nobody yet: it is made with the first key, and opened by a passphrase of yours.", DIM)])
    elif vault.state is VaultState.LOCKED:
        lines.append([(" Not checked while it is locked.", DIM)])
    if vault.slots and not any(each.by is OpenedBy.RECOVERY for each in vault.slots):
        lines.append([(" ! No recovery key: a forgotten passphrase would be the end of these keys.", WARN)])
    return [*lines, [], _SLOT_KEYS] if vault.slots else lines


def _slot_line(slot: SlotFacts) -> Line:
    line: Line = [
        (f" {left(_OPENED_BY[slot.by], 15)}", PLAIN),
        (left(clean(slot.label), 14), Ink(bold=True)),
        (f" since {times.date(slot.created_ms * 1_000_000)}  {clean(slot.slot_id)[:8]}", DIM),
    ]
    if slot.weak:
        line.append(("  ! weak: change it", WARN))
    return line


def detail_lines(row: Row, vault: VaultState, now_ns: int, width: int) -> list[Line]:
    """Everything that is known of a connection."""
    connection, status = row.connection, row.status
    state, ink = state_run(row, vault)
    lines = named_lines("venue", venue_words(connection), width)
    lines += named_lines("mode", BANNERS[connection.mode], width, mode_run(connection.mode)[1])
    lines += named_lines("state", state, width, ink)
    if not connection.active:
        lines += named_lines("", "space switches it on", width, DIM)
    elif status is not None:
        lines += named_lines("", clean(status.reason), width, WARN) if status.reason else []
        lines += named_lines("since", times.clock(status.since_ns), width) if status.since_ns else []
    lines += named_lines("last used", used_words(row, now_ns), width)
    lines += [[], *_key_lines(row, width), [], *_host_lines(connection, width)]
    if status is not None:
        lines += _measured_lines(status, width)
    return lines


def _key_lines(row: Row, width: int) -> list[Line]:
    connection, rights = row.connection, None if row.status is None else row.status.rights
    if not connection.keyed:
        return named_lines("key", "none: market data only", width)
    if connection.embedded:
        return named_lines("key", "minted for this run", width)
    tail = f"  …{clean(connection.key_tail)}" if connection.key_tail else ""
    lines = named_lines("key", f"{KIND_WORDS[connection.key_kind]}{tail}", width)
    if rights is not None:
        lines += _rights_lines(rights, connection.mode, width)
    if connection.accepted:
        lines += named_lines("accepted", ", ".join(_ACCEPTED[each] for each in connection.accepted), width, WARN)
    return lines


def _rights_lines(rights: KeyRights, mode: Mode, width: int) -> list[Line]:
    """Every right for itself; why nothing is known, where nothing is."""
    withdraw, ink = {
        True: ("CAN WITHDRAW", BAD),
        False: ("cannot withdraw", GOOD),
        None: ("withdrawal right unknown", WARN),
    }[rights.withdraw]
    if rights.withdraw is None and mode is not Mode.LIVE:
        return named_lines("rights", clean(rights.source), width, DIM)
    lines = named_lines("rights", trade_words(rights), width, GOOD if rights.trade else WARN)
    lines += named_lines("", withdraw, width, ink)
    if rights.withdraw is None:
        lines += named_lines("", clean(rights.source), width, DIM)
    if rights.transfer:
        lines += named_lines("", "may move funds", width, WARN)
    if rights.ip_restricted is not None:
        words = ("has an IP list", GOOD) if rights.ip_restricted else ("! no IP list: works from anywhere", WARN)
        lines += named_lines("", words[0], width, words[1])
    return [*lines, *(named_lines("asked", times.clock(rights.time_ns), width, DIM) if rights.time_ns else [])]


def _host_lines(connection: Connection, width: int) -> list[Line]:
    hosts = connection.hosts
    if connection.embedded:
        return named_lines("hosts", "this machine", width)
    named = [("rest", each) for each in hosts.rest]
    named += [("stream", hosts.stream)] if hosts.stream else []
    named += [("ws api", hosts.ws_api)] if hosts.ws_api else []
    if not named:
        return named_lines("hosts", "the venue's own", width)
    return [line for name, text in named for line in named_lines(name, clean(text), width)]


def _measured_lines(status: ConnectionStatus, width: int) -> list[Line]:
    lines: list[Line] = []
    if status.round_trip_ms is not None:
        lines += named_lines("round trip", f"{status.round_trip_ms} ms", width)
    if status.clock_offset_ms is not None:
        lines += named_lines("clock", f"off by {abs(status.clock_offset_ms)} ms", width)
    return [[], *lines] if lines else []
