"""What is taken down for the audit chain: exchanges of accounts, and what was done to the desk itself.

A create's request goes into the commit of its intent. Everything else is gathered for a quarter of a second and
written in one commit that nobody waits for.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import msgspec

from connectors.errors import TradedeskError
from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.model.connection import Connection
from connectors.model.ids import AccountId, OrderId
from connectors.model.order import EvidenceKind, Order
from connectors.model.secret import SecretBytes
from connectors.model.vault import VaultState
from connectors.ports.archive import Batch
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.vault import Vault
from connectors.ports.venue import Connector, ConnectorFactory
from connectors.turns import Turns
from connectors.worker import api
from connectors.worker.audit_deeds import deed_of, safe
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger
from connectors.worker.pause import happens_within
from connectors.worker.supervise import Supervisor

T = TypeVar("T")
AskVault = Callable[[Callable[[Vault], SecretBytes]], Awaitable[SecretBytes]]

GATHER_S = 0.25
"""How long rows wait for others before they are written."""
ANCHOR_ROWS = 256
ANCHOR_S = 60
"""The newest row is signed after so many rows, or so long after the first that is not, whichever is first."""
KEY_ITEM = "audit-mac"
"""Name of the vault's item that signs anchors: renewing the data key keeps it, and so what it has signed."""

_KEY_BYTES = 32
_REMEMBERED = 4096
_SECOND_NS = 1_000_000_000
_PLACE, _REPLACE = "order.place", "order.replace"
_encode = msgspec.json.Encoder(decimal_format="string").encode


class Recorder:
    """`connectors.ports.audit.AuditTrail` of one worker; all of it runs on the loop.

    Args:
        clock: Time.
        keeper: The archive.
        supervisor: Runs what nobody waits for.

    Attributes:
        ask_vault: Asks the vault in its own thread; set by the worker.
    """

    ask_vault: AskVault

    def __init__(self, clock: Clock, keeper: Keeper, supervisor: Supervisor) -> None:
        self._clock = clock
        self._keeper = keeper
        self._supervisor = supervisor
        self._waiting: list[AuditFact] = []
        self._some = asyncio.Event()
        self._announced: OrderedDict[str, tuple[Order, str]] = OrderedDict()
        """Creates whose request was committed with their intent and that were not sent yet, by client order id."""
        self._rows = 0
        """Rows since the newest anchor."""
        self._since_ns = 0
        """When the first of them was written."""
        self._signs = False
        self._vault = VaultState.NONE

    def record(self, fact: AuditFact) -> None:
        """See `connectors.ports.audit.AuditTrail.record`."""
        self._waiting.append(fact)
        self._some.set()

    def committed(self, account: AccountId, client_order_id: str, operation: str) -> bool:
        """See `connectors.ports.audit.AuditTrail.committed`."""
        order, announced = self._announced.get(client_order_id, (None, ""))
        if order is None or (order.account, announced) != (account, operation):
            return False
        del self._announced[client_order_id]
        return True

    # --- orders

    def with_requests(self, batch: Batch, *, replaces: bool = False) -> Batch:
        """The batch of an intent, and in it the request that will be sent for it.

        Args:
            batch: As the engine wants it written.
            replaces: The order before it is cancelled by the same request.
        """
        # A list is taken down when it is sent: one request of its speaks of several orders.
        fresh = [entry.order for entry in batch.entries if entry.kind == EvidenceKind.INTENT]
        orders = [order for order in fresh if order.list_id is None]
        operation = _REPLACE if replaces else _PLACE
        for order in orders:
            self._announced[order.client_order_id] = order, operation
        while len(self._announced) > _REMEMBERED:
            self._announced.popitem(last=False)
        self._count(len(orders))
        return replace(batch, audit=(*batch.audit, *(self._request(order, operation) for order in orders)))

    def unwritten(self, batch: Batch) -> None:
        """The archive refused an intent: nothing was taken down and nothing is sent."""
        for entry in batch.entries:
            self._announced.pop(entry.order.client_order_id, None)

    def unsent(self, order_id: OrderId) -> None:
        """A create has ended; if nothing was ever sent for it, its request is answered by that."""
        ended = [(order, operation) for order, operation in self._announced.values() if order.order_id == order_id]
        for order, operation in ended:
            del self._announced[order.client_order_id]
            self.record(
                AuditFact(
                    self._now_us(),
                    AuditKind.ANSWER,
                    operation,
                    AuditOutcome.NOT_SENT,
                    connection=order.account,
                    client_order_id=order.client_order_id,
                )
            )

    def _request(self, order: Order, operation: str) -> AuditFact:
        asked = {
            "instrument": str(order.instrument),
            "side": order.side,
            "type": order.type,
            "quantity": order.quantity,
            "quote_quantity": order.quote_quantity,
            "price": order.price,
            "trigger_price": order.trigger_price,
            "time_in_force": order.time_in_force,
            "reduce_only": order.reduce_only,
            "order": str(order.order_id),
            "in_place_of": None if order.parent is None else str(order.parent),
        }
        detail = _encode({name: value for name, value in asked.items() if value is not None})
        return AuditFact(
            self._now_us(),
            AuditKind.REQUEST,
            operation,
            AuditOutcome.SENT,
            0,
            order.account,
            order.client_order_id,
            detail,
        )

    # --- the desk itself

    async def noted(self, command: object, doing: Awaitable[T]) -> T:
        """Do a command, and take down how it ended if it changes the desk."""
        deed = deed_of(command)
        if deed is None:
            return await doing
        if isinstance(command, api.BackUp):
            await self.settle()
        try:
            done = await doing
        except TradedeskError as problem:
            self._did(deed.operation, AuditOutcome.REFUSED, deed.account, {**deed.facts, "why": type(problem).__name__})
            raise
        self._did(deed.operation, AuditOutcome.DONE, deed.account, deed.facts)
        return done

    def heard(self, event: api.NumberedEvent) -> None:
        """Take down what is told to everyone: trading halted or resumed, the vault opened, covered or locked."""
        if isinstance(event, api.TradingChanged):
            self._did(f"trading.{event.state.lower()}", AuditOutcome.DONE, None, {"reason": event.reason})
        elif isinstance(event, api.PanicMoved) and event.report.ended_ns is not None:
            proved = all(each.proved_ns is not None for each in event.report.accounts)
            facts = {"panic": str(event.report.panic_id), "proved": proved}
            self._did("panic.ended", AuditOutcome.DONE, None, facts)
        elif isinstance(event, api.VaultChanged) and event.vault.state is not self._vault:
            self._vault = event.vault.state
            self._did(f"vault.{event.vault.state.lower()}", AuditOutcome.DONE, None, {"reason": event.reason})
            self._supervisor.spawn("audit-key", self._key_moved(event.vault.state))

    def _did(self, operation: str, outcome: AuditOutcome, account: AccountId | None, facts: dict[str, object]) -> None:
        detail = _encode(safe(facts))
        self.record(AuditFact(self._now_us(), AuditKind.DESK, operation, outcome, connection=account, detail=detail))

    # --- writing and signing

    async def run(self) -> None:
        """Write what was gathered, sign now and then; runs for ever."""
        while True:
            if self._signs and self._rows:
                await happens_within(self._some, self._clock, self._due_s())
            else:
                await self._some.wait()
            if self._waiting:
                await self._clock.sleep(GATHER_S)
                # An order that is on its way goes first: its intent must not wait for this commit.
                await Turns.here().market()
                self.flush()
            if self._signs and (self._rows >= ANCHOR_ROWS or (self._rows and self._due_s() <= 0)):
                await self.anchor()

    def flush(self) -> None:
        """Hand what waits to the archive; returns at once."""
        facts, self._waiting = tuple(self._waiting), []
        self._some.clear()
        if facts:
            self._count(len(facts))
            self._keeper.commit(Batch(audit=facts))

    async def anchor(self) -> None:
        """Sign the newest row; a human is told by `tradedesk audit verify` where that did not work."""
        self.flush()
        await self._keeper.flush()
        self._rows = 0
        now_us = self._now_us()
        try:
            await self._keeper.ask(lambda archive: archive.audit.anchor(now_us))
        except TradedeskError as problem:
            logger().warning("audit_not_anchored", sentence=problem.sentence)

    async def _key_moved(self, state: VaultState) -> None:
        """The vault was opened, covered or locked: take its key, sign, give the key up."""
        if state is VaultState.OPEN and not self._signs:
            await self._take_key()
        elif self._signs:
            self._signs = state is not VaultState.LOCKED
            await self.anchor()
            if not self._signs:
                await self._keeper.ask(lambda archive: archive.audit.drop_key())

    async def _take_key(self) -> None:
        """Get the key of the anchors from an open vault; made there the first time."""
        try:
            key = await self.ask_vault(_key_of)
            await self._keeper.ask(lambda archive: archive.audit.hold(key))
        except TradedeskError as problem:
            logger().warning("audit_key_not_taken", sentence=problem.sentence)
            return
        self._signs = True
        await self.anchor()

    async def settle(self) -> None:
        """Write what waits, and sign the newest row where the key is here; done when this returns."""
        if self._signs:
            await self.anchor()
        else:
            self.flush()
            await self._keeper.flush()

    def _count(self, rows: int) -> None:
        if not self._rows:
            self._since_ns = self._clock.monotonic_ns()
        self._rows += rows

    def _due_s(self) -> float:
        return ANCHOR_S - (self._clock.monotonic_ns() - self._since_ns) / _SECOND_NS

    def _now_us(self) -> int:
        return self._clock.time_ns() // 1_000


def recorded(make: ConnectorFactory, own: AuditTrail) -> ConnectorFactory:
    """A factory whose connectors are taken down in ``own``."""

    def create(
        connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None
    ) -> Connector:
        return make(connection, signer, clock, trail or own)

    return create


def _key_of(vault: Vault) -> SecretBytes:
    key = vault.item(KEY_ITEM)
    if key is None:
        key = SecretBytes(bytearray(os.urandom(_KEY_BYTES)))
        vault.keep_item(KEY_ITEM, key)
    return key
