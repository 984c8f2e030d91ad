"""Venue calls that change orders or place them in lists. Each is sent once, and ends as one input of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.errors import OrderNotFound, TradedeskError, Unknown, Withheld
from connectors.model.ids import AccountId
from connectors.ports.venue import Trading
from connectors.turns import Turns
from connectors.worker.executor import Executor


def hold_back(effects: Sequence[fx.Effect]) -> None:
    """See that a request may leave, in the moment its first byte would.

    Raises:
        Withheld: The engine forbids it, and has ended what it was about.
    """
    for effect in effects:
        if isinstance(effect, fx.Withhold):
            raise Withheld(f"It was not sent: {effect.why}." if effect.why else "It was not sent: it is over.")


def life_of(executor: Executor, account: AccountId) -> str:
    """The venue's life in which an account is, as far as is known."""
    known = executor.state.accounts.get(account)
    return known.epoch if known else ""


def require_life(executor: Executor, account: AccountId, life: str) -> None:
    """See that an answer is of the life it was asked in: in another, its ids name other orders.

    Raises:
        Unknown: The venue began a new life meanwhile.
    """
    if life_of(executor, account) != life:
        raise Unknown(f"{executor.state.label(account)} began a new life before its answer was read.")


class ChangeCalls:
    """The calls themselves; `connectors.worker.calls.Calls` runs them and answers for those that end without a word.

    Args:
        executor: Told how each ended.
        trading: Order calls of an account; raises where it is not connected.
        forbidden: As `connectors.worker.calls.Calls.forbidden`.
    """

    def __init__(
        self, executor: Executor, trading: Callable[[AccountId], Trading], forbidden: Callable[[], str]
    ) -> None:
        self._executor = executor
        self._trading_of = trading
        self._forbidden = forbidden

    async def amend(self, effect: fx.SendAmend) -> None:
        """Change an order in its place."""

        def on_sending() -> None:
            now = self._executor.now()
            hold_back(
                self._executor.feed(inputs.ChangeSending(effect.order_id, effect.since_ns, now, self._forbidden()))
            )

        with Turns.here().order():
            report = await self._trading_of(effect.account).amend(effect.request, on_sending)
        self._executor.feed(inputs.AmendEnded(effect.order_id, effect.since_ns, report, None, "", self._executor.now()))

    async def replace(self, effect: fx.SendReplace) -> None:
        """Cancel one order and create another."""

        def on_sending() -> None:
            now = self._executor.now()
            hold_back(self._executor.feed(inputs.Sending(effect.new_id, now, forbidden=self._forbidden())))

        with Turns.here().order():
            report = await self._trading_of(effect.account).replace(effect.request, on_sending)
        self._executor.feed(inputs.ReplaceEnded(effect.order_id, report, None, "", self._executor.now()))

    async def send_list(self, effect: fx.SendList) -> None:
        """Create a list."""

        def on_sending() -> None:
            first, *others = effect.order_ids
            now = self._executor.now()
            hold_back(self._executor.feed(inputs.Sending(first, now, tuple(others), self._forbidden())))

        life = life_of(self._executor, effect.account)
        with Turns.here().order():
            report = await self._trading_of(effect.account).place_list(effect.request, on_sending)
        require_life(self._executor, effect.account, life)
        list_id = effect.request.client_list_id
        self._executor.feed(inputs.ListEnded(effect.account, list_id, report, None, "", self._executor.now()))

    async def look_up_list(self, effect: fx.LookUpList) -> None:
        """Ask for a list by its client id: one more piece of evidence for its orders."""
        report, sentence = None, ""
        try:
            report = await self._trading_of(effect.account).order_list(client_list_id=effect.client_list_id)
        except OrderNotFound:
            report = None
        except TradedeskError as problem:
            sentence = str(problem)
        now = self._executor.now()
        self._executor.feed(inputs.ListLookedUp(effect.account, effect.client_list_id, report, now, sentence))
