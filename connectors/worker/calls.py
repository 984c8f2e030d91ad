"""Venue calls as tasks: each ends as exactly one input of the engine, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer
from connectors.errors import Refused, TradedeskError, Unavailable, Withheld
from connectors.model.ids import AccountId
from connectors.ports.venue import Account, Trading
from connectors.turns import Turns
from connectors.worker.asking import LookUps
from connectors.worker.change_calls import ChangeCalls, hold_back, life_of, require_life
from connectors.worker.executor import Executor
from connectors.worker.failures import answer
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger
from connectors.worker.supervise import Supervisor

_STOPPED = "The worker stopped before an answer came."


async def _at_once(_account: AccountId) -> None:
    """Nothing to wait for."""


class Calls:
    """Starts venue calls.

    Tasks start in the order of the effects, so one order's requests never overtake each
    other.

    Attributes:
        awake: Waits until an account was asked again after a sleep of the machine; what lessens risk waits for it.
        forbidden: What forbids that anything leaves now but what lessens risk, in a few words; empty: nothing.
    """

    def __init__(
        self,
        executor: Executor,
        keeper: Keeper,
        supervisor: Supervisor,
        trading: Callable[[AccountId], Trading | None],
        account: Callable[[AccountId], Account | None],
    ) -> None:
        self._executor = executor
        self._asking: set[fx.AskFills] = set()
        self._supervisor = supervisor
        self._trading = trading
        self._account = account
        self.awake: Callable[[AccountId], Awaitable[None]] = _at_once
        self.forbidden: Callable[[], str] = str
        self._in_flight = 0
        self._look_ups = LookUps(executor, keeper, supervisor, self._trading_of)
        self._changes = ChangeCalls(executor, self._trading_of, self._forbidden)

    @property
    def in_flight(self) -> int:
        """Creates and cancels without an answer."""
        return self._in_flight

    def send(self, effect: fx.Send) -> None:
        """Create an order: this is the one place of the house that calls `place`."""

        def end(how: Answer, sentence: str) -> None:
            self._executor.feed(inputs.PlaceFailed(effect.order_id, how, sentence, self._executor.now()))

        self._request(f"place-{effect.order_id}", self._send(effect), end)

    async def _send(self, effect: fx.Send) -> None:
        def on_sending() -> None:
            now = self._executor.now()
            hold_back(self._executor.feed(inputs.Sending(effect.order_id, now, forbidden=self._forbidden())))

        life = life_of(self._executor, effect.account)
        with Turns.here().order():
            report = await self._trading_of(effect.account).place(effect.request, on_sending)
        require_life(self._executor, effect.account, life)
        self._executor.feed(inputs.Reported(effect.account, report, self._executor.now()))

    def cancel(self, effect: fx.SendCancel) -> None:
        """Cancel an order."""

        def end(how: Answer, sentence: str) -> None:
            now = self._executor.now()
            self._executor.feed(inputs.CancelEnded(effect.order_id, None, how, sentence, now))

        self._request(f"cancel-{effect.order_id}", self._cancel(effect), end)

    async def _cancel(self, effect: fx.SendCancel) -> None:
        await self.awake(effect.account)
        order = self._executor.state.orders.get(effect.order_id)
        if order is not None and not self._executor.state.in_its_life(order):
            # By its id, which means another order now.
            raise Refused(f"{order.handle} belongs to an earlier life of the venue. Nothing was sent.")
        trading = self._trading_of(effect.account)
        with Turns.here().order():
            if effect.venue_order_id is not None:
                report = await trading.cancel(effect.instrument, venue_order_id=effect.venue_order_id)
            else:
                report = await trading.cancel(effect.instrument, client_order_id=effect.client_order_id)
        self._executor.feed(inputs.CancelEnded(effect.order_id, report, None, "", self._executor.now()))

    def amend(self, effect: fx.SendAmend) -> None:
        """Change an order in its place."""

        def end(how: Answer, sentence: str) -> None:
            now = self._executor.now()
            self._executor.feed(inputs.AmendEnded(effect.order_id, effect.since_ns, None, how, sentence, now))

        self._request(f"amend-{effect.order_id}", self._changes.amend(effect), end)

    def replace(self, effect: fx.SendReplace) -> None:
        """Cancel one order and create another in one call: this is the one place of the house that calls it."""

        def end(how: Answer, sentence: str) -> None:
            now = self._executor.now()
            self._executor.feed(inputs.ReplaceEnded(effect.order_id, None, how, sentence, now, effect.new_id))

        self._request(f"replace-{effect.order_id}", self._changes.replace(effect), end)

    def send_list(self, effect: fx.SendList) -> None:
        """Create a list: this is the one place of the house that calls `place_list`."""

        def end(how: Answer, sentence: str) -> None:
            now = self._executor.now()
            list_id = effect.request.client_list_id
            self._executor.feed(inputs.ListEnded(effect.account, list_id, None, how, sentence, now))

        self._request(f"list-{effect.request.client_list_id}", self._changes.send_list(effect), end)

    def look_up_list(self, effect: fx.LookUpList) -> None:
        """Ask for a list by its client id."""
        self._supervisor.spawn(f"look-up-list-{effect.client_list_id}", self._changes.look_up_list(effect))

    def _request(self, name: str, work: Coroutine[Any, Any, None], end: Callable[[Answer, str], None]) -> None:
        """Run a create or cancel; every way in which it can end without a report becomes an answer."""

        async def run() -> None:
            self._in_flight += 1
            ended = False
            try:
                await work
                ended = True
            except Withheld:
                ended = True  # by the engine, which held it back
            except TradedeskError as problem:
                ended = True
                end(answer(problem), str(problem))
            finally:
                self._in_flight -= 1
                if not ended:
                    # Cancelled by a shutdown, or a fault of ours that the supervisor records: bytes may have left.
                    end(Answer.LOST, _STOPPED)

        self._supervisor.spawn(name, run())

    def look_up(self, effect: fx.LookUp) -> None:
        """Ask what became of an order: by its id, among the open ones, in the history."""
        self._look_ups.ask(effect)

    def ask_fills(self, effect: fx.AskFills) -> None:
        """Ask for the fills of one order."""
        if effect not in self._asking:
            self._supervisor.spawn(f"fills-{effect.venue_order_id}", self._ask_fills(effect))

    async def _ask_fills(self, effect: fx.AskFills) -> None:
        account = self._account(effect.account)
        if account is None:
            return
        self._asking.add(effect)
        life = life_of(self._executor, effect.account)
        try:
            fills = await account.fills(effect.instrument, venue_order_id=effect.venue_order_id)
        except TradedeskError as problem:
            # They stay owed: the next reconciliation asks again.
            logger().warning("fills_not_read", instrument=str(effect.instrument), sentence=problem.sentence)
            return
        finally:
            self._asking.discard(effect)
        if life == life_of(self._executor, effect.account):  # otherwise they are those of an order of another life
            self._executor.feed(inputs.FillsAnswered(effect.account, fills, self._executor.now()))

    def _forbidden(self) -> str:
        return self.forbidden()

    def _trading_of(self, account: AccountId) -> Trading:
        trading = self._trading(account)
        if trading is None:
            label = self._executor.state.label(account)
            raise Unavailable(f"{label} is not connected. Nothing was sent.")
        return trading
