"""Commands about risk: what stands, a limit set or taken back, a loss lock opened."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.engine.bounds import SHARES, LimitKey, why_not
from connectors.engine.inputs import LimitChanged
from connectors.errors import Refused
from connectors.model.ids import AccountId
from connectors.model.risk import LimitName
from connectors.worker import api
from connectors.worker.picture import locked_away
from connectors.worker.roster import Roster

if TYPE_CHECKING:
    from connectors.worker.worker import Worker

UNLOCK_WORD = "RESUME"
_PERCENT = Decimal(100)


async def get(worker: Worker, command: api.GetRisk) -> api.RiskFacts:
    """The trading state, and accounts against their limits; none of connections whose key is locked away."""
    state = worker.executor.state
    hidden = locked_away(worker.keys.room.facts, worker.roster.pictured()[0])
    if command.account is not None:
        _known(worker.roster, command.account)
        await worker.risk.look(command.account)
        found: tuple[api.AccountRisk, ...] = (worker.risk.of(command.account, command.instrument),)
    else:
        found = worker.risk.all(command.instrument)
    return api.RiskFacts(
        api.TradingState(state.trading),
        state.trading_reason,
        state.trading_since_ns,
        tuple(one for one in found if one.account not in hidden),
    )


async def set_limit(worker: Worker, command: api.SetLimit) -> api.Done:
    """Change a limit: in force when this is answered, and after a restart.

    Raises:
        Refused: It cannot be set so.
        ArchiveFailed: It could not be written: nothing was changed.
    """
    if command.account is not None:
        _known(worker.roster, command.account)
    if command.off and command.value is not None:
        raise Refused("A limit is switched off or given a value, not both. Nothing was changed.")
    key = LimitKey(command.name, command.account, command.venue, command.instrument)
    unset = command.value is None and not command.off
    if unset and key not in worker.executor.state.rules:
        raise Refused(f"{command.name} is not set there: nothing to take back.")
    if problem := why_not(key, command.value):
        raise Refused(f"{problem} Nothing was changed.")
    await worker.risk.set_limit(key, LimitChanged(key, command.value, worker.executor.now(), unset=unset))
    worker.executor.warn(api.AlertLevel.INFO, _changed(worker, command), account=command.account)
    return api.Done()


def _known(roster: Roster, account: AccountId) -> None:
    if roster.find(account) is None:
        raise Refused("There is no such connection here. `tradedesk venues list` shows those there are.")


def _changed(worker: Worker, command: api.SetLimit) -> str:
    live = worker.roster.find(command.account) if command.account is not None else None
    places = [
        name
        for name in (
            live.connection.label if live is not None else None,
            command.venue,
            None if command.instrument is None else command.instrument.symbol,
        )
        if name
    ]
    where = f" for {' '.join(places)}" if places else ""
    if command.off:
        return f"The limit {command.name}{where} is switched off."
    if command.value is None:
        return f"The limit {command.name}{where} was taken back: the wider one holds again."
    return f"The limit {command.name}{where} is {told(command.name, command.value)} now."


def told(name: LimitName, value: Decimal) -> str:
    """A limit's value as a human reads it."""
    if name in SHARES:
        return f"{(value * _PERCENT).normalize():f} %"
    return f"{value.normalize():f}"


async def unlock(worker: Worker, command: api.UnlockLoss) -> api.Done:
    """Open an account's loss lock.

    Raises:
        Refused: Another word was typed, or the lock is open.
    """
    _known(worker.roster, command.account)
    day = worker.executor.state.days.get(command.account)
    if day is None or day.locked_ns is None:
        raise Refused(f"The loss lock of {worker.executor.state.label(command.account)} is open: nothing to unlock.")
    if command.typed.strip() != UNLOCK_WORD:
        raise Refused(f"The loss lock opens by the word {UNLOCK_WORD}, typed. It stays shut.")
    await worker.risk.unlock(command.account)
    return api.Done()
