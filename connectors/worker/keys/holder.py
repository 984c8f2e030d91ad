"""Which connection may be used: signers taken from an open vault, and given up when it is locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from weakref import WeakSet

from connectors.engine.inputs import SetTrading, Trading
from connectors.errors import ArchiveFailed, Refused, TradedeskError, VaultLocked
from connectors.model.connection import Connection, LinkState
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import Acceptance
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.failures import WILL_NOT_MEND
from connectors.worker.house import House
from connectors.worker.keys.signing import Made, fault
from connectors.worker.keys.strongroom import Strongroom
from connectors.worker.live import Live
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.roster import Roster
from connectors.worker.signers import Signers

_BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)


class KeyHolder:
    """Between the vault and the connections.

    Args:
        house: The worker's parts.
        roster: The connections; it asks here whether one may be used.
        signers: Where the signers are kept.
        room: The vault.
    """

    def __init__(self, house: House, roster: Roster, signers: Signers, room: Strongroom) -> None:
        self._house = house
        self._roster = roster
        self._signers = signers
        self._room = room
        self._tails: dict[AccountId, str] = {}
        self._refused: dict[AccountId, str] = {}
        self._met: WeakSet[Live] = WeakSet()
        self._alarmed: set[AccountId] = set()
        roster.refusal = self.refusal
        roster.dressed = self.dressed

    def refusal(self, connection: Connection) -> TradedeskError | None:
        """Why a connection cannot be used now; None where it can."""
        label = connection.label
        if (sentence := self._refused.get(connection.account)) is not None:
            return Refused(sentence)
        if connection.embedded:
            return None
        if not connection.active:
            return Refused(f"{label} is switched off. Switch it on: tradedesk venues enable {label}")
        return self._key_refusal(connection) if connection.keyed else None

    def _key_refusal(self, connection: Connection) -> TradedeskError | None:
        label = connection.label
        if connection.key_kind is None:
            return Refused(fault(connection, None))
        if self._room.state is VaultState.LOCKED or self._signers.signer(connection.account) is None:
            return VaultLocked(f"The vault is locked, and {label} needs its key. Run: tradedesk vault unlock")
        return None

    def dressed(self, connection: Connection) -> Connection:
        """A connection as clients see it: the tail of its API key while the vault is open.

        One that is marked as the embedded exchange behind the seal is none: clients leave that alone and do not
        remove it, and its own mode, which is sealed, says what it is.
        """
        if connection.embedded and connection.mode is not Mode.SIM:
            connection = replace(connection, embedded=False)
        tail = self._tails.get(connection.account, "") if self._room.state is VaultState.OPEN else ""
        return replace(connection, key_tail=tail) if tail else connection

    def rows(self) -> tuple[Connection, ...]:
        """The registrations for which an unlock makes signers, where they are switched on and as they were sealed."""
        return tuple(live.connection for live in self._roster.all())

    async def read_anew(self) -> None:
        """The vault has changed registrations: keys that did not open are gone from them."""
        for row in await self._house.keeper.ask(lambda archive: archive.connections.all()):
            live = self._roster.find(row.account)
            if live is not None and not row.embedded and row != live.connection:
                self._signers.drop(row.account)  # made for what the row was: nothing signs for what it is now
                await self._roster.renew(row)

    async def take(self, made: Iterable[Made]) -> None:
        """Use the keys of a vault that was opened: every connection that is switched on connects at once."""
        found = {key.binding.account: key for key in made if key.binding is not None}
        self._tails = {account: key.tail for account, key in found.items()}
        self._refused.clear()
        for live in self._roster.all():
            row = live.connection
            key = found.get(row.account)
            if key is not None or (row.keyed and not row.embedded):
                await self._take(row, key)
            elif not row.embedded and self._signers.signer(row.account) is not None:
                self._signers.drop(row.account)
                await self._roster.renew(row)

    async def _take(self, row: Connection, key: Made | None) -> None:
        # Asked again of the row as it is now: it may be another than the one the key was made for.
        sentence = (key.problem if key is not None else "") or fault(row, key.binding if key is not None else None)
        if sentence:
            logger().error("key_refused", label=row.label, sentence=sentence)
            self._refused[row.account] = sentence
            self._signers.drop(row.account)
            await self._roster.renew(row)
            self._house.executor.warn(api.AlertLevel.DANGER, sentence, row.account)
        elif key is not None and key.signer is not None and row.active and self._signers.signer(row.account) is None:
            self._signers.keep(row.account, key.signer)
            self.connect(await self._roster.renew(row))
        else:
            # It lives on under the signer it has (uncovered), or is switched off: only its key's tail is new.
            self._roster.told(row.account)

    async def use(self, connection: Connection, made: Made) -> None:
        """Use a key that was just kept, or bound anew, in place of what the connection had."""
        self._tails[connection.account] = made.tail
        self._refused.pop(connection.account, None)
        if made.problem:
            logger().error("key_refused", label=connection.label, sentence=made.problem)
            self._refused[connection.account] = made.problem
        self._alarmed.discard(connection.account)
        if made.signer is not None and connection.active and self._room.state is not VaultState.LOCKED:
            self._signers.keep(connection.account, made.signer)
        else:
            self._signers.drop(connection.account)
        live = await self._roster.renew(connection)
        if self.refusal(connection) is None:
            self.connect(live)

    def forget(self, account: AccountId) -> None:
        """A connection is gone, or its key is."""
        self._tails.pop(account, None)
        self._refused.pop(account, None)
        self._signers.drop(account)

    async def drop(self) -> None:
        """The vault was locked: no signer of its keys is left, and its connections close."""
        self._tails.clear()
        self._refused.clear()
        for live in self._roster.all():
            row = live.connection
            if row.keyed and not row.embedded:
                self._signers.drop(row.account)
                await self._roster.renew(row)

    def tails_changed(self) -> None:
        """The vault was covered: tell of connections without the tails of their keys."""
        for account in self._tails:
            self._roster.told(account)

    def status_changed(self, account: AccountId) -> None:
        """A connection's status is another: what its key may do by now is judged, and its first success remembered."""
        live = self._roster.find(account)
        if live is None or live.connection.embedded or not live.connection.keyed:
            return
        status = live.status()
        if status.state is LinkState.LIVE and live not in self._met:
            self._met.add(live)
            self._house.supervisor.spawn("connected", self._remember(live, status.time_ns))
        rights = status.rights
        if rights is None or not rights.withdraw or live.connection.mode is not Mode.LIVE:
            return
        if Acceptance.WITHDRAWAL not in live.connection.accepted and account not in self._alarmed:
            self._alarmed.add(account)
            self._alarm(live.connection)

    def _alarm(self, row: Connection) -> None:
        """A right that appeared later: nothing is cut, which would strand positions; nothing new is opened either."""
        executor = self._house.executor
        executor.warn(
            api.AlertLevel.DANGER,
            f"The key of {row.label} may withdraw funds now, which nobody accepted. Take that right from it at the"
            " venue. Orders that open a position are refused until you allow them again.",
            row.account,
        )
        if executor.state.trading is Trading.ACTIVE:
            executor.feed(SetTrading(Trading.REDUCING, f"the key of {row.label} may withdraw", executor.now()))

    async def _remember(self, live: Live, time_ns: int) -> None:
        account = live.connection.account
        live.connection = replace(live.connection, last_connected_ns=time_ns)
        try:
            await self._house.keeper.ask(lambda archive: archive.connections.set_connected(account, time_ns))
        except ArchiveFailed as problem:
            logger().warning("connected_not_written", label=live.connection.label, sentence=problem.sentence)

    def connect(self, live: Live) -> None:
        """Connect now, and try again until it is connected or will not mend."""
        self._house.supervisor.spawn(f"keyed-{live.connection.label}", self._connect(live))

    async def _connect(self, live: Live) -> None:
        failures = 0
        while not live.replaced.is_set():
            try:
                await live.market()
            except WILL_NOT_MEND as problem:
                logger().warning("keyed_refused", label=live.connection.label, sentence=problem.sentence)
                return
            except TradedeskError as problem:
                logger().warning("keyed_not_connected", label=live.connection.label, sentence=problem.sentence)
                wait_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
                failures += 1
                await happens_within(live.replaced, self._house.clock, wait_s)
            else:
                return
