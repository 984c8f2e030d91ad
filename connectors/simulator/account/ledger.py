"""The exchange's memory on disk: one append-only file, a line for each thing that happened.

A line is handed to the kernel in one write before anything is answered, so a killed process loses no order it has
acknowledged (the machine's own crash may cost the last ones; a simulated market does not fsync). A torn last line is
dropped. Each start, and each 8 MB, rewrites the file in its shortest form and puts it in place atomically.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from secrets import token_hex

import msgspec

from connectors.simulator.account.records import (
    Amendment,
    Counters,
    Entry,
    Head,
    Holding,
    Mark,
    PreventedMatch,
    UserList,
    UserOrder,
    UserTrade,
)
from connectors.simulator.options import RefusedError
from connectors.simulator.past.bars import Bar
from connectors.simulator.past.history import Span

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Entry)
_PRIVATE = 0o600
_REWRITE_BYTES = 8_000_000
"""How much the file may grow before it is rewritten in its shortest form."""


class LedgerError(Exception):
    """Something could not be written down: nothing more may happen. The text is one sentence for the person."""


class State:
    """All that the lines so far add up to."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.counters = Counters()
        self.orders: dict[int, UserOrder] = {}
        self.trades: list[UserTrade] = []
        self.lists: dict[int, UserList] = {}
        self.prevented: list[PreventedMatch] = []
        self.amendments: list[Amendment] = []
        self.balances: dict[str, Holding] = {}
        self.marks: dict[str, Mark] = {}
        self.minutes: dict[str, dict[int, Bar]] = {}
        self.spans: dict[str, list[Span]] = {}
        self.account_time = 0

    def apply(self, entry: Entry) -> None:
        """Add one line."""
        self.head = entry.head or self.head
        self.counters = entry.counters or self.counters
        self.account_time = entry.account_time or self.account_time
        self.orders.update((order.order_id, order) for order in entry.orders)
        self.trades.extend(entry.trades)
        self.lists.update((one.list_id, one) for one in entry.lists)
        self.prevented.extend(entry.prevented)
        self.amendments.extend(entry.amendments)
        self.balances.update(entry.balances)
        self.marks.update(entry.marks)
        for symbol, start, bar in entry.bars:
            self.minutes.setdefault(symbol, {})[start] = bar
        for symbol, span in entry.spans:
            self.spans.setdefault(symbol, []).append(span)

    def lines(self) -> list[Entry]:
        """The shortest ledger that adds up to this."""
        whole = Entry(
            head=self.head,
            counters=self.counters,
            orders=list(self.orders.values()),
            trades=self.trades,
            balances=self.balances,
            marks=self.marks,
            spans=[(symbol, span) for symbol, spans in self.spans.items() for span in spans],
            account_time=self.account_time,
            lists=list(self.lists.values()),
            prevented=self.prevented,
            amendments=self.amendments,
        )
        bars = [
            Entry(bars=[(symbol, start, bar) for start, bar in minutes.items()])
            for symbol, minutes in self.minutes.items()
        ]
        return [whole, *bars]


class Ledger:
    """The file, locked for as long as this process lives (the kernel frees the lock however it dies).

    Args:
        folder: Directory of the ledger; made private (0700).
        name: Which market's ledger: each kind of market keeps its own.

    Raises:
        RefusedError: Another simulator uses the folder, or it cannot be read or written.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.ledger"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        except OSError as broken:
            raise RefusedError(
                f"The simulator's folder {folder} cannot be used ({broken.strerror}); set TRADEDESK_HOME to another."
            ) from broken
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(self._lock)
            raise RefusedError(
                f"Another simulator already uses {folder}; stop it, or set TRADEDESK_HOME to another folder."
            ) from taken
        self.state = self._load()
        self._file = -1
        self._grown = 0
        self._broken: LedgerError | None = None

    def begin(self, seed: int | None, now_ms: int) -> Head:
        """Start a session: mint the ledger's identity if it is new, rewrite the file, open it for appending.

        Raises:
            RefusedError: The file cannot be written.
        """
        state = self.state
        if state.head is None:
            minted = seed if seed is not None else int(token_hex(4), 16)
            state.head = Head(token_hex(8), minted, now_ms)
        state.counters.sessions += 1
        try:
            self._rewrite()
        except OSError as broken:
            raise RefusedError(
                f"The ledger {self._path} cannot be written ({broken.strerror}); free space or set TRADEDESK_HOME."
            ) from broken
        return state.head

    def wipe(self) -> None:
        """Forget everything, as a testnet's reset does (§1.1); `begin` starts the next life."""
        self.state = State()
        self._path.unlink(missing_ok=True)

    def append(self, entry: Entry) -> None:
        """Keep one line and count it in `state`; returns when the kernel has all of it.

        Raises:
            LedgerError: The line could not be written, now or earlier: memory and file no longer agree.
        """
        if self._broken is not None:
            raise self._broken
        data = _ENCODER.encode(entry) + b"\n"
        self._grown += len(data)
        try:
            while data:
                data = data[os.write(self._file, data) :]
            self.state.apply(entry)
            if self._grown > _REWRITE_BYTES:
                self._rewrite()
        except OSError as broken:
            self._broken = LedgerError(
                f"The simulator stopped: its ledger {self._path} cannot be written ({broken.strerror}); free space."
            )
            raise self._broken from broken

    def close(self) -> None:
        """Let go of file and lock."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        os.close(self._lock)

    def _rewrite(self) -> None:
        """Put the shortest ledger in the file's place, all at once."""
        spare = self._path.with_suffix(".new")
        spare.touch(_PRIVATE)
        spare.chmod(_PRIVATE)
        spare.write_bytes(b"".join(_ENCODER.encode(entry) + b"\n" for entry in self.state.lines()))
        spare.replace(self._path)
        if self._file >= 0:
            os.close(self._file)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._grown = 0

    def _load(self) -> State:
        state = State()
        try:
            lines = self._path.read_bytes().split(b"\n") if self._path.exists() else []
        except OSError as broken:
            raise RefusedError(
                f"The ledger {self._path} cannot be read ({broken.strerror}); mend it, or move it away."
            ) from broken
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                state.apply(_DECODER.decode(line))
            except msgspec.MsgspecError as broken:
                if number == len(lines):
                    break  # the last line was being written when the process was killed: never acknowledged
                raise RefusedError(
                    f"The ledger {self._path} is damaged in line {number} ({broken}); move it away to start anew."
                ) from broken
        return state
