"""Commands about ledgers: what a balance is made of, what made a position what it is, and what positions come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.engine.totals import Held, Mark, Rate, Total, rates, total
from connectors.errors import Refused, TradedeskError
from connectors.model.balance import Balance
from connectors.model.ids import AccountId, InstrumentId, Mode
from connectors.model.position import Position
from connectors.worker import api, desk_orders
from connectors.worker.log import logger

if TYPE_CHECKING:
    from connectors.engine.state import State
    from connectors.worker.worker import Worker

HOPS = ("USDT", "USDC", "BTC", "EUR", "USD")
"""Assets over which a rate is looked for where no instrument joins an asset and the reporting currency."""


async def assets(worker: Worker, command: api.GetAssets) -> api.AssetLedger:
    """What each balance of an account is made of.

    Raises:
        Refused: There is no such account here, or its key is locked away.
    """
    _shown(worker, command.account)
    state, account = worker.executor.state, command.account
    balances = state.balances.get(account, {})
    lines = {asset: line for (owner, asset), line in state.lines.items() if owner == account}
    rows = []
    for asset in sorted({*balances, *lines}):
        held = balances.get(asset, _nothing(account, asset))
        line = lines.get(asset)
        traded = line.traded if line is not None else Decimal(0)
        external = line.external if line is not None and line.external is not None else held.total - traded
        if held.total or traded or external:
            moved_ns = line.moved_ns if line is not None else None
            rows.append(api.AssetStanding(account, asset, held.free, held.locked, traded, external, moved_ns))
    return api.AssetLedger(tuple(rows))


def _nothing(account: AccountId, asset: str) -> Balance:
    return Balance(account, asset, Decimal(0), Decimal(0), 0)


def _shown(worker: Worker, account: AccountId) -> None:
    """See that an account is registered and may be shown.

    Raises:
        Refused: It is not.
    """
    live = worker.roster.get(account)
    if account in desk_orders.locked_away(worker):
        raise Refused(f"{live.connection.label} is locked away: its ledgers are shown once the vault is open.")


async def history(worker: Worker, command: api.GetPositionHistory) -> api.PositionHistory:
    """What made a position what it is, newest first.

    Raises:
        Refused: There is no such account here, or its key is locked away.
        ArchiveFailed: It cannot be read.
    """
    _shown(worker, command.account)
    await worker.keeper.flush()
    found = await worker.keeper.ask(
        lambda archive: archive.fills.history(command.account, command.instrument, command.limit)
    )
    return api.PositionHistory(tuple(found))


async def totals(worker: Worker, command: api.GetTotals) -> api.Totals:
    """Positions added up in a reporting currency; never over two modes."""
    state = worker.executor.state
    held = _held(worker, state, command.account)
    marks = await _marks(worker, state, held, command.currency)
    known = rates(state.assets, marks, command.currency)
    groups: dict[tuple[Mode, str], list[Held]] = defaultdict(list)
    for one in held:
        groups[one.mode, _key(command.by, one)].append(one)
    rows = [total(mode, key, group, marks, known) for (mode, key), group in sorted(groups.items())]
    used = {one.base for one in held} | {one.quote for one in held} | {fee.asset for row in rows for fee in row.fees}
    return api.Totals(
        command.currency,
        tuple(_row(row) for row in rows),
        tuple(_rate(known[asset]) for asset in sorted(used & set(known)) if asset != command.currency),
        tuple(sorted(_unpriced(held, rows, marks, known))),
    )


def _held(worker: Worker, state: State, account: AccountId | None) -> list[Held]:
    hidden = desk_orders.locked_away(worker)
    modes = {live.connection.account: live.connection.mode for live in worker.roster.all()}
    found = []
    for (owner, instrument), position in state.positions.items():
        pair = state.assets.get(instrument)
        if owner in hidden or owner not in modes or pair is None or (account is not None and owner != account):
            continue
        other = {
            asset: paid
            for (whose, where, asset), paid in state.other_fees.items()
            if (whose, where) == (owner, instrument)
        }
        if _says_something(position) or other:
            found.append(Held(modes[owner], position, *pair, other))
    return found


def _says_something(position: Position) -> bool:
    return bool(position.quantity or position.cost or position.realised or position.fees_quote)


async def _marks(worker: Worker, state: State, held: Iterable[Held], currency: str) -> Mapping[InstrumentId, Mark]:
    """Prices of what is held, and of what is needed to express it in the currency; asked now, each once."""
    wanted: dict[InstrumentId, AccountId] = {}
    for one in held:
        account = one.position.account
        if one.position.quantity:
            wanted[one.position.instrument] = account
        needed = {one.quote, *one.other_fees} - {currency}
        for instrument in _joining(state, one.position.instrument, needed, currency):
            wanted.setdefault(instrument, account)
    found = {}
    for instrument, account in wanted.items():
        try:
            ticker = await (await worker.roster.get(account).market()).ticker(instrument)
        except TradedeskError as problem:
            logger().warning("no_mark", instrument=str(instrument), sentence=problem.sentence)
            continue
        if ticker.last:
            found[instrument] = Mark(ticker.last, ticker.time_ns)
    return found


def _joining(state: State, near: InstrumentId, needed: Iterable[str], currency: str) -> Iterable[InstrumentId]:
    """Instruments of the same venue that join assets with the currency, at once or over one other."""
    by_pair = {pair: instrument for instrument, pair in state.assets.items() if _same_place(instrument, near)}

    def join(one: str, other: str) -> InstrumentId | None:
        return by_pair.get((one, other)) or by_pair.get((other, one))

    for asset in needed:
        straight = join(asset, currency)
        if straight is not None:
            yield straight
            continue
        for hop in HOPS:
            first, second = join(asset, hop), join(hop, currency)
            if first is not None and second is not None:
                yield from (first, second)
                break


def _same_place(one: InstrumentId, other: InstrumentId) -> bool:
    return (one.venue, one.product) == (other.venue, other.product)


def _key(by: api.TotalsBy, one: Held) -> str:
    match by:
        case api.TotalsBy.INSTRUMENT:
            return str(one.position.instrument)
        case api.TotalsBy.ASSET:
            return one.base
        case api.TotalsBy.VENUE:
            return one.position.instrument.venue


def _row(row: Total) -> api.TotalsRow:
    fees = tuple(api.FeeTotal(fee.asset, fee.amount, fee.value) for fee in row.fees)
    return api.TotalsRow(row.mode, row.key, row.quantity, row.cost, row.value, row.realised, row.unrealised, fees)


def _rate(rate: Rate) -> api.RateUsed:
    return api.RateUsed(rate.asset, rate.rate, rate.time_ns, rate.source)


def _unpriced(
    held: Iterable[Held], rows: Iterable[Total], marks: Mapping[InstrumentId, Mark], known: Mapping[str, Rate]
) -> set[str]:
    missing = {
        str(one.position.instrument) for one in held if one.position.quantity and one.position.instrument not in marks
    }
    missing |= {one.quote for one in held if one.quote not in known}
    return missing | {fee.asset for row in rows for fee in row.fees if fee.value is None}
